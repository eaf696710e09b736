import { describe, expect, it } from 'vitest';
import { registrationOf, startGamma } from './support/module-under-test.ts';
import { batchOf, recordOf } from './support/records.ts';
import { PERMANENT, SUCCESS, TRANSIENT } from './support/scripted-adapter.ts';
import { until } from './support/virtual-runtime.ts';

describe('delivery with retries', () => {
	it('delivers at the first attempt', async () => {
		const { gamma, of, adapter } = await startGamma();
		const record = recordOf('r1');
		const outcome = gamma.accept(batchOf('b1', [record]));
		await gamma.idle();
		expect(outcome).toMatchObject({ status: 'ACCEPTED', accepted: 1, duplicates: 0 });
		expect(of('recordTerminal')).toEqual([
			{
				recordId: 'r1',
				targetSchema: 'flight',
				outcome: 'DELIVERED',
				record,
				batchId: 'b1',
				results: [
					expect.objectContaining({
						recordId: 'r1',
						destinationId: 'out',
						finalStatus: 'DELIVERED',
						totalAttempts: 1,
						acknowledgmentId: 'attempt-1',
						acknowledgmentTimestamp: '2026-01-01T00:00:00.000000Z',
						deliveryLatencyMs: 0,
						lineageId: 'lineage-r1',
					}),
				],
			},
		]);
		expect(adapter.sent).toEqual(['r1']);
		await gamma.stop();
	});

	it('waits longer after each failure, up to the limit, and then writes a dead letter', async () => {
		const config = {
			maxDeliveryRetries: 3,
			retryInitialDelayMs: 1000,
			retryMaxDelayMs: 3000,
			circuitFailureThreshold: 100,
		};
		const { gamma, runtime, of } = await startGamma({ config, script: () => TRANSIENT });
		gamma.accept(batchOf('b1', [recordOf('r1')]));
		for (const delayMs of [1000, 2000, 3000]) {
			await until(() => of('retryScheduled').at(-1)?.delayMs === delayMs && runtime.sleepersIn(delayMs) > 0);
			await runtime.advance(delayMs);
		}
		await gamma.idle();
		expect(of('retryScheduled').map(({ attemptNumber, delayMs }) => [attemptNumber, delayMs])).toEqual([
			[2, 1000],
			[3, 2000],
			[4, 3000],
		]);
		expect(of('recordTerminal')[0]).toMatchObject({
			outcome: 'DLQ',
			results: [{ totalAttempts: 4, finalStatus: 'DLQ' }],
		});
		const [entry] = gamma.parts.deadLetters.list();
		expect(entry?.item).toMatchObject({
			recordId: 'r1',
			destinationId: 'out',
			failureReason: 'CONN_007_SOURCE_OUTAGE',
			failureDetails: 'down',
			replayCount: 0,
			createdAt: '2026-01-01T00:00:06.000000Z',
			expiresAt: '2026-01-31T00:00:06.000000Z',
		});
		expect(entry?.item.attemptHistory.map(({ attemptNumber, status }) => [attemptNumber, status])).toEqual([
			[1, 'FAILED'],
			[2, 'FAILED'],
			[3, 'FAILED'],
			[4, 'FAILED'],
		]);
		await gamma.stop();
	});

	it.each([
		[0, 1],
		[1, 2],
	])('makes %i retries after the first attempt', async (maxDeliveryRetries, attempts) => {
		const { gamma, runtime, of } = await startGamma({ config: { maxDeliveryRetries }, script: () => TRANSIENT });
		gamma.accept(batchOf('b1', [recordOf('r1')]));
		if (attempts > 1) {
			await until(() => runtime.sleepersIn(1000) > 1);
			await runtime.advance(1000);
		}
		await gamma.idle();
		expect(of('deliveryResult')[0]?.result).toMatchObject({ totalAttempts: attempts, finalStatus: 'DLQ' });
		await gamma.stop();
	});

	it.each([
		[7000, 7000],
		[300_000, 300_000],
		[300_001, 300_000],
	])('waits as long as the destination asks, %i ms, up to the limit', async (retryAfterMs, delayMs) => {
		const limited = { ...TRANSIENT, errorCode: 'DELIV_004_RATE_LIMITED', retryAfterMs };
		const { gamma, of } = await startGamma({ script: () => limited });
		gamma.accept(batchOf('b1', [recordOf('r1')]));
		await until(() => of('retryScheduled').length > 0);
		expect(of('retryScheduled')[0]).toMatchObject({ delayMs, isRateLimited: true });
		await gamma.stop(0);
	});

	it('writes a dead letter at once when the destination rejects', async () => {
		const { gamma, of } = await startGamma({ script: () => PERMANENT });
		gamma.accept(batchOf('b1', [recordOf('r1')]));
		await gamma.idle();
		expect(of('retryScheduled')).toEqual([]);
		expect(of('recordTerminal')[0]).toMatchObject({ outcome: 'DLQ', results: [{ totalAttempts: 1 }] });
		expect(of('failure')[0]).toMatchObject({
			category: 'DELIVERY',
			error: { errorType: 'PERMANENT', retryEligible: false },
		});
		await gamma.stop();
	});

	it('gives a record a result when the adapter throws or answers too little', async () => {
		const throws = await startGamma({
			config: { maxDeliveryRetries: 0 },
			script: () => {
				throw new Error('broken adapter');
			},
		});
		throws.gamma.accept(batchOf('b1', [recordOf('r1')]));
		await throws.gamma.idle();
		expect(throws.of('failure')[0]).toMatchObject({
			error: { errorCode: 'DELIV_999_UNKNOWN', destinationResponse: 'broken adapter' },
		});
		const short = await startGamma({ config: { maxDeliveryRetries: 0 } });
		short.adapter.deliver = async () => [];
		short.gamma.accept(batchOf('b1', [recordOf('r1')]));
		await short.gamma.idle();
		expect(short.of('failure')[0]).toMatchObject({ error: { errorCode: 'DELIV_006_PARTIAL' } });
		expect([...throws.of('recordTerminal'), ...short.of('recordTerminal')].map(({ outcome }) => outcome)).toEqual([
			'DLQ',
			'DLQ',
		]);
	});

	it('ends a call that takes too long and aborts it', async () => {
		let aborted = false;
		const { gamma, runtime, of } = await startGamma({
			config: { maxDeliveryRetries: 0, deliveryTimeoutMs: 1000, ackSweepIntervalMs: 60_000 },
			script: (_outbound, { signal }) =>
				new Promise(() => {
					signal.addEventListener('abort', () => {
						aborted = true;
					});
				}),
		});
		gamma.accept(batchOf('b1', [recordOf('r1')]));
		await until(() => runtime.sleepersIn(1000) === 1);
		await runtime.advance(999);
		expect(of('deliveryResult')).toEqual([]);
		await runtime.advance(1);
		await gamma.idle();
		expect(gamma.parts.deadLetters.list()[0]?.item.attemptHistory).toMatchObject([
			{ status: 'TIMEOUT', errorCode: 'DELIV_001_TIMEOUT', latencyMs: 1000 },
		]);
		expect(aborted).toBe(true);
	});

	it('sends first in first out, in fuller calls when the destination is busy', async () => {
		const { gamma, adapter } = await startGamma({ destination: { maxBatchRecords: 3, poolSize: 1 } });
		const ids = Array.from({ length: 8 }, (_, index) => `r${index}`);
		gamma.accept(
			batchOf(
				'b1',
				ids.map((id) => recordOf(id)),
			),
		);
		await gamma.idle();
		expect(adapter.sent).toEqual(ids);
		expect(Math.max(...adapter.calls.map((call) => call.length))).toBe(3);
	});

	it('never has more calls under way than the pool allows', async () => {
		let underWay = 0;
		let most = 0;
		const { gamma } = await startGamma({
			destination: { poolSize: 2 },
			script: async () => {
				underWay += 1;
				most = Math.max(most, underWay);
				await new Promise((resolve) => setImmediate(resolve));
				underWay -= 1;
				return SUCCESS;
			},
		});
		gamma.accept(
			batchOf(
				'b1',
				Array.from({ length: 9 }, (_, index) => recordOf(`r${index}`)),
			),
		);
		await gamma.idle();
		expect(most).toBe(2);
	});
});

describe('expiration', () => {
	it.each([
		[1, 'DELIVERED'],
		[0, 'EXPIRED'],
	])('with %i ms left the record ends %s', async (leftMs, outcome) => {
		const { gamma, runtime, of, adapter } = await startGamma();
		const expiration = new Date(runtime.now() + leftMs).toISOString();
		gamma.accept(batchOf('b1', [recordOf('r1')]), { expiration });
		await gamma.idle();
		expect(of('recordTerminal')[0]?.outcome).toBe(outcome);
		expect(adapter.sent.length).toBe(leftMs);
		if (outcome === 'EXPIRED') {
			expect(gamma.parts.errorQueue.list()[0]).toMatchObject({ queue: 'DELIVERY', errorCode: 'DELIV_007_EXPIRED' });
		}
	});

	it('is checked again before every retry', async () => {
		const { gamma, runtime, of } = await startGamma({
			profiles: { standard: { timeToLiveMs: 1500 } },
			config: { retryInitialDelayMs: 1000 },
			script: () => TRANSIENT,
		});
		gamma.accept(batchOf('b1', [recordOf('r1')]));
		await until(() => runtime.sleepersIn(1000) > 1);
		await runtime.advance(1000);
		await until(() => runtime.sleepersIn(2000) > 0);
		await runtime.advance(2000);
		await gamma.idle();
		expect(of('recordTerminal')[0]).toMatchObject({ outcome: 'EXPIRED', results: [{ totalAttempts: 2 }] });
	});
});

describe('circuit and holding queue', () => {
	const config = {
		circuitFailureThreshold: 2,
		circuitSuccessThreshold: 2,
		circuitResetTimeoutMs: 5000,
		maxDeliveryRetries: 50,
		retryMaxDelayMs: 1000,
	};

	it('opens at the threshold, holds records, tries after the reset time, and closes after enough successes', async () => {
		let isDown = true;
		const { gamma, runtime, of } = await startGamma({ config, script: () => (isDown ? TRANSIENT : SUCCESS) });
		const [out] = gamma.destinations;
		gamma.accept(
			batchOf(
				'b1',
				['r1', 'r2', 'r3'].map((id) => recordOf(id)),
			),
		);
		await until(() => out?.circuit.state === 'OPEN');
		await runtime.advance(1000);
		await until(() => out?.holding.depth === 3);
		isDown = false;
		await runtime.advance(5000);
		await gamma.idle();
		expect(of('circuitChanged').map(({ previousState, newState }) => `${previousState}>${newState}`)).toEqual([
			'CLOSED>OPEN',
			'OPEN>HALF_OPEN',
			'HALF_OPEN>CLOSED',
		]);
		expect(of('recordTerminal').map(({ outcome }) => outcome)).toEqual(['DELIVERED', 'DELIVERED', 'DELIVERED']);
	});

	it('does not open below the threshold', async () => {
		let failures = 1;
		const { gamma, runtime, of } = await startGamma({ config, script: () => (failures-- > 0 ? TRANSIENT : SUCCESS) });
		gamma.accept(batchOf('b1', [recordOf('r1')]));
		await until(() => runtime.sleepersIn(1000) > 1);
		await runtime.advance(1000);
		await gamma.idle();
		expect(of('circuitChanged')).toEqual([]);
	});

	it('does not open for rejected or rate-limited records', async () => {
		const { gamma, of } = await startGamma({
			config: { ...config, maxDeliveryRetries: 0 },
			script: ({ rendered }) =>
				rendered.recordId === 'r1' ? PERMANENT : { ...TRANSIENT, errorCode: 'DELIV_004_RATE_LIMITED' },
		});
		gamma.accept(
			batchOf(
				'b1',
				['r1', 'r2', 'r3', 'r4'].map((id) => recordOf(id)),
			),
		);
		await gamma.idle();
		expect(of('circuitChanged')).toEqual([]);
	});

	it('opens again when a trial fails, and gives up on records after too many trials', async () => {
		const { gamma, runtime, of } = await startGamma({
			config: { ...config, maxConnectionRetries: 1, maxDeliveryRetries: 50 },
			script: () => TRANSIENT,
		});
		gamma.accept(
			batchOf(
				'b1',
				Array.from({ length: 6 }, (_, index) => recordOf(`r${index}`)),
			),
		);
		for (let round = 0; round < 40 && gamma.inFlightRecords > 4; round++) {
			await runtime.advance(6000);
		}
		const reasons = gamma.parts.deadLetters.list().map(({ errorCode }) => errorCode);
		expect(reasons).toContain('DELIV_008_CIRCUIT_OPEN');
		expect(
			of('circuitChanged')
				.map(({ newState }) => newState)
				.slice(0, 3),
		).toEqual(['OPEN', 'HALF_OPEN', 'OPEN']);
		await gamma.stop(0);
	});

	it.each([
		[3, 0],
		[2, 1],
	])('holds %i records and dead-letters the other %i of three', async (holdingCapacity, letters) => {
		const { gamma, runtime } = await startGamma({ config: { ...config, holdingCapacity }, script: () => TRANSIENT });
		const [out] = gamma.destinations;
		gamma.accept(
			batchOf(
				'b1',
				['r1', 'r2', 'r3'].map((id) => recordOf(id)),
			),
		);
		await until(() => out?.circuit.state === 'OPEN');
		await runtime.advance(1000);
		await until(() => out?.holding.depth === holdingCapacity);
		await runtime.advance(0);
		expect(gamma.parts.deadLetters.size).toBe(letters);
		await gamma.stop(0);
	});

	it('lets held records expire', async () => {
		const { gamma, runtime, of } = await startGamma({
			config,
			profiles: { standard: { timeToLiveMs: 3000 } },
			script: () => TRANSIENT,
		});
		const [out] = gamma.destinations;
		gamma.accept(batchOf('b1', [recordOf('r1'), recordOf('r2')]));
		await until(() => out?.circuit.state === 'OPEN');
		await runtime.advance(1000);
		await until(() => out?.holding.depth === 2);
		await runtime.advance(2000);
		await gamma.idle();
		expect(of('recordTerminal').map(({ outcome }) => outcome)).toEqual(['EXPIRED', 'EXPIRED']);
	});
});

describe('fan-out', () => {
	it('ends PARTIAL when one destination fails, and blocks what a destination may not see', async () => {
		const { gamma, of, adapter } = await startFanOut();
		gamma.accept(batchOf('b1', [recordOf('r1')]));
		await gamma.idle();
		expect(of('recordTerminal')[0]).toMatchObject({
			outcome: 'PARTIAL',
			results: [
				{ destinationId: 'out', finalStatus: 'DELIVERED' },
				{ destinationId: 'public', finalStatus: 'FAILED', totalAttempts: 0 },
				{ destinationId: 'missing', finalStatus: 'FAILED' },
				{ destinationId: 'off', finalStatus: 'FAILED' },
			],
		});
		expect(of('deliveryBlocked')).toEqual([
			expect.objectContaining({
				recordId: 'r1',
				destinationId: 'public',
				classification: 'INTERNAL',
				maxClassification: 'PUBLIC',
			}),
		]);
		expect(
			gamma.parts.errorQueue.list().map(({ queue, errorCode, destinationId }) => [queue, errorCode, destinationId]),
		).toEqual([
			['ROUTING', 'ROUTE_005_UNAUTHORIZED', 'public'],
			['ROUTING', 'ROUTE_004_INVALID_DESTINATION', 'missing'],
			['ROUTING', 'ROUTE_003_DESTINATION_DISABLED', 'off'],
		]);
		expect(adapter.sent).toEqual(['r1']);
	});
});

async function startFanOut() {
	const harness = await startGamma({
		routing: { rules: [], defaultDestinations: ['out', 'public', 'missing', 'off'] },
	});
	const { destinations } = harness.gamma.parts;
	const { adapter } = harness;
	destinations.register({ registration: registrationOf('public', { maxClassification: 'PUBLIC' }), adapter }, 'test');
	destinations.register({ registration: registrationOf('off', { enabled: false }), adapter }, 'test');
	return harness;
}
