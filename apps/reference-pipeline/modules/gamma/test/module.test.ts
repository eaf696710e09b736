import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRuntime, systemRuntime } from '@pipeline/model';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
	type DeliveryReceipt,
	FileDestination,
	GammaModule,
	HttpDestination,
	LocalHttpSink,
	outcomeOf,
} from '../src/index.ts';
import { registrationOf, startGamma } from './support/module-under-test.ts';
import { batchOf, recordOf } from './support/records.ts';
import { PERMANENT, ScriptedAdapter, SUCCESS, TRANSIENT } from './support/scripted-adapter.ts';
import { until, VirtualRuntime } from './support/virtual-runtime.ts';

let directory: string;
beforeEach(async () => {
	directory = await mkdtemp(join(tmpdir(), 'gamma-module-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const many = (count: number, prefix = 'r') =>
	Array.from({ length: count }, (_, index) => recordOf(`${prefix}${index}`));

describe('intake', () => {
	it('accepts up to its capacity and refuses a batch that does not fit, as a whole', async () => {
		const { gamma, adapter } = await startGamma({
			config: { deliveryQueueCapacity: 100, maxInFlightRecords: 1 },
			script: () => new Promise(() => undefined),
		});
		gamma.accept(batchOf('b0', [recordOf('first')]));
		await until(() => adapter.sent.length === 1);
		expect(gamma.accept(batchOf('b1', many(100)))).toMatchObject({ status: 'ACCEPTED' });
		expect(gamma.queueDepth).toBe(100);
		expect(gamma.accept(batchOf('b2', many(1, 'x')))).toEqual({
			status: 'REFUSED',
			batchId: 'b2',
			reason: 'QUEUE_FULL',
		});
		// Known records need no room.
		expect(gamma.accept(batchOf('b1', many(100)))).toMatchObject({ status: 'ACCEPTED', duplicates: 100 });
		await gamma.stop(0);
	});

	it('accepts one batch larger than the queue when the queue is empty', async () => {
		const { gamma } = await startGamma({ config: { deliveryQueueCapacity: 100 } });
		expect(gamma.accept(batchOf('b1', many(250)))).toMatchObject({ status: 'ACCEPTED', accepted: 250 });
		await gamma.idle();
	});

	it.each([
		[{ deliveryProfile: 'unknown' }, 'UNKNOWN_PROFILE'],
		[{ deliveryProfile: 'toString' }, 'UNKNOWN_PROFILE'],
		[{ expiration: 'soon' }, 'INVALID_EXPIRATION'],
	])('refuses %o', async (options, reason) => {
		const { gamma } = await startGamma();
		expect(gamma.accept(batchOf('b1', many(1)), options)).toEqual({ status: 'REFUSED', batchId: 'b1', reason });
	});

	it('accepts nothing before the start and after the stop', async () => {
		const { gamma } = await startGamma();
		await gamma.stop();
		expect(gamma.accept(batchOf('b1', many(1)))).toMatchObject({ reason: 'NOT_ACCEPTING' });
		const fresh = new GammaModule({ runtime: new VirtualRuntime(), destinations: [], routing: { rules: [] } });
		expect(fresh.accept(batchOf('b1', many(1)))).toMatchObject({ reason: 'NOT_ACCEPTING' });
		await fresh.stop();
	});

	it('takes CRITICAL before HIGH before NORMAL, first in first out within', async () => {
		let open: (receipt: DeliveryReceipt) => void = () => undefined;
		const { gamma, adapter } = await startGamma({
			config: { maxInFlightRecords: 1 },
			profiles: { standard: {}, urgent: { priority: 'HIGH' } },
			script: ({ rendered }) => (rendered.recordId === 'first' ? new Promise((resolve) => (open = resolve)) : SUCCESS),
		});
		gamma.accept(batchOf('b0', [recordOf('first')]));
		gamma.accept(batchOf('b1', many(2, 'normal')));
		gamma.accept(batchOf('b2', many(2, 'high')), { deliveryProfile: 'urgent' });
		gamma.accept(batchOf('b3', many(2, 'critical')), { priority: 'CRITICAL' });
		await until(() => adapter.sent.length === 1);
		open(SUCCESS);
		await gamma.idle();
		expect(adapter.sent).toEqual(['first', 'critical0', 'critical1', 'high0', 'high1', 'normal0', 'normal1']);
	});

	it('signals back-pressure between its watermarks', async () => {
		const { gamma, of } = await startGamma({ config: { deliveryQueueCapacity: 100, maxInFlightRecords: 1 } });
		gamma.accept(batchOf('b1', many(80)));
		await gamma.idle();
		expect(of('backPressure')).toEqual([
			{ isActive: true, depth: 80, capacity: 100 },
			{ isActive: false, depth: 49, capacity: 100 },
		]);
	});
});

describe('records that come again', () => {
	it('are not delivered again; both batches get the results', async () => {
		const { gamma, adapter, of } = await startGamma();
		const first = gamma.accept(batchOf('b1', many(3)));
		const underWay = gamma.accept(batchOf('b1', many(3)));
		await gamma.idle();
		const afterwards = gamma.accept(batchOf('b2', [...many(3), recordOf('new'), recordOf('new')]));
		await gamma.idle();
		expect([first, underWay, afterwards]).toMatchObject([
			{ accepted: 3, duplicates: 0 },
			{ accepted: 0, duplicates: 3 },
			{ accepted: 1, duplicates: 4 },
		]);
		expect(adapter.sent).toEqual(['r0', 'r1', 'r2', 'new']);
		expect(of('recordTerminal').length).toBe(4);
		const report = afterwards.status === 'ACCEPTED' ? await afterwards.completed : undefined;
		expect(report).toMatchObject({ status: 'COMPLETE', recordCount: 5, outcomes: { DELIVERED: 5 } });
	});

	it('are told apart by target schema', async () => {
		const { gamma, adapter } = await startGamma();
		gamma.accept(batchOf('b1', [recordOf('r1'), recordOf('r1', undefined, { targetSchema: 'airport' })]));
		await gamma.idle();
		expect(adapter.sent).toEqual(['r1', 'r1']);
	});

	it.each([
		[2, 0],
		[1, 1],
	])('with a window of %i are delivered %i more times', async (deduplicationWindow, again) => {
		const { gamma, adapter } = await startGamma({ config: { deduplicationWindow } });
		gamma.accept(batchOf('b1', many(2)));
		await gamma.idle();
		gamma.accept(batchOf('b2', many(1)));
		await gamma.idle();
		expect(adapter.sent.length).toBe(2 + again);
	});
});

describe('a batch', () => {
	it('is reported when all its records are final', async () => {
		const { gamma, of, runtime } = await startGamma({
			script: ({ rendered }) => (rendered.recordId === 'r1' ? PERMANENT : SUCCESS),
			routing: {
				rules: [
					{
						ruleId: 'all',
						priority: 1,
						condition: { kind: 'NOT', condition: { kind: 'EQUALS', field: 'name', value: 'r2' } },
						destinations: ['out'],
						stop: true,
					},
				],
			},
		});
		const outcome = gamma.accept(batchOf('b1', many(3)));
		await gamma.idle();
		const at = runtime.timestamp();
		const report = {
			batchId: 'b1',
			status: 'PARTIAL',
			recordCount: 3,
			duplicates: 0,
			outcomes: { DELIVERED: 1, PARTIAL: 0, DLQ: 1, FAILED: 1, EXPIRED: 0 },
			deliveryResults: [
				{ recordId: 'r0', destinationId: 'out', status: 'DELIVERED', deliveryTimestamp: at },
				{ recordId: 'r1', destinationId: 'out', status: 'DLQ', deliveryTimestamp: at },
				{ recordId: 'r2', destinationId: 'unrouted', status: 'FAILED', deliveryTimestamp: at },
			],
			receivedAt: at,
			completedAt: at,
			durationMs: 0,
		};
		expect(outcome.status === 'ACCEPTED' && (await outcome.completed)).toEqual(report);
		expect(of('batchCompleted')).toEqual([report]);
		expect(of('recordTerminal').find(({ recordId }) => recordId === 'r2')).toMatchObject({
			outcome: 'FAILED',
			results: [],
			failure: { errorCode: 'ROUTE_002_NO_MATCHING_RULE' },
		});
	});

	it('without records is complete at once', async () => {
		const { gamma } = await startGamma();
		const outcome = gamma.accept(batchOf('b1', []));
		expect(outcome.status === 'ACCEPTED' && (await outcome.completed)).toMatchObject({
			status: 'COMPLETE',
			recordCount: 0,
		});
	});
});

describe('the outcome of a record', () => {
	it.each([
		[['DELIVERED', 'DELIVERED'], 'DELIVERED'],
		[['DELIVERED', 'EXPIRED'], 'PARTIAL'],
		[['EXPIRED', 'FAILED', 'DLQ'], 'DLQ'],
		[['EXPIRED', 'FAILED'], 'FAILED'],
		[['EXPIRED'], 'EXPIRED'],
		[[], 'FAILED'],
	] as const)('%j is %s', (statuses, outcome) => {
		expect(outcomeOf(statuses.map((finalStatus) => ({ finalStatus })))).toBe(outcome);
	});
});

describe('whatever the destinations do', () => {
	const receipts = fc.constantFrom<DeliveryReceipt | 'THROW'>(
		SUCCESS,
		TRANSIENT,
		PERMANENT,
		{ ...TRANSIENT, errorCode: 'DELIV_004_RATE_LIMITED', retryAfterMs: 50 },
		{ status: 'TIMEOUT', errorCode: 'DELIV_001_TIMEOUT', retryEligible: true },
		'THROW',
	);

	it('each record and destination ends in exactly one result, each record in one end', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.subarray(['a', 'b', 'c', 'gone', 'off'], { minLength: 0 }), { minLength: 1, maxLength: 8 }),
				fc.infiniteStream(receipts),
				fc.integer({ min: 1, max: 3 }),
				async (routes, stream, maxBatchRecords) => {
					const runtime = new VirtualRuntime();
					const script = () => {
						const receipt = stream.next().value;
						if (receipt === 'THROW') throw new Error('adapter');
						return receipt;
					};
					const destinations = ['a', 'b', 'c', 'off'].map((id) => ({
						registration: registrationOf(id, { enabled: id !== 'off' }),
						adapter: new ScriptedAdapter(script),
						maxBatchRecords,
					}));
					const rules = routes.map((targets, index) => ({
						ruleId: `rule${index}`,
						priority: index,
						condition: { kind: 'EQUALS', field: 'name', value: `r${index}` } as const,
						destinations: targets,
						stop: true,
					}));
					const config = {
						maxDeliveryRetries: 2,
						circuitFailureThreshold: 3,
						maxConnectionRetries: 1,
						holdingCapacity: 2,
						circuitResetTimeoutMs: 5000,
					};
					const { gamma, of } = await startGamma({ runtime, config, destinations, routing: { rules } });
					const outcome = gamma.accept(batchOf('b1', many(routes.length)));
					let isIdle = false;
					void gamma.idle().then(() => {
						isIdle = true;
					});
					while (!isIdle) await runtime.advance(1000);
					const results = of('deliveryResult').map(({ result }) => `${result.recordId}>${result.destinationId}`);
					const expected = routes.flatMap((targets, index) => targets.map((id) => `r${index}>${id}`));
					expect(results.sort()).toEqual(expected.sort());
					expect(
						of('recordTerminal')
							.map(({ recordId }) => recordId)
							.sort(),
					).toEqual(routes.map((_, index) => `r${index}`).sort());
					for (const { results: own, outcome: end } of of('recordTerminal')) expect(end).toBe(outcomeOf(own));
					// Whatever was not delivered is in a queue.
					const failed = of('deliveryResult').filter(({ result }) => result.finalStatus !== 'DELIVERED').length;
					const unrouted = routes.filter((targets) => targets.length === 0).length;
					expect(gamma.dlqDepth + gamma.parts.errorQueue.size).toBe(failed + unrouted);
					expect(outcome.status === 'ACCEPTED' && (await outcome.completed).recordCount).toBe(routes.length);
					await gamma.stop(0);
				},
			),
			{ numRuns: 60 },
		);
	});

	it('a listener that throws disturbs nothing', async () => {
		const { gamma } = await startGamma();
		const warnings: Error[] = [];
		const onWarning = (warning: Error) => warnings.push(warning);
		process.on('warning', onWarning);
		gamma.events.on('deliveryResult', () => {
			throw new Error('bad listener');
		});
		const outcome = gamma.accept(batchOf('b1', many(1)));
		expect(outcome.status === 'ACCEPTED' && (await outcome.completed)).toMatchObject({ status: 'COMPLETE' });
		await until(() => warnings.length > 0);
		process.off('warning', onWarning);
		expect(warnings[0]?.message).toBe('bad listener');
	});
});

describe('stop', () => {
	it('drains what is under way', async () => {
		let open: (receipt: DeliveryReceipt) => void = () => undefined;
		const { gamma, of, adapter } = await startGamma({ script: () => new Promise((resolve) => (open = resolve)) });
		gamma.accept(batchOf('b1', many(1)));
		await until(() => adapter.sent.length === 1);
		const stopped = gamma.stop();
		expect(gamma.isReady).toBe(false);
		open(SUCCESS);
		await stopped;
		expect(of('recordTerminal').length).toBe(1);
		expect(adapter.isConnected).toBe(false);
	});

	it('saves what is not final in time; the next start resumes it without repeating what was delivered', async () => {
		const routing = { rules: [], defaultDestinations: ['out', 'slow', 'retrying', 'waiting'] };
		const start = async (slow: ScriptedAdapter, retrying: ScriptedAdapter, waiting: ScriptedAdapter) => {
			const out = new ScriptedAdapter();
			const destinations = [
				{ registration: registrationOf('out'), adapter: out },
				{ registration: registrationOf('slow'), adapter: slow },
				{ registration: registrationOf('retrying'), adapter: retrying },
				{ registration: registrationOf('waiting', { ackType: 'ASYNC' }), adapter: waiting },
			];
			const harness = await startGamma({
				stateDirectory: directory,
				config: { maxInFlightRecords: 1 },
				routing,
				destinations,
			});
			return { ...harness, out };
		};
		const first = await start(
			new ScriptedAdapter(() => new Promise(() => undefined)),
			new ScriptedAdapter(() => TRANSIENT),
			new ScriptedAdapter(),
		);
		const accepted = first.gamma.accept(batchOf('b1', many(2)));
		await until(
			() =>
				first.gamma.pendingAcks === 1 &&
				first.of('deliveryResult').length === 1 &&
				first.of('retryScheduled').length === 1,
		);
		await first.gamma.stop(0);
		if (accepted.status !== 'ACCEPTED') throw new Error('refused');
		await expect(accepted.completed).rejects.toMatchObject({ code: 'GAMMA_STOPPED' });
		expect(first.of('recordTerminal')).toEqual([]);

		const waiting = new ScriptedAdapter();
		const second = await start(new ScriptedAdapter(), new ScriptedAdapter(), waiting);
		await until(() => second.gamma.pendingAcks === 1);
		second.gamma.parts.acks.receive({ correlation_id: 'attempt-4', status: 'RECEIVED' });
		second.gamma.parts.acks.receive({ correlation_id: 'attempt-3', status: 'RECEIVED' });
		second.gamma.parts.acks.receive({ correlation_id: 'attempt-2', status: 'RECEIVED' });
		await until(() => second.of('recordTerminal').length === 1);
		expect(waiting.sent).not.toContain('r0');
		expect(second.out.sent).not.toContain('r0');
		await until(() => second.gamma.pendingAcks === 1);
		second.gamma.parts.acks.receive({ correlation_id: waiting.calls[0]![0]!.attemptId, status: 'RECEIVED' });
		await second.gamma.idle();
		expect(
			second
				.of('recordTerminal')
				.map(({ recordId, outcome, results, batchId }) => [recordId, outcome, results.length, batchId]),
		).toEqual([
			['r0', 'DELIVERED', 4, 'b1'],
			['r1', 'DELIVERED', 4, 'b1'],
		]);
		await second.gamma.stop();
		expect((await readdir(directory)).includes('gamma-state.json')).toBe(false);
	});

	it('starts once and stops once', async () => {
		const { gamma } = await startGamma();
		await expect(gamma.start()).rejects.toThrow('starts once');
		await Promise.all([gamma.stop(), gamma.stop()]);
	});
});

describe('degradation', () => {
	it('makes batches smaller, pauses low-priority destinations, then takes nothing more, then stops', async () => {
		const { gamma, of } = await startGamma({ destination: { maxBatchRecords: 8, priority: 'LOW' } });
		const { batcher } = gamma.destinations[0]!;
		await gamma.degrade(1, 'memory');
		gamma.accept(batchOf('b1', many(20)));
		await gamma.idle();
		await gamma.degrade(2, 'memory');
		const paused = batcher.isPaused;
		await gamma.degrade(3, 'memory');
		const refused = gamma.accept(batchOf('b2', many(1, 'x')));
		await gamma.degrade(0, 'better');
		expect([paused, batcher.isPaused, refused.status, gamma.isReady]).toEqual([true, false, 'REFUSED', true]);
		await gamma.degrade(4, 'disk');
		await gamma.degrade(4, 'disk');
		expect(of('degradationChanged').map(({ from, to }) => [from, to])).toEqual([
			[0, 1],
			[1, 2],
			[2, 3],
			[3, 0],
			[0, 4],
		]);
		expect(gamma.accept(batchOf('b3', many(1, 'y')))).toMatchObject({ status: 'REFUSED' });
	});

	it('level 1 sends a quarter of the records in a call', async () => {
		const { gamma, adapter } = await startGamma({ destination: { maxBatchRecords: 8 } });
		await gamma.degrade(1, 'memory');
		gamma.accept(batchOf('b1', many(20)));
		await gamma.idle();
		expect(Math.max(...adapter.calls.map((call) => call.length))).toBe(2);
	});
});

describe('reports and health', () => {
	it('reconcile what was sent with what was confirmed', async () => {
		const { gamma, of } = await startGamma({
			destination: { registration: registrationOf('out', { ackType: 'ASYNC' }) },
		});
		gamma.accept(batchOf('b1', many(3)));
		await until(() => gamma.pendingAcks === 3);
		gamma.parts.acks.receive({ correlation_id: 'attempt-1', status: 'RECEIVED' });
		gamma.parts.reconciler.report();
		gamma.parts.acks.receive({ correlation_id: 'attempt-2', status: 'RECEIVED' });
		gamma.parts.acks.receive({ correlation_id: 'attempt-3', status: 'RECEIVED' });
		gamma.parts.reconciler.report();
		expect(
			of('reconciled').map(({ destinationId, sent, confirmed, gap }) => [destinationId, sent, confirmed, gap]),
		).toEqual([
			['out', 3, 1, 2],
			['out', 0, 2, 0],
		]);
		await gamma.stop();
	});

	it('tell when too many renderings fail', async () => {
		const bad = (count: number) =>
			Array.from({ length: count }, (_, index) => recordOf(`bad${index}`, { x: '\ud800' }));
		const { gamma, of } = await startGamma({
			destination: { registration: registrationOf('out', { format: 'CSV' }), formatting: { columns: ['x', 'name'] } },
		});
		gamma.accept(batchOf('b1', [...bad(4), ...many(16)]));
		await gamma.idle();
		await gamma.sweep.run();
		expect([gamma.renderErrorRate, of('renderErrorRateExceeded').length]).toEqual([0.2, 0]);
		gamma.accept(batchOf('b2', [recordOf('worse', { x: '\ud800' })]));
		await gamma.idle();
		await gamma.sweep.run();
		await gamma.sweep.run();
		expect(of('renderErrorRateExceeded').length).toBe(1);
		expect([gamma.errorQueueSize('RENDER'), of('recordTerminal')[0]?.outcome]).toEqual([5, 'FAILED']);
	});

	it('show components, ratios and pools', async () => {
		const { gamma } = await startGamma({
			script: ({ rendered }) => (rendered.recordId === 'r0' ? PERMANENT : SUCCESS),
		});
		gamma.accept(batchOf('b1', many(4)));
		await gamma.idle();
		const [out] = gamma.destinations;
		expect([
			out?.totals.successRatio,
			out?.totals.ackTimeoutRatio,
			out?.batcher.poolUsage,
			out?.holding.depth,
			out?.circuit.state,
		]).toEqual([0.75, 0, 0, 0, 'CLOSED']);
		expect([gamma.dlqDepth, gamma.dlqCapacity, gamma.dlqAges.buckets.LT_1H]).toEqual([1, 100_000, 1]);
		expect((await gamma.healthCheck()).map(({ componentName, status }) => [componentName, status])).toEqual([
			['destination_connectivity:out', 'HEALTHY'],
			['delivery_queue', 'HEALTHY'],
			['error_queues', 'HEALTHY'],
			['ack_backlog', 'HEALTHY'],
			['dlq_growth', 'HEALTHY'],
			['resources', 'HEALTHY'],
		]);
	});

	it('tell of registrations and their changes', async () => {
		const { gamma, of, adapter } = await startGamma();
		gamma.parts.destinations.change('out', { maxClassification: 'PUBLIC' }, 'ann');
		expect(of('destinationChanged')).toMatchObject([
			{ author: 'ann', previous: { maxClassification: 'CONFIDENTIAL' }, registration: { maxClassification: 'PUBLIC' } },
		]);
		gamma.accept(batchOf('b1', many(1)));
		await gamma.idle();
		expect(of('deliveryBlocked').length).toBe(1);
		expect(() => gamma.parts.destinations.register({ registration: registrationOf('out'), adapter }, 'ann')).toThrow(
			'unique',
		);
		expect(() => gamma.parts.destinations.change('nowhere', {}, 'ann')).toThrow('a registered id');
	});

	it.each([
		[{ registration: registrationOf('x', { format: 'XML' }) }, 'format'],
		[{ registration: registrationOf('x', { format: 'CSV' }) }, 'columns'],
		[{ registration: registrationOf('x'), poolSize: 0 }, 'poolSize'],
		[{ registration: registrationOf('x'), poolSize: 101 }, 'poolSize'],
		[{ registration: registrationOf('x'), maxBatchRecords: 501 }, 'maxBatchRecords'],
	])('refuse a destination with a bad %#', async (options, key) => {
		const { gamma, adapter } = await startGamma();
		expect(() => gamma.parts.destinations.register({ adapter, ...options }, 'ann')).toThrow(key);
		const ok = { registration: registrationOf('ok'), adapter, poolSize: 100, maxBatchRecords: 500 };
		expect(gamma.parts.destinations.register(ok, 'ann').id).toBe('ok');
	});

	it('give a destination the format and the timeout action of the module when it names none', async () => {
		const { gamma, adapter } = await startGamma({
			config: { defaultOutputFormat: 'CSV', ackTimeoutAction: 'MANUAL_REVIEW' },
		});
		const { format: _format, ackTimeoutAction: _action, ...registration } = registrationOf('x');
		const destination = gamma.parts.destinations.register(
			{ registration, adapter, formatting: { columns: ['a'] } },
			'ann',
		);
		expect(destination.registration).toEqual({ ...registration, format: 'CSV', ackTimeoutAction: 'MANUAL_REVIEW' });
	});

	it('refuse acknowledgments and formats that an adapter does not have', async () => {
		const { gamma, runtime } = await startGamma();
		const file = new FileDestination({ directory, baseName: 'x' }, runtime);
		const batch = new HttpDestination({ url: 'http://x', body: 'ARRAY' }, runtime);
		const register = (registration: ReturnType<typeof registrationOf>, adapter: typeof file | typeof batch) => () =>
			gamma.parts.destinations.register({ registration, adapter, formatting: { columns: ['a'] } }, 'ann');
		expect(register(registrationOf('f', { ackType: 'ASYNC' }), file)).toThrow('ackType: allowed is SYNC');
		expect(register(registrationOf('f', { format: 'CSV' }), file)).toThrow('format: allowed is JSON');
		expect(register(registrationOf('h', { ackType: 'ASYNC' }), batch)).toThrow('ackType: allowed is SYNC, BATCH');
	});
});

describe('real files and a real endpoint', () => {
	async function run(name: string, seed: string) {
		const sink = new LocalHttpSink({ plan: { seed, failRatio: 0.1, rejectRatio: 0.05 }, acknowledges: 'CALLBACK' });
		await sink.start();
		const runtime = seededRuntime(seed, 'gamma');
		const path = join(directory, name);
		const gamma: GammaModule = new GammaModule({
			runtime,
			config: { retryInitialDelayMs: 100, outputBatchSize: 200 },
			callback: {},
			destinations: [
				{
					registration: registrationOf('lines', { kind: 'FILE' }),
					adapter: new FileDestination({ directory: path, baseName: 'lines', maxRecordsPerFile: 300 }, runtime),
					maxBatchRecords: 200,
				},
				{
					registration: registrationOf('table', { kind: 'FILE', format: 'CSV' }),
					adapter: new FileDestination(
						{ directory: path, baseName: 'table', layout: 'CSV', columns: ['n', 'name'] },
						runtime,
					),
					formatting: { columns: ['n', 'name'] },
					maxBatchRecords: 50,
				},
				{
					registration: registrationOf('api', { ackType: 'ASYNC' }),
					adapter: new HttpDestination({ url: sink.url, callbackUrl: () => gamma.callbackServer?.url }, runtime),
					poolSize: 10,
				},
			],
			routing: {
				rules: [
					{
						ruleId: 'all',
						priority: 1,
						condition: { kind: 'ALWAYS' },
						destinations: ['lines', 'table', 'api'],
						stop: false,
					},
				],
			},
		});
		const outcomes: string[] = [];
		gamma.events.on('recordTerminal', ({ recordId, outcome }) => outcomes.push(`${recordId} ${outcome}`));
		await gamma.start();
		for (let batch = 0; batch < 4; batch++) {
			gamma.accept(
				batchOf(
					`b${batch}`,
					Array.from({ length: 100 }, (_, index) => recordOf(`r${batch}-${index}`, { n: index, name: `a,"${batch}"` })),
				),
			);
		}
		await gamma.idle();
		await gamma.stop();
		await sink.stop();
		const names = (await readdir(path)).sort();
		const files = await Promise.all(
			names.map(async (file) => [file, await readFile(join(path, file), 'utf8')] as const),
		);
		return { files, outcomes: outcomes.sort(), accepted: [...sink.accepted].sort() };
	}

	it('a seeded run writes the same bytes in the same files every time', async () => {
		const first = await run('one', '7');
		const second = await run('two', '7');
		expect(first.files.map(([name]) => name)).toEqual(['lines-000001.jsonl', 'lines-000002.jsonl', 'table-000001.csv']);
		expect(second).toEqual(first);
		expect(first.outcomes.length).toBe(400);
		expect(first.outcomes.every((line) => line.endsWith('DELIVERED') || line.endsWith('PARTIAL'))).toBe(true);
		expect(first.files[1]?.[1].split('\n').length).toBe(101);
	});

	it('works on the system clock', async () => {
		const runtime = systemRuntime();
		const gamma = new GammaModule({
			runtime,
			destinations: [
				{ registration: registrationOf('f'), adapter: new FileDestination({ directory, baseName: 'f' }, runtime) },
			],
			routing: { rules: [], defaultDestinations: ['f'] },
		});
		await gamma.start();
		const outcome = gamma.accept(batchOf('b1', many(10)));
		expect(outcome.status === 'ACCEPTED' && (await outcome.completed)).toMatchObject({ status: 'COMPLETE' });
		await gamma.stop();
		expect((await readFile(join(directory, 'f-000001.jsonl'), 'utf8')).split('\n').length).toBe(11);
	});

	it('a destination that cannot be connected does not keep the module from starting', async () => {
		const adapter = new ScriptedAdapter();
		adapter.connect = () => Promise.reject(new Error('away'));
		const { gamma, of } = await startGamma({ config: { maxConnectionRetries: 0 }, destination: { adapter } });
		expect(of('failure')).toMatchObject([
			{ category: 'CONNECTION', error: { destinationId: 'out', errorMessage: 'away', retryCount: 0 } },
		]);
		expect(gamma.isReady).toBe(true);
		await gamma.stop();
	});
});
