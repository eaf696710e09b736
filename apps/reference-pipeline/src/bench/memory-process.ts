import { setTimeout as sleep } from 'node:timers/promises';
import { type HeldMemory, heldMemory } from './held-memory.ts';
import { pipelineSubject } from './pipeline-subject.ts';

// A process of its own: `on` or `off`, and how many records. Without telemetry its code is not even loaded.

/** Before the first record, after half of them, after all. */
export interface MemoryReadings {
	readonly start: HeldMemory;
	readonly halfway: HeldMemory;
	readonly end: HeldMemory;
}

const BATCH = 400;
/** Everything of a batch is on its way or on disk, and nothing waits for a timer. */
const SETTLE_MS = 200;

const [telemetry, count] = process.argv.slice(2);
const subject = await pipelineSubject(telemetry === 'on' ? await everythingOn() : undefined);
const start = await reading();
await follow(Math.ceil(Number(count) / 2));
const halfway = await reading();
await follow(Math.floor(Number(count) / 2));
process.send?.({ start, halfway, end: await reading() } satisfies MemoryReadings);
await subject.close?.();
process.exit(0);

async function everythingOn() {
	const { uninstallTelemetry } = await import('@pipeline/telemetry-core');
	const { instrumentModules } = await import('../telemetry/instrument-modules.ts');
	const { recorderProd } = await import('./recorder-modes.ts');
	await instrumentModules();
	uninstallTelemetry();
	return recorderProd();
}

async function follow(records: number): Promise<void> {
	for (let done = 0; done < records; done += BATCH) {
		const size = Math.min(BATCH, records - done);
		await subject.run(size);
		await subject.flush?.();
		await subject.verify(size);
		subject.takeLatenciesMs?.();
	}
}

async function reading(): Promise<HeldMemory> {
	await sleep(SETTLE_MS);
	return heldMemory();
}
