import type { DeliveryCall, DeliveryReceipt, DestinationAdapter, OutboundRecord } from '@pipeline/gamma';
import { describe, expect, it, vi } from 'vitest';
import { spoilingRules, spoilRecords } from '../src/run/faults.ts';
import { faultyDestination } from '../src/run/faulty-destination.ts';
import type { Fault, RunOptions } from '../src/run/run-options.ts';

const RECORDS = 10_000;
const CALL: DeliveryCall = { callId: 'c', signal: new AbortController().signal };

const optionsWith = (...faults: Fault[]): RunOptions => ({
	profile: 'dev',
	transport: 'tcp',
	processes: 1,
	seed: '1',
	faults,
	out: '/nowhere',
});

describe('spoilRecords', () => {
	const records = () =>
		Array.from({ length: RECORDS }, (_, n) => ({ recordId: `r${n}`, fields: { origin: 1, other: 2 } }));

	it('takes from one record in two hundred what its transformation needs, all of it or a part', () => {
		const spoil = spoilRecords(optionsWith('fail-records'));
		const spoiled = spoil(records()).filter(({ fields }) => !('origin' in fields));
		expect(spoiled.length / RECORDS).toBeCloseTo(0.005, 2);
		expect(new Set(spoiled.map(({ fields }) => Object.keys(fields).length))).toEqual(new Set([0, 1]));
		// Also when they come again.
		expect(spoil(records()).filter(({ fields }) => !('origin' in fields))).toEqual(spoiled);
	});

	it('does nothing unless asked for', () => {
		const all = records();
		expect(spoilRecords(optionsWith())(all)).toBe(all);
		expect([spoilingRules(optionsWith()), spoilingRules(optionsWith('fail-records')).length]).toEqual([[], 1]);
	});
});

describe('faultyDestination', () => {
	/** Takes everything. */
	class Taking {
		readonly formats = ['JSON'];
		readonly #taken: string[] = [];

		get taken(): readonly string[] {
			return this.#taken;
		}

		async deliver(batch: readonly OutboundRecord[]): Promise<readonly DeliveryReceipt[]> {
			this.#taken.push(...batch.map(({ rendered }) => rendered.recordId));
			return batch.map(() => ({ status: 'SUCCESS' }));
		}
	}

	const batchOf = (count: number, attemptNumber: number) =>
		Array.from({ length: count }, (_, n) => ({
			rendered: { recordId: `r${n}` },
			attemptId: `a${n}`,
			attemptNumber,
		})) as unknown as OutboundRecord[];
	const faulty = (adapter: object, options: RunOptions, onSlowed = (_: readonly string[]) => {}) =>
		faultyDestination(adapter as DestinationAdapter, options, onSlowed);

	it('refuses some records for good and some once, answers for each, and passes the others on', async () => {
		const adapter = new Taking();
		const destination = faulty(adapter, optionsWith('fail-records'));
		const [first, second] = [
			await destination.deliver(batchOf(RECORDS, 1), CALL),
			await destination.deliver(batchOf(RECORDS, 2), CALL),
		];
		const refused = (receipts: readonly DeliveryReceipt[]) =>
			receipts.flatMap(({ status, retryEligible }, at) => (status === 'FAILED' ? [{ at, retryEligible }] : []));
		const forGood = refused(first).filter(({ retryEligible }) => !retryEligible);
		expect(forGood.length / RECORDS).toBeCloseTo(0.003, 2);
		expect(refused(first).length).toBeGreaterThan(forGood.length);
		expect(refused(second)).toEqual(forGood);
		expect(adapter.taken).toHaveLength(2 * RECORDS - refused(first).length - forGood.length);
		expect(destination.formats).toBe(adapter.formats);
	});

	it('answers one call in four hundred late, and says whose', async () => {
		vi.useFakeTimers();
		const slowed: string[] = [];
		const destination = faulty(new Taking(), optionsWith('slow-records'), (ids) => slowed.push(...ids));
		const calls = Array.from({ length: 404 }, () => destination.deliver(batchOf(1, 1), CALL));
		vi.useRealTimers();
		expect(slowed).toEqual(['r0', 'r0']);
		expect((await Promise.all(calls.toSpliced(402, 1).toSpliced(2, 1))).length).toBe(402);
	});

	it('is the destination itself unless asked for', () => {
		const adapter = new Taking();
		expect(faulty(adapter, optionsWith())).toBe(adapter);
	});
});
