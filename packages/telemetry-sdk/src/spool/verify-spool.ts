import { join } from 'node:path';
import { type Checkpoint, readCheckpoints } from './checkpoints.ts';
import { SEGMENT_HEADER_BYTES, segmentName } from './format.ts';
import { chainStart } from './group-chain.ts';
import { countNumbered } from './group-entries.ts';
import { SegmentReader, type StoredGroup } from './segment-reader.ts';
import { listProducers, listSegments, type SegmentFile } from './spool-directory.ts';
import { SpoolError } from './spool-error.ts';

export type SpoolFindingKind =
	/** Bytes are not those that were written. */
	| 'EDITED'
	/** Entries, a group or a segment are not there any more. */
	| 'DELETED'
	/** A group or a segment stands where another was. */
	| 'REORDERED'
	/** The end is missing: a checkpoint names a point behind it. */
	| 'TRUNCATED'
	/** A checkpoint is not the producer's. */
	| 'FORGED'
	/** Keys were given, and no checkpoint of theirs vouches for anything. */
	| 'UNVOUCHED'
	/** A file cannot be read as what it is named. */
	| 'UNREADABLE';

/** Something that is not as its producer wrote it. */
export interface SpoolFinding {
	readonly kind: SpoolFindingKind;
	/** File in the producer's directory. */
	readonly file: string;
	/** Bytes from its beginning. */
	readonly offset: number;
	/** Number of the entry before which all is proven. */
	readonly afterSeq: number;
	readonly message: string;
}

/** What was found of one producer. */
export interface ProducerReport {
	readonly producerId: string;
	readonly isIntact: boolean;
	readonly segments: number;
	readonly groups: number;
	/** Numbered entries. */
	readonly entries: number;
	readonly firstSeq: number;
	readonly lastSeq: number;
	/** The newest point that a valid checkpoint vouches for. */
	readonly checkpointSeq: number;
	/** The producer said that there is nothing more. */
	readonly isClosed: boolean;
	/** Bytes of a write that the end of the process cut off: they were never called durable. */
	readonly unfinishedBytes: number;
	readonly findings: readonly SpoolFinding[];
}

export interface VerifyOptions {
	/**
	 * Only checkpoints of these keys count: Ed25519, SPKI, base64; older ones, too, of processes that had them. Without any they only prove that one
	 * process wrote all of its own.
	 */
	readonly publicKeys?: readonly string[] | undefined;
}

/** Verifies every producer of a spool. @throws SpoolError when the directory cannot be read */
export async function verifySpool(spool: string, options: VerifyOptions = {}): Promise<readonly ProducerReport[]> {
	const reports: ProducerReport[] = [];
	for (const producerId of await listProducers(spool)) reports.push(await verifyProducer(spool, producerId, options));
	return reports;
}

async function verifyProducer(
	spool: string,
	producerId: string,
	{ publicKeys }: VerifyOptions,
): Promise<ProducerReport> {
	const directory = join(spool, producerId);
	const { checkpoints, invalidLines } = await readCheckpoints(directory, producerId, publicKeys);
	const walk = new ChainWalk(producerId, checkpoints, publicKeys !== undefined);
	for (const line of invalidLines)
		if (line === 0) walk.find('UNREADABLE', 'checkpoints.ndjson', 0, 'it cannot be read');
		else walk.find('FORGED', 'checkpoints.ndjson', 0, `line ${line} is not signed by this producer`);
	for (const file of await listSegments(directory)) await walk.segment(file);
	return walk.end();
}

/** One producer's groups in the order of its files, held against what they have to be. */
class ChainWalk {
	readonly #producerId: string;
	readonly #checkpoints: readonly Checkpoint[];
	readonly #hasKeys: boolean;
	readonly #findings: SpoolFinding[] = [];
	readonly #released: Checkpoint | undefined;
	/** Checkpoints by the place they name, segment and bytes, as long as no group was found to end there. */
	readonly #expected = new Map<string, Checkpoint>();
	#previous: Buffer;
	#seq: number;
	#nextSegment: number;
	#firstSeq = 0;
	#segments = 0;
	#groups = 0;
	#entries = 0;
	#unfinished: { file: string; offset: number; bytes: number } | undefined;

	constructor(producerId: string, checkpoints: readonly Checkpoint[], hasKeys: boolean) {
		this.#producerId = producerId;
		this.#checkpoints = checkpoints;
		this.#hasKeys = hasKeys;
		this.#released = checkpoints.findLast(({ reason }) => reason === 'RELEASED');
		this.#previous = this.#released === undefined ? chainStart(producerId) : Buffer.from(this.#released.hash, 'hex');
		this.#seq = this.#released?.seq ?? 0;
		this.#nextSegment = (this.#released?.segment ?? 0) + 1;
		for (const checkpoint of checkpoints)
			if (checkpoint.segment >= this.#nextSegment)
				this.#expected.set(`${checkpoint.segment}:${checkpoint.bytes}`, checkpoint);
	}

	find(kind: SpoolFindingKind, file: string, offset: number, message: string): void {
		this.#findings.push({ kind, file, offset, afterSeq: this.#seq, message });
	}

	async segment({ number, path }: SegmentFile): Promise<void> {
		const file = path.slice(path.lastIndexOf('/') + 1);
		// Released, but its deletion did not come to pass.
		if (number < this.#nextSegment && this.#segments === 0) return;
		let reader: SegmentReader;
		try {
			reader = await SegmentReader.open(path);
		} catch (error) {
			this.#nextSegment = number + 1;
			this.find('UNREADABLE', file, 0, error instanceof SpoolError ? error.message : String(error));
			return;
		}
		try {
			// What came before is not the end, so it has to be whole.
			this.#judgeUnfinished(true);
			this.#segments++;
			this.#judgeHeader(reader, file, number);
			this.#judgeCheckpoint(file, SEGMENT_HEADER_BYTES, this.#previous);
			for await (const group of reader.groups()) {
				if (group.offset === SEGMENT_HEADER_BYTES) this.#judgeFirst(reader, file, group);
				this.#group(file, group);
			}
			const { remainder } = reader;
			if (remainder !== undefined) this.#unfinished = { file, ...remainder };
		} finally {
			await reader.close();
		}
	}

	end(): ProducerReport {
		// The last line is not always the newest point: what is released is older.
		const vouched = this.#checkpoints.reduce((newest, { seq }) => Math.max(newest, seq), 0);
		const isCut = vouched > this.#seq;
		this.#judgeUnfinished(isCut);
		if (isCut)
			this.find(
				'TRUNCATED',
				'checkpoints.ndjson',
				0,
				`entries up to ${vouched} were on disk; they end at ${this.#seq}`,
			);
		if (this.#hasKeys && this.#checkpoints.length === 0 && this.#entries > 0)
			this.find(
				'UNVOUCHED',
				'checkpoints.ndjson',
				0,
				'no checkpoint of the given keys is left: anybody may have written it',
			);
		for (const { segment, bytes, seq } of this.#expected.values())
			if (seq <= this.#seq)
				this.find('EDITED', segmentName(segment), bytes, 'a checkpoint names a group that ends here');
		return {
			producerId: this.#producerId,
			isIntact: this.#findings.length === 0,
			segments: this.#segments,
			groups: this.#groups,
			entries: this.#entries,
			firstSeq: this.#firstSeq,
			lastSeq: this.#seq,
			checkpointSeq: vouched,
			isClosed: this.#checkpoints.at(-1)?.reason === 'CLOSED',
			unfinishedBytes: this.#unfinished?.bytes ?? 0,
			findings: this.#findings,
		};
	}

	/** Bytes behind the last group are what a process leaves that ends while it writes, unless something has to follow them. */
	#judgeUnfinished(isFollowed: boolean): void {
		if (this.#unfinished === undefined || !isFollowed) return;
		const { file, offset, bytes } = this.#unfinished;
		this.find('EDITED', file, offset, `${bytes} bytes are no group`);
		this.#unfinished = undefined;
	}

	#judgeHeader({ header }: SegmentReader, file: string, number: number): void {
		if (header.producerId !== this.#producerId || header.segment !== number)
			this.find('REORDERED', file, 0, `its header says segment ${header.segment} of ${header.producerId}`);
		else if (number !== this.#nextSegment)
			this.find('DELETED', file, 0, `segment ${this.#nextSegment} is missing before it`);
		else if (!header.isRegular) this.find('EDITED', file, 0, 'its header is not as it was written');
		this.#nextSegment = number + 1;
	}

	#judgeFirst({ header }: SegmentReader, file: string, { isIntact, firstSeq }: StoredGroup): void {
		if (isIntact && firstSeq !== header.firstSeq)
			this.find('EDITED', file, 0, `its header says that it begins with ${header.firstSeq} instead of ${firstSeq}`);
	}

	#group(file: string, group: StoredGroup): void {
		const { offset, firstSeq, entries } = group;
		this.#groups++;
		if (!group.isIntact) this.find('EDITED', file, offset, 'its hash is another');
		else if (!group.previous.equals(this.#previous) || firstSeq !== this.#seq + 1) this.#judgeBreak(file, group);
		else if (entries !== countNumbered(group.words))
			this.find('EDITED', file, offset, 'it has not the entries that it counts');
		if (this.#firstSeq === 0 && entries > 0) this.#firstSeq = firstSeq;
		this.#entries += entries;
		this.#previous = Buffer.from(group.hash);
		this.#seq = Math.max(this.#seq, Number.isSafeInteger(firstSeq) ? firstSeq + entries - 1 : 0);
		this.#judgeCheckpoint(file, offset + group.bytes, group.hash);
	}

	#judgeBreak(file: string, { offset, firstSeq }: StoredGroup): void {
		const expected = this.#seq + 1;
		if (firstSeq > expected) this.find('DELETED', file, offset, `entries ${expected} to ${firstSeq - 1} are missing`);
		else if (firstSeq < expected)
			this.find('REORDERED', file, offset, `it begins with ${firstSeq} instead of ${expected}`);
		else this.find('EDITED', file, offset, 'it follows another group than the one before it');
	}

	/** A group that is whole, but not the one that was vouched for, was written anew. */
	#judgeCheckpoint(file: string, end: number, hash: Buffer): void {
		const place = `${this.#nextSegment - 1}:${end}`;
		const vouched = this.#expected.get(place);
		if (vouched === undefined) return;
		this.#expected.delete(place);
		if (vouched.hash !== hash.toString('hex')) this.find('EDITED', file, end, 'a checkpoint names another hash');
	}
}
