import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AckTimeoutAction } from '@pipeline/model';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type GammaConfig, HttpDestination, LocalHttpSink, MAX_ACK_MEMBERS } from '../src/index.ts';
import { type Harness, registrationOf, startGamma } from './support/module-under-test.ts';
import { batchOf, recordOf } from './support/records.ts';
import { until, VirtualRuntime } from './support/virtual-runtime.ts';

const config: Partial<GammaConfig> = { ackWaitTimeoutMs: 5000, maxDeliveryRetries: 1, retryInitialDelayMs: 100 };

function async(ackTimeoutAction: AckTimeoutAction = 'RETRY_DELIVERY') {
	return { registration: registrationOf('out', { ackType: 'ASYNC', ackTimeoutAction }) };
}

async function startWaiting(action?: AckTimeoutAction, ids = ['r1']): Promise<Harness> {
	const harness = await startGamma({ config, destination: async(action) });
	harness.gamma.accept(
		batchOf(
			'b1',
			ids.map((id) => recordOf(id)),
		),
	);
	await until(() => harness.gamma.pendingAcks === ids.length);
	return harness;
}

describe('asynchronous acknowledgments', () => {
	it('are joined by the attempt id; many records wait at once', async () => {
		const { gamma, of, runtime } = await startWaiting('RETRY_DELIVERY', ['r1', 'r2', 'r3']);
		expect(gamma.pendingAcksByDestination).toEqual([
			{ destinationId: 'out', ackType: 'ASYNC', count: 3, oldestAgeSeconds: 0 },
		]);
		await runtime.advance(2000);
		const outcomes = ['attempt-3', 'attempt-1', 'attempt-2'].map((id) =>
			gamma.parts.acks.receive({
				correlation_id: id,
				status: 'RECEIVED',
				acknowledgment_id: `ack-${id}`,
				message: 'ok',
			}),
		);
		await gamma.idle();
		expect(outcomes[0]).toEqual({
			kind: 'MATCHED',
			acknowledgments: [
				expect.objectContaining({
					recordId: 'r3',
					ackType: 'ASYNC',
					ackStatus: 'RECEIVED',
					expectedBy: '2026-01-01T00:00:05.000000Z',
					receivedAt: '2026-01-01T00:00:02.000000Z',
					ackPayload: 'ok',
				}),
			],
		});
		expect(
			of('recordTerminal')
				.map(({ results }) => results[0]?.acknowledgmentId)
				.sort(),
		).toEqual(['ack-attempt-1', 'ack-attempt-2', 'ack-attempt-3']);
		expect(of('recordTerminal')[0]?.results[0]).toMatchObject({ deliveryLatencyMs: 2000 });
	});

	it('of an error dead-letter the record', async () => {
		const { gamma, of } = await startWaiting();
		gamma.parts.acks.receive({ correlation_id: 'attempt-1', status: 'ERROR', message: 'schema' });
		await gamma.idle();
		expect(of('recordTerminal')[0]?.outcome).toBe('DLQ');
		expect(gamma.parts.deadLetters.list()[0]).toMatchObject({
			errorCode: 'DELIV_002_REJECTED',
			errorMessage: 'schema',
		});
	});

	it('that come twice are duplicates', async () => {
		const { gamma, of } = await startWaiting();
		const ack = { correlation_id: 'attempt-1', status: 'RECEIVED' };
		gamma.parts.acks.receive(ack);
		expect(gamma.parts.acks.receive(ack)).toEqual({ kind: 'DUPLICATE' });
		await gamma.idle();
		expect(of('ackDuplicate')).toEqual([{ correlationId: 'attempt-1', recordId: 'r1', destinationId: 'out' }]);
		expect(of('recordTerminal').length).toBe(1);
	});

	it('that nobody waits for are queued as errors', async () => {
		const { gamma, of } = await startGamma({ config });
		expect(gamma.parts.acks.receive({ correlation_id: 'nobody', status: 'RECEIVED' })).toMatchObject({
			kind: 'UNMATCHED',
			error: { errorCode: 'ACK_003_CORRELATION_MISMATCH', correlationId: 'nobody' },
		});
		expect(gamma.errorQueueSize('ACK')).toBe(1);
		expect(of('failure')).toMatchObject([{ category: 'ACKNOWLEDGMENT' }]);
	});

	it.each([
		['nothing', undefined],
		['a text', 'x'],
		['no id', { status: 'RECEIVED' }],
		['an empty id', { correlation_id: '', status: 'RECEIVED' }],
		['an id of 257 characters', { correlation_id: 'x'.repeat(257), status: 'RECEIVED' }],
		['an unknown status', { correlation_id: 'attempt-1', status: 'MAYBE' }],
		[
			'too many members',
			{
				correlation_id: 'x',
				status: 'RECEIVED',
				members: Array.from({ length: MAX_ACK_MEMBERS + 1 }, () => ({ record_id: 'r', status: 'ERROR' })),
			},
		],
	])('that are malformed (%s) change nothing', async (_name, ack) => {
		const { gamma } = await startWaiting();
		expect(gamma.parts.acks.receive(ack)).toMatchObject({
			kind: 'MALFORMED',
			error: { errorCode: 'ACK_001_MALFORMED' },
		});
		expect([gamma.pendingAcks, gamma.errorQueueSize('ACK')]).toEqual([1, 1]);
		await gamma.stop(0);
	});

	it('may have ids of 256 characters and the largest number of members', async () => {
		const { gamma } = await startGamma({ config });
		const members = Array.from({ length: MAX_ACK_MEMBERS }, () => ({ record_id: 'r', status: 'ERROR' }));
		const ack = { correlation_id: 'x'.repeat(256), status: 'RECEIVED', members };
		expect(gamma.parts.acks.receive(ack).kind).toBe('UNMATCHED');
	});

	it('may overtake the answer of their own call', async () => {
		const { gamma, of } = await startGamma({
			config,
			destination: async(),
			script: ({ attemptId }) => {
				expect(gamma.parts.acks.receive({ correlation_id: attemptId, status: 'RECEIVED' }).kind).toBe('EARLY');
				return { status: 'SUCCESS' };
			},
		});
		gamma.accept(batchOf('b1', [recordOf('r1')]));
		await gamma.idle();
		for (let sweeps = 0; sweeps < 4; sweeps++) await gamma.sweep.run();
		expect(of('recordTerminal')[0]?.outcome).toBe('DELIVERED');
		expect(gamma.errorQueueSize('ACK')).toBe(0);
	});

	it('kept as early are errors when nobody takes them within two sweeps', async () => {
		let finish: () => void = () => undefined;
		const { gamma } = await startGamma({
			config,
			destination: async(),
			script: () => new Promise((resolve) => (finish = () => resolve({ status: 'SUCCESS' }))),
		});
		gamma.accept(batchOf('b1', [recordOf('r1')]));
		await until(() => gamma.inFlightRecords === 1);
		expect(gamma.parts.acks.receive({ correlation_id: 'other', status: 'RECEIVED' }).kind).toBe('EARLY');
		await gamma.sweep.run();
		await gamma.sweep.run();
		expect(gamma.errorQueueSize('ACK')).toBe(0);
		await gamma.sweep.run();
		expect(gamma.errorQueueSize('ACK')).toBe(1);
		finish();
		await gamma.stop(0);
	});
});

describe('one acknowledgment for a call', () => {
	async function startBatch() {
		const registration = registrationOf('out', { ackType: 'BATCH' });
		const harness = await startGamma({ config, destination: { registration, maxBatchRecords: 10 } });
		harness.gamma.destinations[0]?.batcher.pause();
		harness.gamma.accept(
			batchOf(
				'b1',
				['r1', 'r2', 'r3'].map((id) => recordOf(id)),
			),
		);
		harness.gamma.destinations[0]?.batcher.resume();
		await until(() => harness.gamma.pendingAcks === 3);
		return { ...harness, correlation_id: harness.adapter.callIds[0]! };
	}

	it('confirms every member', async () => {
		const { gamma, of, correlation_id } = await startBatch();
		const outcome = gamma.parts.acks.receive({ correlation_id, status: 'RECEIVED' });
		await gamma.idle();
		expect(
			outcome.kind === 'MATCHED' && outcome.acknowledgments.map(({ recordId, ackType }) => [recordId, ackType]),
		).toEqual([
			['r1', 'BATCH'],
			['r2', 'BATCH'],
			['r3', 'BATCH'],
		]);
		expect(of('recordTerminal').map(({ outcome: end }) => end)).toEqual(['DELIVERED', 'DELIVERED', 'DELIVERED']);
	});

	it('may decide member by member; members it leaves out stay pending', async () => {
		const { gamma, of, correlation_id } = await startBatch();
		const members = [
			{ record_id: 'r1', status: 'RECEIVED', acknowledgment_id: 'one' },
			{ record_id: 'r2', status: 'ERROR' },
		];
		gamma.parts.acks.receive({ correlation_id, status: 'RECEIVED', members });
		await until(() => of('recordTerminal').length === 2);
		expect(gamma.pendingAcks).toBe(1);
		gamma.parts.acks.receive({ correlation_id, status: 'RECEIVED' });
		await gamma.idle();
		expect(
			of('recordTerminal').map(({ recordId, outcome, results }) => [recordId, outcome, results[0]?.acknowledgmentId]),
		).toEqual([
			['r1', 'DELIVERED', 'one'],
			['r2', 'DLQ', null],
			['r3', 'DELIVERED', correlation_id],
		]);
	});
});

describe('a missing acknowledgment', () => {
	it('times out at its deadline, not before', async () => {
		const { gamma, runtime, of } = await startWaiting('MANUAL_REVIEW');
		await runtime.advance(4999);
		expect(of('ackTimedOut')).toEqual([]);
		await runtime.advance(1);
		await gamma.idle();
		expect(of('ackTimedOut')).toMatchObject([
			{ action: 'MANUAL_REVIEW', acknowledgment: { ackStatus: 'TIMEOUT', receivedAt: null } },
		]);
	});

	it('RETRY_DELIVERY sends again until no attempt is left', async () => {
		const { gamma, runtime, of, adapter } = await startWaiting('RETRY_DELIVERY');
		await runtime.advance(5100);
		await until(() => gamma.pendingAcks === 1);
		await runtime.advance(6000);
		await gamma.idle();
		expect(adapter.sent).toEqual(['r1', 'r1']);
		expect(of('recordTerminal')[0]).toMatchObject({ outcome: 'DLQ', results: [{ totalAttempts: 2 }] });
		expect(gamma.parts.deadLetters.list()[0]).toMatchObject({ errorCode: 'ACK_002_TIMEOUT' });
	});

	it('ASSUME_SUCCESS delivers without acknowledgment', async () => {
		const { gamma, runtime, of } = await startWaiting('ASSUME_SUCCESS');
		await runtime.advance(5000);
		await gamma.idle();
		expect(of('recordTerminal')[0]?.results[0]).toMatchObject({
			finalStatus: 'DELIVERED',
			acknowledgmentId: null,
			acknowledgmentTimestamp: null,
		});
		expect(of('successAssumed').length).toBe(1);
	});

	it('MANUAL_REVIEW fails the record and queues it', async () => {
		const { gamma, runtime, of } = await startWaiting('MANUAL_REVIEW');
		await runtime.advance(5000);
		await gamma.idle();
		expect(of('recordTerminal')[0]?.outcome).toBe('FAILED');
		expect(gamma.parts.errorQueue.list()).toMatchObject([
			{ queue: 'ACK', recordId: 'r1', errorCode: 'ACK_002_TIMEOUT' },
		]);
	});

	it.each([
		['DELIVERED', 'DELIVERED'],
		['FAILED', 'DLQ'],
	] as const)('QUERY_DESTINATION takes the answer %s', async (state, outcome) => {
		const { gamma, runtime, of, adapter } = await startWaiting('QUERY_DESTINATION');
		adapter.statuses.set('attempt-1', { state });
		await runtime.advance(5000);
		await gamma.idle();
		expect(adapter.asked).toEqual(['attempt-1']);
		expect(of('recordTerminal')[0]?.outcome).toBe(outcome);
	});

	it('QUERY_DESTINATION sends once more when the destination does not know, then asks an operator', async () => {
		const { gamma, runtime, of, adapter } = await startWaiting('QUERY_DESTINATION');
		await runtime.advance(5100);
		await until(() => gamma.pendingAcks === 1);
		await runtime.advance(6000);
		await gamma.idle();
		expect([adapter.sent, adapter.asked]).toEqual([
			['r1', 'r1'],
			['attempt-1', 'attempt-2'],
		]);
		expect(of('recordTerminal')[0]?.outcome).toBe('FAILED');
		expect(gamma.errorQueueSize('ACK')).toBe(1);
	});

	it('QUERY_DESTINATION waits once more when the destination still works on it', async () => {
		const { gamma, runtime, of, adapter } = await startWaiting('QUERY_DESTINATION');
		adapter.statuses.set('attempt-1', { state: 'PENDING' });
		await runtime.advance(5000);
		await until(() => gamma.pendingAcks === 1);
		gamma.parts.acks.receive({ correlation_id: 'attempt-1', status: 'RECEIVED' });
		await gamma.idle();
		expect([adapter.sent.length, of('recordTerminal')[0]?.outcome]).toEqual([1, 'DELIVERED']);
	});

	it('that comes late saves the next attempt', async () => {
		const { gamma, runtime, of, adapter } = await startWaiting('RETRY_DELIVERY');
		await runtime.advance(5000);
		await until(() => of('retryScheduled').length === 1);
		expect(gamma.parts.acks.receive({ correlation_id: 'attempt-1', status: 'RECEIVED' })).toEqual({ kind: 'LATE' });
		await runtime.advance(100);
		await gamma.idle();
		expect(adapter.sent).toEqual(['r1']);
		expect(of('recordTerminal')[0]).toMatchObject({ outcome: 'DELIVERED', results: [{ totalAttempts: 1 }] });
		expect(of('ackLate').length).toBe(1);
	});

	it('that comes late ends the wait of the next attempt', async () => {
		const { gamma, runtime, of } = await startWaiting('RETRY_DELIVERY');
		await runtime.advance(5100);
		await until(() => gamma.pendingAcks === 1);
		gamma.parts.acks.receive({ correlation_id: 'attempt-1', status: 'RECEIVED' });
		await gamma.idle();
		expect(of('recordTerminal')[0]).toMatchObject({ outcome: 'DELIVERED', results: [{ totalAttempts: 2 }] });
	});

	it('times out by sweeps under a clock that stands still', async () => {
		const runtime = new VirtualRuntime();
		const { gamma, of } = await startGamma({ runtime, config, destination: async('ASSUME_SUCCESS') });
		gamma.accept(batchOf('b1', [recordOf('r1')]));
		await until(() => gamma.pendingAcks === 1);
		for (let sweeps = 0; sweeps < 5; sweeps++) await gamma.sweep.run();
		expect(of('ackTimedOut')).toEqual([]);
		await gamma.sweep.run();
		expect(of('ackTimedOut').length).toBe(1);
	});

	it.each([
		[100, 0],
		[101, 1],
	])('of %i records raises %i alerts', async (count, alerts) => {
		const { gamma, of } = await startGamma({ config, destination: { ...async(), maxBatchRecords: 50 } });
		gamma.accept(
			batchOf(
				'b1',
				Array.from({ length: count }, (_, index) => recordOf(`r${index}`)),
			),
		);
		await until(() => gamma.pendingAcks === count);
		await gamma.sweep.run();
		await gamma.sweep.run();
		expect(of('unconfirmedThreshold').length).toBe(alerts);
		await gamma.stop(0);
	});
});

describe('polled acknowledgments', () => {
	it('are asked for at every sweep', async () => {
		const { gamma, adapter, of } = await startGamma({
			config,
			destination: { ...async(), pollsAcknowledgments: true },
		});
		gamma.accept(batchOf('b1', [recordOf('r1'), recordOf('r2'), recordOf('r3')]));
		await until(() => gamma.pendingAcks === 3);
		adapter.statuses.set('attempt-1', { state: 'DELIVERED', acknowledgmentId: 'a1' });
		adapter.statuses.set('attempt-2', { state: 'FAILED', message: 'no' });
		await gamma.sweep.run();
		await until(() => of('recordTerminal').length === 2);
		expect(of('recordTerminal').map(({ recordId, outcome }) => [recordId, outcome])).toEqual([
			['r1', 'DELIVERED'],
			['r2', 'DLQ'],
		]);
		expect(gamma.pendingAcks).toBe(1);
		await gamma.stop(0);
	});
});

describe('acknowledgments over HTTP', () => {
	async function startHttp(acknowledges: 'CALLBACK' | 'STATUS') {
		const sink = new LocalHttpSink({ acknowledges });
		await sink.start();
		const runtime = new VirtualRuntime();
		const callbackUrl = (): string | undefined => harness.gamma.callbackServer?.url;
		const adapter = new HttpDestination({ url: sink.url, statusUrl: sink.statusUrl, callbackUrl }, runtime);
		const harness = await startGamma({
			runtime,
			config,
			callback: { maxBodyBytes: 1024 },
			destination: { ...async(), adapter, poolSize: 4, pollsAcknowledgments: acknowledges === 'STATUS' },
		});
		return { ...harness, sink };
	}

	it('come to the callback server', async () => {
		const { gamma, of, sink } = await startHttp('CALLBACK');
		gamma.accept(
			batchOf(
				'b1',
				Array.from({ length: 10 }, (_, index) => recordOf(`r${index}`)),
			),
		);
		await gamma.idle();
		expect(of('recordTerminal').map(({ outcome }) => outcome)).toEqual(Array(10).fill('DELIVERED'));
		expect(of('recordTerminal')[0]?.results[0]?.acknowledgmentId).toMatch(/^sink-attempt-/);
		await gamma.stop();
		await sink.stop();
		expect(gamma.callbackServer?.url).toBeUndefined();
	});

	it('or are polled', async () => {
		const { gamma, of, sink } = await startHttp('STATUS');
		gamma.accept(batchOf('b1', [recordOf('r1')]));
		await until(() => gamma.pendingAcks === 1);
		await gamma.sweep.run();
		await gamma.idle();
		expect(of('recordTerminal')[0]?.outcome).toBe('DELIVERED');
		await gamma.stop();
		await sink.stop();
	});

	it.each([
		['no JSON', 'no json', 'POST', 400],
		['an unknown id', '{"correlation_id":"x","status":"RECEIVED"}', 'POST', 404],
		['another method', undefined, 'GET', 405],
		['the largest body', 'x'.repeat(1024), 'POST', 400],
		['a larger body', 'x'.repeat(1025), 'POST', 413],
	])('the callback server answers %s', async (_name, body, method, status) => {
		const { gamma, sink, of } = await startHttp('CALLBACK');
		const answer = await fetch(gamma.callbackServer?.url ?? '', { method, ...(body !== undefined && { body }) });
		expect(answer.status).toBe(status);
		if (status === 413) expect(of('failure')).toMatchObject([{ error: { errorCode: 'ACK_004_CALLBACK_FAILED' } }]);
		await gamma.stop();
		await sink.stop();
	});
});

describe('pending acknowledgments on disk', () => {
	let stateDirectory: string;
	beforeEach(async () => {
		stateDirectory = await mkdtemp(join(tmpdir(), 'gamma-acks-'));
	});
	afterEach(() => rm(stateDirectory, { recursive: true, force: true }));

	it('are waited for again after a crash, without sending again', async () => {
		const crashed = await startGamma({ config, stateDirectory, destination: async() });
		crashed.gamma.accept(batchOf('b1', [recordOf('r1', { n: 9007199254740993n }), recordOf('r2')]));
		await until(() => crashed.gamma.pendingAcks === 2);
		crashed.gamma.parts.acks.receive({ correlation_id: 'attempt-2', status: 'RECEIVED' });
		// A crash tears the last line and stops nothing properly.
		const path = join(stateDirectory, 'gamma-pending-acks.ndjson');
		await writeFile(path, `${await readFile(path, 'utf8')}{"add":"attempt-9","awai`);

		const { gamma, adapter, of } = await startGamma({ config, stateDirectory, destination: async() });
		await until(() => gamma.pendingAcks === 1);
		expect(gamma.parts.acks.receive({ correlation_id: 'attempt-1', status: 'RECEIVED' }).kind).toBe('MATCHED');
		await gamma.idle();
		expect(adapter.sent).toEqual([]);
		expect(of('recordTerminal')).toMatchObject([{ recordId: 'r1', batchId: 'b1', outcome: 'DELIVERED' }]);
		expect(of('recordTerminal')[0]?.record.fields).toEqual(recordOf('r1', { n: 9007199254740993n }).fields);
		await gamma.stop();
		const third = await startGamma({ config, stateDirectory, destination: async() });
		expect(third.gamma.pendingAcks).toBe(0);
		await third.gamma.stop();
	});

	it('join the record when its sender sends it again, and go on with the retries that are left', async () => {
		const crashed = await startGamma({ config, stateDirectory, destination: async() });
		crashed.gamma.accept(batchOf('b1', [recordOf('r1')]));
		await until(() => crashed.gamma.pendingAcks === 1);

		const { gamma, adapter, of, runtime } = await startGamma({ config, stateDirectory, destination: async() });
		await until(() => gamma.pendingAcks === 1);
		const again = gamma.accept(batchOf('b1', [recordOf('r1')]));
		expect(again).toMatchObject({ status: 'ACCEPTED', accepted: 0, duplicates: 1 });
		await runtime.advance(6000);
		await until(() => adapter.sent.length === 1);
		await runtime.advance(6000);
		await gamma.idle();
		expect(of('recordTerminal')).toMatchObject([{ outcome: 'DLQ', results: [{ totalAttempts: 2 }] }]);
		expect(again.status === 'ACCEPTED' && (await again.completed)).toMatchObject({ status: 'FAILED', duplicates: 1 });
		await gamma.stop();
	});
});
