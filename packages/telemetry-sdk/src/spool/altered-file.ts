import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { segmentName } from './format.ts';
import type { StoredGroup } from './segment-reader.ts';

/** Puts a group aside whose bytes are not those that were written, as it stands: its segment goes when what it held was sent. */
export async function writeAltered(directory: string, segment: number, { offset, words }: StoredGroup): Promise<void> {
	const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
	await writeFile(join(directory, `altered-${segmentName(segment)}-${offset}`), bytes, { mode: 0o600, flush: true });
}
