import { expect, it } from 'vitest';
import { Batches } from '../../src/ingest/batches.ts';
import { LoopTurns } from '../../src/ingest/loop-turns.ts';

it('gives each piece of work one turn after the other, and the loop its own between them', async () => {
	const turns = new LoopTurns();
	const order: string[] = [];
	const work = async (name: string, length: number) => {
		for (let turn = 1; turn <= length; turn++) {
			await turns.next();
			order.push(`${name}${turn}`);
		}
	};
	const others = new Promise<void>((resolve) => setImmediate(() => resolve(void order.push('loop'))));
	await Promise.all([work('a', 3), work('b', 1), work('c', 2), others]);
	expect(order.filter((name) => name !== 'loop')).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'a3']);
	expect(order.indexOf('loop')).toBeLessThan(2);
});

function recorded(maxRows: number, atOnce = 1) {
	const stored: number[][] = [];
	const gates: PromiseWithResolvers<void>[] = [];
	const batches = new Batches<{ rows: number; bytes: number }>({
		maxRows,
		maxDelayMs: 3_600_000,
		atOnce,
		store: async (parts) => {
			stored.push(parts.map(({ rows }) => rows));
			const gate = Promise.withResolvers<void>();
			gates.push(gate);
			await gate.promise;
		},
	});
	return { stored, gates, batches };
}

it('stores at once what comes first, and together what comes meanwhile, up to the bound', async () => {
	const { stored, gates, batches } = recorded(10);
	const parts = [1, 4, 6, 3, 25].map((rows) => batches.add({ rows, bytes: 0 }));
	for (let batch = 0; batch < 4; batch++) {
		expect(stored).toHaveLength(batch + 1);
		gates[batch]?.resolve();
		await new Promise(setImmediate);
	}
	await Promise.all(parts);
	expect(stored).toEqual([[1], [4, 6], [3], [25]]);
});

it('stores no more bytes together than the loop should wait for', async () => {
	const { stored, gates, batches } = recorded(10);
	const parts = [1, 2, 3, 4].map((rows) => batches.add({ rows, bytes: rows === 1 ? 0 : 4_194_304 }));
	for (let batch = 0; batch < 3; batch++) {
		gates[batch]?.resolve();
		await new Promise(setImmediate);
	}
	await Promise.all(parts);
	expect(stored).toEqual([[1], [2, 3], [4]]);
});

it('tells those whose batch failed, and nobody else', async () => {
	const { gates, batches } = recorded(10);
	const first = batches.add({ rows: 1, bytes: 0 });
	const second = batches.add({ rows: 1, bytes: 0 });
	gates[0]?.reject(new Error('away'));
	await expect(first).rejects.toThrow('away');
	const flushed = batches.flush();
	await new Promise(setImmediate);
	gates[1]?.resolve();
	await Promise.all([second, flushed]);
});

it('stores a batch beside another one when it is large, and lets a small one wait for more', async () => {
	const { stored, gates, batches } = recorded(10, 2);
	const parts = [1, 3, 1, 9, 2].map((rows) => batches.add({ rows, bytes: 0 }));
	expect(stored).toEqual([[1], [3, 1]]);
	gates[0]?.resolve();
	await new Promise(setImmediate);
	expect(stored).toEqual([[1], [3, 1], [9]]);
	gates[1]?.resolve();
	await new Promise(setImmediate);
	expect(stored).toHaveLength(3);
	gates[2]?.resolve();
	await new Promise(setImmediate);
	gates[3]?.resolve();
	await Promise.all(parts);
	expect(stored).toEqual([[1], [3, 1], [9], [2]]);
});
