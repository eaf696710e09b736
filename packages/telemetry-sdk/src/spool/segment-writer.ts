import { type FileHandle, mkdir, open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FORMAT_VERSION, SEGMENT_HEADER_BYTES, SEGMENT_MAGIC, segmentName } from './format.ts';
import { type ChainEnd, chainStart, sealGroup } from './group-chain.ts';

const NEW_FILE_MODE = 0o600;
const DIRECTORY_MODE = 0o700;

/** A group to be written: its bytes with room for the header. */
export interface PendingGroup {
	readonly bytes: Uint8Array;
	/** Numbered entries. */
	readonly entries: number;
}

export interface SegmentWriterOptions {
	/** The producer's directory. */
	readonly directory: string;
	readonly producerId: string;
	/** Bytes after which a new segment is begun. @default 67108864 */
	readonly segmentBytes?: number | undefined;
	readonly now?: () => number;
	/** What a new segment begins with, so that it can be read alone. */
	readonly preamble: () => readonly PendingGroup[];
}

/** A place in the spool up to which everything is on disk. */
export interface DurablePoint extends ChainEnd {
	readonly segment: number;
	/** Bytes of the segment. */
	readonly bytes: number;
}

/**
 * Appends groups to segments, one chain over all of them. A write that fails leaves no trace: the next one goes to the same place, and the
 * chain goes on behind the last group that is on disk.
 */
export class SegmentWriter {
	readonly #options: SegmentWriterOptions;
	#file: FileHandle | undefined;
	#point: DurablePoint;
	readonly #finished: DurablePoint[] = [];
	/** Something that is not on disk for sure may be behind the point. */
	#isTorn = false;

	constructor(options: SegmentWriterOptions) {
		this.#options = options;
		this.#point = { segment: 0, bytes: 0, seq: 0, hash: chainStart(options.producerId) };
	}

	/** What is on disk. */
	get point(): DurablePoint {
		return this.#point;
	}

	/** Ends of the segments that nothing is added to any more, each of them once. */
	takeFinished(): readonly DurablePoint[] {
		return this.#finished.splice(0);
	}

	/** Writes groups and waits until they are on disk. @throws when they are not; the same groups can be given again */
	async write(groups: readonly PendingGroup[]): Promise<void> {
		if (this.#point.bytes >= (this.#options.segmentBytes ?? 67_108_864) || !(await this.#isThere())) await this.#turn();
		const file = this.#file as FileHandle;
		if (this.#isTorn) await file.truncate(this.#point.bytes);
		this.#isTorn = true;
		this.#point = await this.#append(file, this.#point, groups);
		this.#isTorn = false;
	}

	async close(): Promise<void> {
		await this.#file?.close();
		this.#file = undefined;
	}

	/** A file that somebody has removed takes what is written to it, and keeps it until it is closed. */
	async #isThere(): Promise<boolean> {
		return this.#file !== undefined && (await this.#file.stat()).nlink > 0;
	}

	/** Nothing is changed before the new segment is whole, its name included. */
	async #turn(): Promise<void> {
		const { directory, producerId, preamble, now = Date.now } = this.#options;
		await mkdir(directory, { recursive: true, mode: DIRECTORY_MODE });
		const segment = this.#point.segment + 1;
		const path = join(directory, segmentName(segment));
		// Under its own name only when it can be read: whoever looks after a crash finds whole segments. What an attempt before this one left is not
		// evidence yet: nothing in it was ever called durable.
		const file = await open(`${path}.new`, 'w', NEW_FILE_MODE);
		let point: DurablePoint;
		try {
			await writeAll(file, [segmentHeader(producerId, segment, now(), this.#point.seq + 1)], 0);
			point = await this.#append(file, { ...this.#point, segment, bytes: SEGMENT_HEADER_BYTES }, preamble());
			await rename(`${path}.new`, path);
			await syncDirectory(directory);
			if (segment === 1) await syncDirectory(dirname(directory));
		} catch (error) {
			await file.close().catch(() => {});
			throw error;
		}
		const before = this.#file;
		if (before !== undefined) this.#finished.push(this.#point);
		this.#file = file;
		this.#point = point;
		await before?.close().catch(() => {});
	}

	/** @returns the end of the groups, when they are on disk */
	async #append(file: FileHandle, from: DurablePoint, groups: readonly PendingGroup[]): Promise<DurablePoint> {
		const { now = Date.now } = this.#options;
		let end: ChainEnd = from;
		let { bytes } = from;
		for (const group of groups) {
			end = sealGroup(group.bytes, group.entries, end, now());
			bytes += group.bytes.length;
		}
		await writeAll(
			file,
			groups.map((group) => group.bytes),
			from.bytes,
		);
		await file.datasync();
		return { segment: from.segment, bytes, seq: end.seq, hash: end.hash };
	}
}

function segmentHeader(producerId: string, segment: number, timeMs: number, firstSeq: number): Buffer {
	const header = Buffer.alloc(SEGMENT_HEADER_BYTES);
	header.write(SEGMENT_MAGIC, 0, 'latin1');
	header.writeUInt32LE(FORMAT_VERSION, 8);
	header.writeUInt32LE(SEGMENT_HEADER_BYTES, 12);
	Buffer.from(producerId.replaceAll('-', ''), 'hex').copy(header, 16);
	header.writeUInt32LE(segment, 32);
	header.writeDoubleLE(timeMs, 40);
	header.writeDoubleLE(firstSeq, 48);
	return header;
}

/** In one call, however many groups have come together. */
async function writeAll(file: FileHandle, parts: readonly Uint8Array[], position: number): Promise<void> {
	let left = [...parts];
	for (let at = position; left.length > 0; ) {
		const { bytesWritten } = await file.writev(left, at);
		at += bytesWritten;
		left = withoutFirst(left, bytesWritten);
	}
}

function withoutFirst(parts: readonly Uint8Array[], bytes: number): Uint8Array[] {
	let begin = 0;
	return parts.flatMap((part) => {
		const from = Math.min(Math.max(0, bytes - begin), part.length);
		begin += part.length;
		return from === part.length ? [] : [part.subarray(from)];
	});
}

/** A new file's name is on disk only when its directory is. */
async function syncDirectory(directory: string): Promise<void> {
	// Windows has no such thing.
	if (process.platform === 'win32') return;
	const handle = await open(directory, 'r');
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
}
