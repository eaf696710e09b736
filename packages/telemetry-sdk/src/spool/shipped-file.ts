import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { SPOOL_BEGIN, type SpoolPosition } from './spool-cursor.ts';

const FILE = 'shipped.json';

/** How far a producer's entries were accepted by the endpoint. */
export async function readShipped(directory: string): Promise<SpoolPosition> {
	try {
		const { segment, offset, seq } = JSON.parse(await readFile(join(directory, FILE), 'utf8')) as SpoolPosition;
		const isSane = [segment, offset, seq].every((value) => Number.isSafeInteger(value) && value >= 0);
		return isSane ? { segment, offset, seq } : SPOOL_BEGIN;
	} catch {
		// Sent once more rather than not at all: events have the same ids then.
		return SPOOL_BEGIN;
	}
}

/** Replaces the file: it is never half written. */
export async function writeShipped(directory: string, position: SpoolPosition): Promise<void> {
	const path = join(directory, FILE);
	const file = await open(`${path}.new`, 'w', 0o600);
	try {
		await file.write(JSON.stringify(position));
		await file.datasync();
	} finally {
		await file.close();
	}
	await rename(`${path}.new`, path);
}
