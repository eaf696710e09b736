import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { DurablePoint } from './segment-writer.ts';

const FILE = 'checkpoints.ndjson';
const MODE = 0o600;
/** A line has some 400 characters. */
const MAX_LINE = 65_536;
/** Checkpoints of a producer that are held; a process writes them in two years at the usual interval. */
const MAX_HELD = 262_144;

export const CHECKPOINT_REASONS = ['SEGMENT', 'INTERVAL', 'RELEASED', 'CLOSED'] as const;
/** SEGMENT: one was finished. INTERVAL: time went by. RELEASED: everything up to here may be missing. CLOSED: there is nothing more. */
export type CheckpointReason = (typeof CHECKPOINT_REASONS)[number];

/** A point that a producer vouches for: whatever is missing before it was taken away. */
export interface Checkpoint {
	readonly reason: CheckpointReason;
	readonly producerId: string;
	readonly segment: number;
	/** Bytes of the segment. */
	readonly bytes: number;
	readonly seq: number;
	/** Hex. */
	readonly hash: string;
	readonly timeMs: number;
	/** Ed25519 public key, SPKI, base64. */
	readonly publicKey: string;
	/** Base64, over all other fields. */
	readonly signature: string;
}

/** Signs checkpoints. Without a key of one's own, it has one that no file ever holds: nobody can sign for a process that is gone. */
export class CheckpointWriter {
	readonly #path: string;
	readonly #producerId: string;
	readonly #privateKey: KeyObject;
	readonly #publicKey: string;
	/** Bytes of the file that are whole lines; undefined before the first. */
	#bytes: number | undefined;
	#writing: Promise<unknown> = Promise.resolve();

	/** @param signingKey Ed25519 private key, PEM @throws Error for a key that is none */
	constructor(directory: string, producerId: string, signingKey?: string) {
		this.#path = join(directory, FILE);
		this.#producerId = producerId;
		this.#privateKey =
			signingKey === undefined ? generateKeyPairSync('ed25519').privateKey : createPrivateKey(signingKey);
		this.#publicKey = createPublicKey(this.#privateKey).export({ type: 'spki', format: 'der' }).toString('base64');
	}

	/** Appends a checkpoint and waits until it is on disk. */
	async write(reason: CheckpointReason, point: DurablePoint, timeMs: number): Promise<Checkpoint> {
		const unsigned = {
			reason,
			producerId: this.#producerId,
			segment: point.segment,
			bytes: point.bytes,
			seq: point.seq,
			hash: point.hash.toString('hex'),
			timeMs,
			publicKey: this.#publicKey,
		};
		const signature = sign(null, Buffer.from(JSON.stringify(unsigned)), this.#privateKey).toString('base64');
		const checkpoint = { ...unsigned, signature };
		const written = this.#writing.then(() => this.#append(Buffer.from(`${JSON.stringify(checkpoint)}\n`)));
		this.#writing = written.catch(() => {});
		await written;
		return checkpoint;
	}

	/** A line that a failure cut off would spoil the next one: it goes first. */
	async #append(line: Buffer): Promise<void> {
		const file = await open(this.#path, 'a', MODE);
		try {
			const { size } = await file.stat();
			// Less than that: somebody has removed it, and this is another one.
			this.#bytes = Math.min(this.#bytes ?? size, size);
			if (size > this.#bytes) await file.truncate(this.#bytes);
			const { bytesWritten } = await file.write(line);
			if (bytesWritten < line.length) throw new Error('a checkpoint was not written as a whole');
			await file.datasync();
			this.#bytes += line.length;
		} finally {
			await file.close();
		}
	}
}

/** What a file of checkpoints says. A last line that is not whole is left out: the process ended while it was written. */
export interface CheckpointFile {
	/** The last release and what vouches for entries behind it. */
	readonly checkpoints: readonly Checkpoint[];
	/** Lines that are no checkpoint of this producer, or whose signature is not right, from 1; 0: the file, which cannot be read. */
	readonly invalidLines: readonly number[];
}

/**
 * Reads the checkpoints of a producer, of a file of any size. Of more than 262,144 that are not released every second one is left out, again
 * and again: the newest vouches for all before it.
 *
 * @param publicKeys the only keys that are trusted, as in `Checkpoint`; absent: any, if it is that of the first checkpoint, too
 */
export async function readCheckpoints(
	directory: string,
	producerId: string,
	publicKeys?: readonly string[],
	maxHeld = MAX_HELD,
): Promise<CheckpointFile> {
	let checkpoints: Checkpoint[] = [];
	const invalidLines: number[] = [];
	let ownKey: string | undefined;
	let number = 0;
	try {
		for await (const line of linesOf(join(directory, FILE))) {
			number++;
			const checkpoint = parseCheckpoint(line);
			const isTrusted = checkpoint !== undefined && (publicKeys?.includes(checkpoint.publicKey) ?? true);
			// A process has one key.
			const isSame = checkpoint?.publicKey === (ownKey ?? checkpoint?.publicKey);
			if (!isTrusted || !isSame || checkpoint.producerId !== producerId || !isSigned(checkpoint)) {
				invalidLines.push(number);
				continue;
			}
			ownKey = checkpoint.publicKey;
			if (checkpoint.reason === 'RELEASED') checkpoints = checkpoints.filter((other) => isBehind(other, checkpoint));
			checkpoints.push(checkpoint);
			if (checkpoints.length > maxHeld) checkpoints = thinned(checkpoints);
		}
	} catch (error) {
		// What is there and cannot be read is not the same as none.
		if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return { checkpoints: [], invalidLines: [0] };
	}
	return { checkpoints, invalidLines };
}

const isBehind = ({ segment, reason }: Checkpoint, released: Checkpoint): boolean =>
	segment > released.segment && reason !== 'RELEASED';

/** The last one stays, and the release. */
const thinned = (checkpoints: readonly Checkpoint[]): Checkpoint[] =>
	checkpoints.filter(({ reason }, index) => (checkpoints.length - index) % 2 === 1 || reason === 'RELEASED');

async function* linesOf(path: string): AsyncGenerator<string> {
	let held = '';
	for await (const text of createReadStream(path, { encoding: 'utf8' }) as AsyncIterable<string>) {
		const lines = `${held}${text}`.split('\n');
		// Behind the last line break: nothing, or what was being written. Cut, a line that is too long is no checkpoint either.
		held = (lines.pop() ?? '').slice(0, MAX_LINE);
		yield* lines;
	}
}

function parseCheckpoint(line: string): Checkpoint | undefined {
	try {
		const value = JSON.parse(line) as Checkpoint;
		const isShaped =
			CHECKPOINT_REASONS.includes(value.reason) &&
			[value.segment, value.bytes, value.seq, value.timeMs].every(Number.isFinite) &&
			[value.producerId, value.hash, value.publicKey, value.signature].every((field) => typeof field === 'string');
		return isShaped ? value : undefined;
	} catch {
		return undefined;
	}
}

function isSigned({ signature, ...unsigned }: Checkpoint): boolean {
	try {
		const key = createPublicKey({ key: Buffer.from(unsigned.publicKey, 'base64'), type: 'spki', format: 'der' });
		return verify(null, Buffer.from(JSON.stringify(unsigned)), key, Buffer.from(signature, 'base64'));
	} catch {
		return false;
	}
}
