import { type FileHandle, open } from 'node:fs/promises';
import { fileLines, fileLinesFromEnd, MAX_LINE_BYTES } from './file-lines.ts';
import type { SignatureCheck, Signer } from './signing-key.ts';

/** A point of a chain that stands outside the store: whatever is missing before it was taken away. */
export interface AuditCheckpoint {
	readonly chain: string;
	readonly block: number;
	/** Newest entry of the block. */
	readonly seq: number;
	/** Of the block, hexadecimal. */
	readonly hash: string;
	/** ISO 8601. */
	readonly time: string;
	/** Producer -> entry up to which all of its are stored; the 1,000 that were heard last. */
	readonly producers: Readonly<Record<string, number>>;
	readonly keyId: string;
	/** Ed25519 over all fields above as JSON, base64; empty without a key. */
	readonly signature: string;
}

/** Where a chain was when a checkpoint was written. */
export type VouchedPoint = Pick<AuditCheckpoint, 'chain' | 'block' | 'seq' | 'hash'>;

/** What a file of checkpoints says. A last line that is not whole is left out: the process ended while it was written. */
export interface AuditCheckpoints {
	/** By chain, in the order of the file. */
	readonly points: ReadonlyMap<string, readonly VouchedPoint[]>;
	/** By chain: what its newest checkpoint says of producers. */
	readonly producers: ReadonlyMap<string, AuditCheckpoint['producers']>;
	/** Lines, from 1, that are no checkpoint or whose signature is not right. */
	readonly invalidLines: readonly number[];
}

const MODE = 0o600;
/** Those of two years at the usual interval. */
const MAX_POINTS = 262_144;

/** Appends a checkpoint and waits until it is on disk. A line that the end of a process cut off goes first. */
export async function appendCheckpoint(
	path: string,
	point: Omit<AuditCheckpoint, 'keyId' | 'signature'>,
	signer: Signer | undefined,
): Promise<void> {
	const unsigned = { ...point, keyId: signer === undefined ? '' : signer.keyId };
	const line = JSON.stringify({ ...unsigned, signature: signer?.sign(JSON.stringify(unsigned)) ?? '' });
	const file = await open(path, 'a+', MODE);
	try {
		await dropCutOffLine(file);
		await file.appendFile(`${line}\n`);
		await file.datasync();
	} finally {
		await file.close();
	}
}

async function dropCutOffLine(file: FileHandle): Promise<void> {
	const { size } = await file.stat();
	const start = Math.max(0, size - MAX_LINE_BYTES);
	const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start);
	const end = start + buffer.subarray(0, bytesRead).lastIndexOf('\n') + 1;
	if (end < size && (end > start || start === 0)) await file.truncate(end);
}

/**
 * Reads all checkpoints, of a file of any size; one that is not there has none. Of more than 262,144 of a chain every second one is left out,
 * again and again: the newest vouches for all before it, the others tell where something was changed.
 *
 * @param isSigned only checkpoints that it accepts count
 */
export async function readAuditCheckpoints(
	path: string,
	isSigned?: SignatureCheck,
	maxPoints = MAX_POINTS,
): Promise<AuditCheckpoints> {
	const points = new Map<string, VouchedPoint[]>();
	const producers = new Map<string, AuditCheckpoint['producers']>();
	const invalidLines: number[] = [];
	let number = 0;
	for await (const line of existing(fileLines(path))) {
		number++;
		const checkpoint = checkpointOf(line);
		if (checkpoint === undefined || (isSigned !== undefined && !isValid(checkpoint, isSigned))) {
			invalidLines.push(number);
			continue;
		}
		const { chain, block, seq, hash } = checkpoint;
		const list = points.get(chain) ?? [];
		list.push({ chain, block, seq, hash });
		points.set(chain, list.length > maxPoints ? list.filter((_, index) => (list.length - index) % 2 === 1) : list);
		producers.set(chain, checkpoint.producers);
	}
	return { points, producers, invalidLines };
}

/** The newest checkpoint of a chain, whoever signed it: read from the end of the file. */
export async function newestCheckpoint(path: string, chain: string): Promise<AuditCheckpoint | undefined> {
	for await (const line of existing(fileLinesFromEnd(path))) {
		const checkpoint = checkpointOf(line);
		if (checkpoint?.chain === chain) return checkpoint;
	}
	return undefined;
}

/** A file that is not there has no lines. */
async function* existing<Line>(lines: AsyncIterable<Line>): AsyncGenerator<Line> {
	try {
		yield* lines;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
	}
}

function isValid({ signature, ...unsigned }: AuditCheckpoint, isSigned: SignatureCheck): boolean {
	return isSigned(JSON.stringify(unsigned), signature, unsigned.keyId);
}

function checkpointOf(line: string | undefined): AuditCheckpoint | undefined {
	try {
		const value = JSON.parse(line ?? '') as AuditCheckpoint;
		const isShaped =
			[value.block, value.seq].every(Number.isSafeInteger) &&
			[value.chain, value.hash, value.time, value.keyId, value.signature].every((text) => typeof text === 'string') &&
			typeof value.producers === 'object';
		return isShaped ? value : undefined;
	} catch {
		return undefined;
	}
}
