import { GCProfiler } from 'node:v8';
import type { CountedSubject } from './counted-subject.ts';
import { median } from './statistics.ts';

const ROUNDS = 9;

function usedHeapBytes(): number {
	return process.memoryUsage().heapUsed;
}

/**
 * Bytes put on the JavaScript heap while `work` ran, collected ones included: growth before, between and after the
 * garbage collections of that time, as V8 reports them. Buffers outside the heap are not seen.
 */
export async function allocatedBytes(work: () => void | Promise<void>): Promise<number> {
	const profiler = new GCProfiler();
	profiler.start();
	let mark = usedHeapBytes();
	const pending = work();
	if (pending !== undefined) await pending;
	const end = usedHeapBytes();
	let allocated = 0;
	for (const { beforeGC, afterGC } of profiler.stop()?.statistics ?? []) {
		allocated += beforeGC.heapStatistics.usedHeapSize - mark;
		mark = afterGC.heapStatistics.usedHeapSize;
	}
	return allocated + end - mark;
}

/**
 * Bytes per record of the hot path alone, without the flush: median of several rounds, each less what an empty round
 * allocates. Code that is compiled or resized on the way shows as a few stray bytes: give it records enough.
 */
export async function bytesPerRecord(subject: CountedSubject, records: number): Promise<number> {
	const rounds: number[] = [];
	for (let round = 0; round < ROUNDS; round += 1) {
		const nothing = await allocatedBytes(() => undefined);
		const bytes = await allocatedBytes(() => subject.run(records));
		rounds.push((bytes - nothing) / records);
		await subject.flush();
	}
	return Math.max(0, median(rounds));
}
