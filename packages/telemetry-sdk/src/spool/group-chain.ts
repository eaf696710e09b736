import { createHash } from 'node:crypto';
import { GROUP, GROUP_HEADER_BYTES, GROUP_MAGIC, HASH_BYTES } from './format.ts';

/** What the first group of a producer follows. */
export const chainStart = (producerId: string): Buffer => createHash('sha256').update(producerId).digest();

/** The hash of a group: all of it but the hash itself. */
export function hashGroup(group: Uint8Array): Buffer {
	return createHash('sha256')
		.update(group.subarray(0, GROUP.HASH))
		.update(group.subarray(GROUP.HASH + HASH_BYTES))
		.digest();
}

/** Where a chain of groups ends. */
export interface ChainEnd {
	/** Number of the newest entry. */
	readonly seq: number;
	readonly hash: Buffer;
}

/** Fills in a group's header behind the chain's end. @returns the new end */
export function sealGroup(group: Uint8Array, entries: number, end: ChainEnd, timeMs: number): ChainEnd {
	const header = Buffer.from(group.buffer, group.byteOffset, GROUP_HEADER_BYTES);
	header.fill(0);
	header.writeUInt32LE(GROUP_MAGIC, 0);
	header.writeUInt32LE(group.length, GROUP.BYTES);
	header.writeUInt32LE(entries, GROUP.ENTRIES);
	header.writeDoubleLE(end.seq + 1, GROUP.FIRST_SEQ);
	header.writeDoubleLE(timeMs, GROUP.TIME);
	end.hash.copy(header, GROUP.PREVIOUS);
	const hash = hashGroup(group);
	hash.copy(header, GROUP.HASH);
	return { seq: end.seq + entries, hash };
}
