import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckpointWriter } from './checkpoints.ts';
import type { DurablePoint } from './segment-writer.ts';
import { listProducers, listSegments } from './spool-directory.ts';

/** A segment that nothing is added to any more, with the point at its end. */
interface FinishedSegment {
	readonly path: string;
	readonly end: DurablePoint;
}

/** Knows what the spool holds besides the segment that is being written, and deletes what may go: oldest first, and vouched for before. */
export class SpoolKeeper {
	readonly #checkpoints: CheckpointWriter;
	readonly #now: () => number;
	readonly #finished: FinishedSegment[] = [];
	readonly #spent: string[] = [];
	#finishedBytes = 0;
	#otherBytes = 0;

	constructor(checkpoints: CheckpointWriter, now: () => number) {
		this.#checkpoints = checkpoints;
		this.#now = now;
	}

	get bytes(): number {
		return this.#finishedBytes + this.#otherBytes;
	}

	add(path: string, end: DurablePoint): void {
		this.#finished.push({ path, end });
		this.#finishedBytes += end.bytes;
	}

	/** Nobody needs this other producer's directory any more. */
	addSpent(directory: string): void {
		if (!this.#spent.includes(directory)) this.#spent.push(directory);
	}

	/** Deletes spent directories, then segments that end with entry `seq` or before, until no more than `maxBytes` are left. */
	async release(seq: number, maxBytes: number): Promise<void> {
		while (this.bytes > maxBytes && this.#spent.length > 0) {
			const directory = this.#spent.shift() as string;
			this.#otherBytes -= await bytesOf(directory);
			await rm(directory, { recursive: true, force: true });
		}
		while (this.bytes > maxBytes) {
			const oldest = this.#finished[0];
			if (oldest === undefined || oldest.end.seq > seq) return;
			await this.#checkpoints.write('RELEASED', oldest.end, this.#now());
			await rm(oldest.path, { force: true });
			// Another call may have done the same meanwhile.
			if (this.#finished[0] !== oldest) continue;
			this.#finished.shift();
			this.#finishedBytes -= oldest.end.bytes;
		}
	}

	/** Counts what other producers have in the spool. */
	async measure(spool: string, producerId: string): Promise<void> {
		let bytes = 0;
		for (const other of await listProducers(spool).catch(() => []))
			if (other !== producerId) bytes += await bytesOf(join(spool, other));
		this.#otherBytes = bytes;
	}
}

async function bytesOf(directory: string): Promise<number> {
	let bytes = 0;
	for (const { path } of await listSegments(directory).catch(() => []))
		bytes += (await stat(path).catch(() => undefined))?.size ?? 0;
	return bytes;
}
