import { Worker } from 'node:worker_threads';
import { expect, it, onTestFinished } from 'vitest';
import { heldMemory } from '../src/bench/held-memory.ts';
import { memoryGoals, memoryTrends } from '../src/bench/soak/memory-trends.ts';
import type { MemorySample } from '../src/bench/soak/soak-protocol.ts';

const MB = 1_048_576;
const SAMPLE_EVERY_S = 5;
const PLAN = { warmUpSeconds: 120, everySeconds: 30 };

it('sees what other threads hold, in their heaps and beside them', async () => {
	const before = await heldMemory();
	const holds = 'globalThis.held = [Buffer.alloc(8e6), Array.from({ length: 1e6 }, (_, at) => at + 0.5)];';
	const thread = new Worker(
		`${holds} require('node:worker_threads').parentPort.on('message', () => {}).postMessage(0);`,
		{
			eval: true,
		},
	);
	onTestFinished(async () => void (await thread.terminate()));
	await new Promise((resolve) => thread.once('message', resolve));
	const after = await heldMemory();
	expect((after.threadBuffers - before.threadBuffers) / MB).toBeGreaterThan(7);
	expect((after.threadHeap - before.threadHeap) / MB).toBeGreaterThan(7);
	expect((after.heap - before.heap) / MB).toBeLessThan(4);
});

it('does not count what nobody holds', async () => {
	const before = await heldMemory();
	for (let count = 0; count < 64; count++) Buffer.alloc(MB);
	expect(((await heldMemory()).buffers - before.buffers) / MB).toBeLessThan(8);
});

/** Ten minutes in which memory fills up in each outage and is given back, and code warms up. @param leakMb a minute */
function samples(
	leak: Partial<Record<'heap' | 'buffers' | 'threadHeap' | 'threadBuffers' | 'rss', number>>,
): MemorySample[] {
	// Ends in the middle of an outage.
	return Array.from({ length: 122 }, (_, at) => {
		const seconds = at * SAMPLE_EVERY_S;
		const backlog = seconds % 30 < 12 ? 16 : 0;
		const noise = Math.sin(at * 12.9898) / 4;
		const mb = (kind: keyof typeof leak) => (40 + backlog + noise + ((leak[kind] ?? 0) * seconds) / 60) * MB;
		return {
			seconds,
			heap: mb('heap') + Math.min(seconds, 100) * 80_000,
			buffers: mb('buffers'),
			threadHeap: mb('threadHeap'),
			threadBuffers: mb('threadBuffers'),
			rss: mb('rss'),
		};
	});
}

const failed = (leak: Parameters<typeof samples>[0]): string[] =>
	memoryGoals(memoryTrends(samples(leak), PLAN)).flatMap(({ measures, pass }) => (pass ? [] : [measures]));

it('finds no trend where memory comes and goes', () => {
	expect(failed({})).toEqual([]);
});

it.each(['heap', 'buffers', 'threadHeap', 'threadBuffers'] as const)(
	'finds a hundred bytes of a record in %s',
	(kind) => {
		// At the rate of the soak, 100 records a second.
		expect(failed({ [kind]: (6_000 * 100) / MB })).toEqual([`${kind}, MB a minute`]);
	},
);
