import { describe, expect, it } from 'vitest';
import {
	allocatedBytes,
	type BenchSubject,
	bytesPerRecord,
	CONTROL,
	countedSubject,
	measureInThisProcess,
	measurePairs,
	resolvePlan,
} from '../src/index.ts';

const OBJECTS = 50_000;

function logging(name: string, log: string[]): BenchSubject {
	return {
		run: (records) => {
			log.push(`${name} ${records}`);
		},
		flush: () => {
			log.push(`${name} flush`);
		},
		verify: () => {},
	};
}

describe('pairs', () => {
	it('alternate, change their order, and flush after each batch', async () => {
		const log: string[] = [];
		const [base, mode] = [countedSubject(logging('base', log)), countedSubject(logging('mode', log))];
		const { baseHotNs, modeCpuNs } = await measurePairs(base, mode, 2, 8);
		expect(log).toEqual([
			...['base 8', 'base flush', 'mode 8', 'mode flush'],
			...['mode 8', 'mode flush', 'base 8', 'base flush'],
		]);
		expect([baseHotNs.length, modeCpuNs.length]).toEqual([2, 2]);
	});
});

describe('verification', () => {
	const plan = (verify: BenchSubject['verify'], verified: number[] = []) =>
		resolvePlan({
			name: 'counting',
			record: 'nothing',
			base: () => ({ run: () => {}, runOne: () => {}, verify: () => {} }),
			modes: {
				mode: () => ({
					run: () => {},
					runOne: () => {},
					verify: (records) => {
						verified.push(records);
						return verify(records);
					},
				}),
			},
			recordsPerBatch: 10,
			pairs: 4,
			warmUpBatches: 3,
			latencyRecords: 5,
		});

	it('is asked for exactly the work done, before and after', async () => {
		const verified: number[] = [];
		const rows = await measureInThisProcess(plan(() => {}, verified));
		expect(Object.keys(rows)).toEqual([CONTROL, 'mode']);
		// 3 batches to warm up; then 4 pairs, 5 single records and 9 rounds of allocation.
		expect(verified).toEqual([30, 40 + 5 + 90]);
	});

	it('ends the run when the work was not done', async () => {
		const failing = plan(() => {
			throw new Error('0 of 30 spans exported');
		});
		await expect(measureInThisProcess(failing)).rejects.toThrow('0 of 30 spans exported');
	});
});

describe('a row with a base of its own', () => {
	it('is measured against that', async () => {
		const begun: string[] = [];
		const made = (name: string) => () => {
			begun.push(name);
			return { run: () => {}, verify: () => {} };
		};
		const plan = resolvePlan({
			name: 'bases',
			record: 'nothing',
			base: made('base'),
			modes: { half: made('half'), whole: made('whole') },
			bases: { whole: made('half') },
			recordsPerBatch: 1,
			pairs: 1,
			warmUpBatches: 0,
		});
		await measureInThisProcess(plan);
		expect(begun).toEqual([...['base', 'base'], ...['base', 'half'], ...['half', 'whole']]);
	});
});

describe('allocation', () => {
	it('counts what was collected on the way', async () => {
		let last: object = {};
		const bytes = await allocatedBytes(() => {
			for (let index = 0; index < 100 * OBJECTS; index += 1) last = { index, other: last === undefined };
		});
		expect(last).toEqual({ index: 100 * OBJECTS - 1, other: false });
		// Two fields are at least 20 bytes; together far more than the young generation holds.
		expect(bytes).toBeGreaterThan(20 * 100 * OBJECTS);
	});

	it('tells allocating records from others', async () => {
		const numbers = new Float64Array(16);
		const still = countedSubject({
			run: (records) => {
				for (let index = 0; index < records; index += 1) numbers[index & 15] = index;
			},
			verify: () => {},
		});
		const kept: object[] = [];
		const allocating = countedSubject({
			run: (records) => {
				kept.length = 0;
				for (let index = 0; index < records; index += 1) kept.push({ index, at: index * 2 });
			},
			verify: () => {},
		});
		expect(await bytesPerRecord(still, OBJECTS)).toBeLessThan(1);
		expect(await bytesPerRecord(allocating, OBJECTS)).toBeGreaterThan(16);
	});
});
