import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WorkerPool } from '../src/processing/worker-pool.ts';

function poolOf(items: number[], concurrency: number, windowSize: number) {
	const open = new Map<number, () => void>();
	const released: number[] = [];
	let most = 0;
	const pool = new WorkerPool<number, number>({
		concurrency,
		windowSize,
		next: () => items.shift(),
		work: (item) =>
			new Promise((resolve) => {
				open.set(item, () => resolve(item * 10));
				most = Math.max(most, open.size);
			}),
		release: (item, result) => released.push(item + result),
	});
	const finish = async (item: number) => {
		open.get(item)?.();
		open.delete(item);
		await new Promise(setImmediate);
	};
	return { pool, open, released, finish, most: () => most };
}

describe('WorkerPool', () => {
	it('gives results out in the order of the items, whatever ends first', async () => {
		const { pool, released, finish } = poolOf([1, 2, 3], 3, 10);
		pool.wake();
		await new Promise(setImmediate);
		await finish(3);
		await finish(2);
		expect([released, pool.unreleased]).toEqual([[], 3]);
		await finish(1);
		expect([released, pool.unreleased]).toEqual([[11, 22, 33], 0]);
	});

	it('runs no more items ahead of the oldest than its window', async () => {
		const { pool, open, finish } = poolOf([1, 2, 3, 4], 2, 3);
		pool.wake();
		await new Promise(setImmediate);
		await finish(2);
		await finish(3);
		expect([...open.keys()]).toEqual([1]);
		await finish(1);
		expect([...open.keys()]).toEqual([4]);
	});

	it('uses fewer workers when told so', async () => {
		const { pool, open, finish } = poolOf([1, 2, 3, 4], 2, 10);
		pool.wake();
		await new Promise(setImmediate);
		pool.setConcurrency(1);
		await finish(1);
		expect([...open.keys()]).toEqual([2]);
		await finish(2);
		expect([...open.keys()]).toEqual([3]);
	});

	it('keeps order and limits for any way of finishing', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.integer({ min: 1, max: 5 }),
				fc.integer({ min: 1, max: 8 }),
				fc.infiniteStream(fc.nat()),
				async (concurrency, windowSize, choices) => {
					const items = Array.from({ length: 12 }, (_, at) => at + 1);
					const { pool, open, released, finish, most } = poolOf([...items], concurrency, windowSize);
					pool.wake();
					await new Promise(setImmediate);
					while (open.size > 0) {
						const keys = [...open.keys()];
						await finish(keys[(choices.next().value as number) % keys.length] ?? 0);
					}
					await pool.idle();
					expect(released).toEqual(items.map((item) => item * 11));
					expect(most()).toBeLessThanOrEqual(concurrency);
				},
			),
			{ numRuns: 30 },
		);
	});
});
