import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { segmentNumber } from './format.ts';
import { SpoolError } from './spool-error.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A segment's file. */
export interface SegmentFile {
	readonly number: number;
	readonly path: string;
}

/** Ids of the producers that have left something in a spool, oldest first. @throws SpoolError when there is no such directory */
export async function listProducers(spool: string): Promise<readonly string[]> {
	const entries = await readdir(spool, { withFileTypes: true }).catch((cause: unknown) => {
		throw new SpoolError('SPOOL_NOT_FOUND', `${spool} is no directory that can be read.`, { cause });
	});
	return entries
		.filter((entry) => entry.isDirectory() && UUID.test(entry.name))
		.map(({ name }) => name)
		.sort();
}

/** A producer's segments by number. @throws SpoolError when the directory cannot be read */
export async function listSegments(directory: string): Promise<readonly SegmentFile[]> {
	const names = await readdir(directory).catch((cause: unknown) => {
		throw new SpoolError('SPOOL_NOT_FOUND', `${directory} cannot be read.`, { cause });
	});
	return names
		.map((name) => ({ number: segmentNumber(name), path: join(directory, name) }))
		.filter((file): file is SegmentFile => file.number !== undefined)
		.sort((a, b) => a.number - b.number);
}
