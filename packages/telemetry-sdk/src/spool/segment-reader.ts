import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import {
	FORMAT_VERSION,
	GROUP,
	GROUP_HEADER_BYTES,
	GROUP_MAGIC,
	MAX_GROUP_BYTES,
	SEGMENT_HEADER_BYTES,
	SEGMENT_MAGIC,
} from './format.ts';
import { hashGroup } from './group-chain.ts';
import { type GroupHeader, readGroupHeader } from './group-entries.ts';
import { SpoolError } from './spool-error.ts';

/** A segment's header. */
export interface SegmentHeader {
	readonly producerId: string;
	readonly segment: number;
	readonly timeMs: number;
	readonly firstSeq: number;
	/** What is the same in every header is so in this one. */
	readonly isRegular: boolean;
}

/** A group as it stands in a file. */
export interface StoredGroup extends GroupHeader {
	/** Where it is in its segment. */
	readonly offset: number;
	readonly words: Int32Array;
	/** Its hash is that of its bytes. */
	readonly isIntact: boolean;
}

/** Bytes at the end of a segment that are no group. */
export interface Remainder {
	readonly offset: number;
	readonly bytes: number;
}

/** Reads a segment group by group; only one is in memory at a time. */
export class SegmentReader {
	readonly path: string;
	readonly header: SegmentHeader;
	readonly #file: FileHandle;
	#remainder: Remainder | undefined;

	private constructor(path: string, header: SegmentHeader, file: FileHandle) {
		this.path = path;
		this.header = header;
		this.#file = file;
	}

	/** @throws SpoolError for a file that is no segment, or one of a version that is not known */
	static async open(path: string): Promise<SegmentReader> {
		// Without waiting: a pipe of that name would never open.
		const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((cause: unknown) => {
			throw new SpoolError('SPOOL_NOT_FOUND', `${path} cannot be opened.`, { cause });
		});
		try {
			if (!(await file.stat()).isFile()) throw new SpoolError('SPOOL_UNREADABLE', `${path} is no file.`);
			return new SegmentReader(path, await readHeader(path, file), file);
		} catch (error) {
			await file.close();
			throw error;
		}
	}

	/** What was found where the last group ends, once `groups` has come to its end; undefined when there was nothing. */
	get remainder(): Remainder | undefined {
		return this.#remainder;
	}

	/** Groups from an offset on. Ends at the first bytes that are none. */
	async *groups(from: number = SEGMENT_HEADER_BYTES): AsyncGenerator<StoredGroup> {
		this.#remainder = undefined;
		let offset = from;
		for (;;) {
			const group = await this.groupAt(offset);
			if (group === undefined) break;
			yield group;
			offset += group.bytes;
		}
		const { size } = await this.#file.stat();
		if (size > offset) this.#remainder = { offset, bytes: size - offset };
	}

	async close(): Promise<void> {
		await this.#file.close();
	}

	/** The group at an offset; undefined where there is none, or not yet the whole of it. */
	async groupAt(offset: number): Promise<StoredGroup | undefined> {
		const head = Buffer.alloc(8);
		if (!(await readFully(this.#file, head, offset))) return undefined;
		const bytes = head.readUInt32LE(GROUP.BYTES);
		const isGroup =
			head.readUInt32LE(0) === GROUP_MAGIC &&
			bytes >= GROUP_HEADER_BYTES &&
			bytes <= MAX_GROUP_BYTES &&
			bytes % 4 === 0;
		if (!isGroup || (await this.#file.stat()).size < offset + bytes) return undefined;
		const group = Buffer.allocUnsafeSlow(bytes);
		if (!(await readFully(this.#file, group, offset))) return undefined;
		return groupOf(group, offset, hashGroup(group).equals(readGroupHeader(group).hash));
	}
}

/** A whole group, its header included. */
export function groupOf(group: Buffer, offset: number, isIntact: boolean): StoredGroup {
	const words = new Int32Array(group.buffer, group.byteOffset, group.length / 4);
	return { ...readGroupHeader(group), offset, words, isIntact };
}

async function readHeader(path: string, file: FileHandle): Promise<SegmentHeader> {
	const header = Buffer.alloc(SEGMENT_HEADER_BYTES);
	const isWhole = await readFully(file, header, 0);
	if (!isWhole || header.toString('latin1', 0, 8) !== SEGMENT_MAGIC)
		throw new SpoolError('SPOOL_UNREADABLE', `${path} is no segment of an audit spool.`);
	const version = header.readUInt32LE(8);
	if (version !== FORMAT_VERSION)
		throw new SpoolError(
			'SPOOL_VERSION_UNKNOWN',
			`${path} has version ${version} of the format; this package reads ${FORMAT_VERSION}.`,
		);
	return {
		producerId: uuidOf(header.subarray(16, 32)),
		segment: header.readUInt32LE(32),
		timeMs: header.readDoubleLE(40),
		firstSeq: header.readDoubleLE(48),
		isRegular:
			header.readUInt32LE(12) === SEGMENT_HEADER_BYTES &&
			!header.subarray(36, 40).some(Boolean) &&
			!header.subarray(56).some(Boolean),
	};
}

function uuidOf(bytes: Buffer): string {
	const hex = bytes.toString('hex');
	return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** @returns false when the file has fewer bytes */
async function readFully(file: FileHandle, into: Buffer, position: number): Promise<boolean> {
	for (let read = 0; read < into.length; ) {
		const { bytesRead } = await file.read(into, read, into.length - read, position + read);
		if (bytesRead === 0) return false;
		read += bytesRead;
	}
	return true;
}
