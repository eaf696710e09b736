import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** A manifest is a page of settings: what is larger is something else. */
const MAX_BYTES = 65_536;

/** The text of a file, if it is an ordinary one of at most 64 KB. @throws Error that says why not */
export async function readManifestText(path: string): Promise<string> {
	// A pipe without a writer would otherwise hold up the start of the application.
	const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
	try {
		if (!(await file.stat()).isFile()) throw new Error('it is no ordinary file');
		const { buffer, bytesRead } = await file.read(Buffer.alloc(MAX_BYTES + 1), 0, MAX_BYTES + 1, 0);
		if (bytesRead > MAX_BYTES) throw new Error(`it is longer than ${MAX_BYTES} bytes`);
		return new TextDecoder('utf-8', { fatal: true }).decode(buffer.subarray(0, bytesRead));
	} finally {
		await file.close();
	}
}
