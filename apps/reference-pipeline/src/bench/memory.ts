import { fork } from 'node:child_process';
import { once } from 'node:events';
import { BenchProcessError, median } from '@pipeline/bench';
import { entryFile } from './entry-file.ts';
import type { HeldMemory } from './held-memory.ts';
import type { MemoryReadings } from './memory-process.ts';

/** Memory in MB: median of the processes with telemetry less median of those without. */
export interface MemoryReport {
	readonly records: number;
	/** Of each kind, by turns. */
	readonly processes: number;
	/** Before the first record: code, and memory that is there from the beginning. */
	readonly atStart: AddedMemory;
	/** After all records. */
	readonly steady: AddedMemory;
	/** Of the processes without telemetry. */
	readonly residentOffMb: number;
	/** Between the least and the greatest of them: the noise of the resident memory. */
	readonly residentNoiseMb: number;
	/** What processes with telemetry hold after all records, more than after half of them. */
	readonly heldGrownMb: number;
}

export interface AddedMemory {
	/** Heaps and buffers of all threads, whether their pages are in use or not. */
	readonly heldMb: number;
	/** Of it, by what it is. */
	readonly heldByKindMb: Readonly<Record<Held, number>>;
	/** Resident memory of all threads, code included. */
	readonly residentMb: number;
}

const MB = 1_048_576;
const HELD = ['heap', 'buffers', 'threadHeap', 'threadBuffers'] as const;
type Held = (typeof HELD)[number];

/** Runs the pipeline with everything on and without telemetry, in fresh processes by turns. @throws BenchProcessError */
export async function measureMemory(records: number, processes: number): Promise<MemoryReport> {
	const off: MemoryReadings[] = [];
	const on: MemoryReadings[] = [];
	for (let round = 0; round < processes; round++) {
		process.stderr.write(
			`memory: ${round + 1} of ${processes} processes with telemetry and without, ${records} records\n`,
		);
		off.push(await follow('off', records));
		on.push(await follow('on', records));
	}
	const residentOff = off.map(({ end }) => end.rss);
	return {
		records,
		processes,
		atStart: added(off, on, ({ start }) => start),
		steady: added(off, on, ({ end }) => end),
		residentOffMb: median(residentOff) / MB,
		residentNoiseMb: (Math.max(...residentOff) - Math.min(...residentOff)) / MB,
		heldGrownMb: median(on.map(({ halfway, end }) => heldOf(end) - heldOf(halfway))) / MB,
	};
}

type When = (readings: MemoryReadings) => HeldMemory;

const heldOf = (reading: HeldMemory): number => HELD.reduce((sum, kind) => sum + reading[kind], 0);

function added(off: readonly MemoryReadings[], on: readonly MemoryReadings[], when: When): AddedMemory {
	const more = (of: (reading: HeldMemory) => number) =>
		(median(on.map((one) => of(when(one)))) - median(off.map((one) => of(when(one))))) / MB;
	const byKind = HELD.map((kind) => [kind, more((reading) => reading[kind])] as const);
	return {
		heldMb: more(heldOf),
		heldByKindMb: Object.fromEntries(byKind) as Record<Held, number>,
		residentMb: more(({ rss }) => rss),
	};
}

async function follow(telemetry: 'on' | 'off', records: number): Promise<MemoryReadings> {
	const child = fork(entryFile(new URL('./memory-process.ts', import.meta.url)), [telemetry, String(records)], {
		stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
	});
	let readings: MemoryReadings | undefined;
	child.on('message', (message) => {
		readings = message as MemoryReadings;
	});
	const [exitCode] = (await once(child, 'exit')) as [number | null];
	if (readings === undefined || exitCode !== 0) throw new BenchProcessError(exitCode);
	return readings;
}
