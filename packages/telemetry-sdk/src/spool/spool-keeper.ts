import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckpointWriter } from './checkpoints.ts';
import type { DurablePoint } from './segment-writer.ts';
import { listProducers, listSegments } from './spool-directory.ts';

/** A segment that nothing is added to any more, with the point at its end. */
interface FinishedSegment {
	readonly path: string;
	readonly end: DurablePoint;
	readonly timeMs: number;
}

/** Another producer's directory that nobody needs. */
interface SpentDirectory {
	readonly directory: string;
	/** When something was last written to it. */
	readonly timeMs: number;
}

/** Knows what the spool holds besides the segment that is being written, and deletes what may go: oldest first, and vouched for before. */
export class SpoolKeeper {
	readonly #checkpoints: CheckpointWriter;
	readonly #now: () => number;
	readonly #finished: FinishedSegment[] = [];
	readonly #spent: SpentDirectory[] = [];
	#finishedBytes = 0;
	#otherBytes = 0;
	#releasing: Promise<void> = Promise.resolve();

	constructor(checkpoints: CheckpointWriter, now: () => number) {
		this.#checkpoints = checkpoints;
		this.#now = now;
	}

	get bytes(): number {
		return this.#finishedBytes + this.#otherBytes;
	}

	add(path: string, end: DurablePoint): void {
		this.#finished.push({ path, end, timeMs: this.#now() });
		this.#finishedBytes += end.bytes;
	}

	/** Nobody needs this other producer's directory any more. */
	async addSpent(directory: string): Promise<void> {
		if (this.#spent.some((spent) => spent.directory === directory)) return;
		this.#spent.push({ directory, timeMs: await lastWritten(directory) });
	}

	/**
	 * Deletes spent directories, then segments that end with entry `seq` or before, until no more than `maxBytes` are left; nothing that was
	 * written after `beforeMs`. One call after the other.
	 */
	release(seq: number, maxBytes: number, beforeMs: number = Number.POSITIVE_INFINITY): Promise<void> {
		const released = this.#releasing.then(() => this.#release(seq, maxBytes, beforeMs));
		this.#releasing = released.catch(() => {});
		return released;
	}

	/** Counts what other producers have in the spool. */
	async measure(spool: string, producerId: string): Promise<void> {
		let bytes = 0;
		for (const other of await listProducers(spool).catch(() => []))
			if (other !== producerId) bytes += await bytesOf(join(spool, other));
		this.#otherBytes = bytes;
	}

	async #release(seq: number, maxBytes: number, beforeMs: number): Promise<void> {
		while (this.bytes > maxBytes) {
			const index = this.#spent.findIndex(({ timeMs }) => timeMs <= beforeMs);
			if (index < 0) break;
			const [{ directory }] = this.#spent.splice(index, 1) as [SpentDirectory];
			this.#otherBytes -= await bytesOf(directory);
			await rm(directory, { recursive: true, force: true });
		}
		while (this.bytes > maxBytes) {
			const oldest = this.#finished[0];
			if (oldest === undefined || oldest.end.seq > seq || oldest.timeMs > beforeMs) return;
			await this.#checkpoints.write('RELEASED', oldest.end, this.#now());
			await rm(oldest.path, { force: true });
			this.#finished.shift();
			this.#finishedBytes -= oldest.end.bytes;
		}
	}
}

async function lastWritten(directory: string): Promise<number> {
	let timeMs = 0;
	for (const { path } of await listSegments(directory).catch(() => []))
		timeMs = Math.max(timeMs, (await stat(path).catch(() => undefined))?.mtimeMs ?? 0);
	return timeMs;
}

async function bytesOf(directory: string): Promise<number> {
	let bytes = 0;
	for (const { path } of await listSegments(directory).catch(() => []))
		bytes += (await stat(path).catch(() => undefined))?.size ?? 0;
	return bytes;
}
