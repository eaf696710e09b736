import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DestinationOptions, GammaModule, GammaOptions } from '@pipeline/gamma';
import { type AckTimeoutAction, fromPlain, systemRuntime, type TransformedRecord } from '@pipeline/model';
import { gammaEntries } from '@pipeline/telemetry-core/registry';
import { EmissionLedger, type NotYet } from '@pipeline/telemetry-testing';
import { describe, expect, it } from 'vitest';
import {
	batchOf,
	DOWN,
	destination,
	movableRuntime,
	REJECTED,
	recordOf,
	SUCCESS,
	startModule,
	waitUntil,
} from './support/delivery.ts';
import { audits, named, outcomes, type Told, useTelemetry } from './support/telemetry.ts';

const NOT_YET: NotYet = {
	'the module has no store of credentials, and cannot propagate an erasure': [
		'event pipeline.gamma.connection.audit.credential_rotated',
		'event pipeline.gamma.delivery.audit.deletion_propagated',
	],
	'the module takes its parameters once': ['event pipeline.gamma.config.log.changed'],
	'the module escalates by degrading, whose level has a gauge of its own': [
		'metric pipeline.gamma.resource.gauge.escalation_level',
	],
	'the module has no templates, and renders without unknown failures': [
		'event pipeline.gamma.render.log.render_004_template',
		'event pipeline.gamma.render.log.render_999_unknown',
	],
	'the router checks its rules before it takes them': [
		'event pipeline.gamma.routing.log.route_001_circular',
		'event pipeline.gamma.routing.log.route_999_unknown',
	],
	'the module knows every error of acknowledgments that it raises': ['event pipeline.gamma.ack.log.ack_999_unknown'],
	'the module does not watch resources': [
		'event pipeline.gamma.resource.log.res_001_memory',
		'event pipeline.gamma.resource.log.res_002_file_handles',
		'event pipeline.gamma.resource.log.res_003_threads',
		'event pipeline.gamma.resource.log.res_004_disk',
		'event pipeline.gamma.resource.log.res_005_connections',
		'event pipeline.gamma.resource.log.res_999_unknown',
	],
};

/** What a destination may answer, besides what other scenarios provoke. */
const ANSWERS = [
	'CONN_002_DNS',
	'CONN_003_TLS_HANDSHAKE',
	'CONN_004_AUTH',
	'CONN_005_POOL_EXHAUSTED',
	'CONN_006_TIMEOUT',
	'CONN_999_UNKNOWN',
	'DELIV_001_TIMEOUT',
	'DELIV_003_DUPLICATE',
	'DELIV_005_QUOTA',
	'DELIV_006_PARTIAL',
	'DELIV_999_UNKNOWN',
] as const;

const ASYNC = { ackType: 'ASYNC' } as const;

describe('what the registry promises of delivery', () => {
	const ledger = new EmissionLedger(gammaEntries);
	const telemetry = useTelemetry();

	async function stop(module: GammaModule): Promise<Told> {
		const told = await telemetry.stop(module);
		ledger.add({ ...told, spans: telemetry.harness.spans(), events: telemetry.harness.events() });
		return told;
	}

	async function run(
		destinations: readonly DestinationOptions[],
		records: readonly TransformedRecord[] = [recordOf('r1')],
		options: Partial<GammaOptions> = {},
	): Promise<Told> {
		const module = await startModule(destinations, options);
		module.accept(batchOf('b1', ...records));
		return stop(module);
	}

	const logs = ({ events }: Told) =>
		events.map(({ name }) => /\.log\.([a-z]+_\d{3}_.+)/.exec(name)?.[1]).filter((code) => code !== undefined);

	it('is told of deliveries, retries, pauses and calls for many', async () => {
		let calls = 0;
		const limited = { ...DOWN, errorCode: 'DELIV_004_RATE_LIMITED', retryAfterMs: 5 } as const;
		const { spans } = await run([
			destination('out', () => (calls++ === 0 ? limited : SUCCESS), { maxBatchRecords: 10 }),
		]);
		expect(named(spans, 'gamma.destination.deliver')[0]?.events.map(({ name }) => name)).toEqual([
			'delivery.retry_scheduled',
		]);
	});

	it('is told how many formatting rules made a rendering', async () => {
		const formatting = { nulls: { omitNullFields: true }, precision: { defaultPrecision: 2 } };
		const { spans } = await run([destination('out'), destination('plain', () => SUCCESS, { formatting })]);
		expect(named(spans, 'gamma.render.render').map(({ attributes }) => attributes['pipeline.rules_applied'])).toEqual([
			0, 2,
		]);
	});

	it.each([
		['RENDER_001_UNSUPPORTED_TYPE', { fields: { when: { fieldType: 'DATETIME', value: 'never' } as never } }, {}],
		['RENDER_002_ENCODING', { fields: { name: fromPlain('\u00e9') } }, { formatting: { encoding: 'ASCII' } }],
		['RENDER_003_SCHEMA_VIOLATION', {}, { formatting: { requiredFields: ['absent'] } }],
		['RENDER_005_TOO_LARGE', { fields: { name: fromPlain('x'.repeat(2_000)) } }, {}],
	] as const)('is told of a record that cannot be rendered: %s', async (code, changes, options) => {
		const told = await run([destination('out', () => SUCCESS, options)], [recordOf('r1', changes)], {
			config: { maxRecordSizeBytes: 1_024 },
		});
		expect(logs(told)).toEqual([code.toLowerCase()]);
	});

	it('is told of records that go nowhere, and of those that may not go where they should', async () => {
		const nowhere = await run([destination('out')], [recordOf('r1')], { routing: { rules: [] } });
		expect(logs(nowhere)).toEqual(['route_002_no_matching_rule']);
		telemetry.harness.clear();
		const told = await run(
			[
				destination('off', () => SUCCESS, { registration: { enabled: false } }),
				destination('low', () => SUCCESS, { registration: { maxClassification: 'PUBLIC' } }),
			],
			[recordOf('r1')],
			{ routing: { rules: [], defaultDestinations: ['off', 'low', 'elsewhere'] } },
		);
		expect(logs(told).sort()).toEqual([
			'route_003_destination_disabled',
			'route_004_invalid_destination',
			'route_005_unauthorized',
		]);
		expect(audits(told.events)).toContain('delivery_blocked');
	});

	it.each(ANSWERS)('is told of a destination that answers %s', async (errorCode) => {
		const told = await run([destination('out', () => ({ status: 'FAILED', errorCode, retryEligible: false }))]);
		expect(logs(told)).toEqual([errorCode.toLowerCase()]);
	});

	it('is told of a destination that is away, of the records it holds, and of its return', async () => {
		const system = systemRuntime();
		const { promise: over, resolve: coolDown } = Promise.withResolvers<void>();
		const runtime = {
			...system,
			sleep: (ms: number, signal?: AbortSignal) => (ms === 5_000 ? over : system.sleep(ms, signal)),
		};
		let isDown = true;
		const config = { circuitFailureThreshold: 1, circuitResetTimeoutMs: 5_000, circuitSuccessThreshold: 1 };
		const module = await startModule([destination('out', () => (isDown ? DOWN : SUCCESS))], { runtime, config });
		module.accept(batchOf('b1', recordOf('r1')));
		const [out] = module.destinations;
		await waitUntil(() => out?.holding.depth === 1);
		isDown = false;
		coolDown();
		const { spans, events } = await stop(module);
		expect(named(spans, 'gamma.delivery.holding').map(({ events: held }) => held.map(({ name }) => name))).toEqual([
			['circuit.half_opened'],
		]);
		expect(outcomes(events)).toEqual(['DELIVERED']);
		expect(events.map(({ name }) => /log\.circuit_(.+)/.exec(name)?.[1]).filter(Boolean)).toEqual([
			'opened',
			'half_opened',
			'closed',
		]);
	});

	it('is told of a record for which there is no room while its destination is away', async () => {
		const module = await startModule([destination('out', () => DOWN)], {
			config: { circuitFailureThreshold: 1, holdingCapacity: 1 },
		});
		module.accept(batchOf('b1', recordOf('r1'), recordOf('r2')));
		const [out] = module.destinations;
		await waitUntil(() => out?.holding.depth === 1 && module.dlqDepth === 1);
		out?.holding.releaseAll('EXPIRED');
		expect(logs(await stop(module))).toContain('deliv_008_circuit_open');
	});

	/** A module whose one destination does not acknowledge in time. */
	async function startUnacknowledged(ackTimeoutAction: AckTimeoutAction) {
		const runtime = movableRuntime();
		const correlationIds: string[] = [];
		const remember = ({ attemptId }: { readonly attemptId: string }) => {
			correlationIds.push(attemptId);
			return SUCCESS;
		};
		const registration = { ...ASYNC, ackTimeoutAction };
		const module = await startModule([destination('out', remember, { registration })], {
			runtime,
			config: { ackWaitTimeoutMs: 1_000, maxDeliveryRetries: 1 },
		});
		module.accept(batchOf('b1', recordOf('r1')));
		await waitUntil(() => module.pendingAcks === 1);
		ledger.add({ spans: [], events: [], metrics: await telemetry.harness.metrics() });
		runtime.moveOn(1_000);
		const receive = (position: number) =>
			module.parts.acks.receive({ correlation_id: correlationIds[position], status: 'RECEIVED' });
		return { module, receive };
	}

	it('is told of success that is assumed, in the audit too', async () => {
		const { module } = await startUnacknowledged('ASSUME_SUCCESS');
		const { events } = await stop(module);
		expect(outcomes(events)).toEqual(['DELIVERED']);
		expect(events.find(({ name }) => name.endsWith('delivery_confirmed'))?.attributes).toMatchObject({
			'pipeline.acknowledgment_id': '',
			'pipeline.timeout_action': 'ASSUME_SUCCESS',
		});
	});

	it('is told of deliveries that are asked for, reviewed and acknowledged late', async () => {
		const asked = await startUnacknowledged('QUERY_DESTINATION');
		const [out] = asked.module.destinations;
		if (out !== undefined) out.adapter.getDeliveryStatus = async () => ({ state: 'DELIVERED', acknowledgmentId: 'a' });
		expect(outcomes((await stop(asked.module)).events)).toEqual(['DELIVERED']);
		telemetry.harness.clear();
		const reviewed = await startUnacknowledged('MANUAL_REVIEW');
		await reviewed.module.idle();
		reviewed.receive(0);
		const { events } = await stop(reviewed.module);
		expect([outcomes(events), outcomes(events, 'amended')]).toEqual([['FAILED'], ['DELIVERED']]);
	});

	it('is told of acknowledgments in time, for many, for nobody, and of callbacks that fail', async () => {
		const module = await startModule([destination('out', () => SUCCESS, { registration: { ackType: 'BATCH' } })], {
			callback: { maxBodyBytes: 100 },
		});
		let correlationId = '';
		const [out] = module.destinations;
		if (out !== undefined)
			out.adapter.deliver = async (batch, { callId }) => {
				correlationId = callId;
				return batch.map(() => SUCCESS);
			};
		module.accept(batchOf('b1', recordOf('r1')));
		await waitUntil(() => module.pendingAcks === 1);
		module.parts.acks.receive({ correlation_id: correlationId, status: 'RECEIVED' });
		module.parts.acks.receive({ correlation_id: 'nobody', status: 'RECEIVED' });
		module.parts.acks.receive('not an acknowledgment');
		await fetch(module.callbackServer?.url ?? '', { method: 'POST', body: 'x'.repeat(200) });
		expect(logs(await stop(module)).sort()).toEqual([
			'ack_001_malformed',
			'ack_003_correlation_mismatch',
			'ack_004_callback_failed',
		]);
	});

	it('is told what operators and time do to dead letters', async () => {
		let answer = REJECTED;
		const module = await startModule([destination('out', () => answer)]);
		module.accept(batchOf('b1', recordOf('r1'), recordOf('r2'), recordOf('r3')));
		await module.idle();
		const { deadLetters } = module.parts;
		const [first, second] = deadLetters.list().map(({ entryId }) => entryId);
		deadLetters.inspect(first ?? '', 'operator-1');
		deadLetters.correct(first ?? '', {}, 'operator-1', 'typing error');
		answer = SUCCESS;
		await deadLetters.replay(first ?? '', 'operator-1', 'fixed');
		deadLetters.purge(second ?? '', { operator: 'operator-1', justification: 'of no use' });
		ledger.add({ spans: [], events: [], metrics: await telemetry.harness.metrics() });
		deadLetters.expire(Number.MAX_SAFE_INTEGER);
		const { events } = await stop(module);
		expect(outcomes(events, 'amended')).toEqual(['DELIVERED', 'DLQ']);
	});

	it('is told what operators and time do to failed records', async () => {
		const module = await startModule([destination('out')], { routing: { rules: [] } });
		module.accept(batchOf('b1', recordOf('r1'), recordOf('r2')));
		await module.idle();
		const { errorQueue, router } = module.parts;
		const entryId = errorQueue.list()[0]?.entryId ?? '';
		errorQueue.correct(entryId, errorQueue.list()[0]?.item as Record<string, unknown>, 'operator-1', 'typing error');
		router.useTable({ rules: [], defaultDestinations: ['out'] });
		await module.replayError(entryId, 'operator-1', 'rule added');
		errorQueue.expire(Number.MAX_SAFE_INTEGER);
		const { events } = await stop(module);
		expect(audits(events).filter((name) => name?.startsWith('entry_'))).toEqual([
			'entry_created',
			'entry_created',
			'entry_corrected',
			'entry_replayed',
			'entry_expired',
		]);
	});

	it('is told of back-pressure, of batches without room, and of too many that are unconfirmed', async () => {
		const module = await startModule(
			[destination('out', () => SUCCESS, { registration: ASYNC, maxBatchRecords: 50 })],
			{
				config: { deliveryQueueCapacity: 100, maxInFlightRecords: 5, unconfirmedAlertCount: 1 },
			},
		);
		const many = (prefix: string, count: number) =>
			Array.from({ length: count }, (_, index) => recordOf(`${prefix}${index}`));
		module.accept(batchOf('b1', ...many('a', 90)));
		module.accept(batchOf('b2', ...many('b', 90)));
		await waitUntil(() => module.pendingAcks === 5);
		await module.sweep.run();
		await module.stop(0);
		const told = { spans: telemetry.harness.spans(), events: telemetry.harness.events() };
		const metrics = await telemetry.harness.metrics();
		ledger.add({ ...told, metrics });
		const [refused, pressed] = named(told.spans, 'gamma.batch.deliver');
		expect([refused?.attributes['pipeline.reason'], pressed?.events.map(({ name }) => name)]).toEqual([
			'QUEUE_FULL',
			['backpressure.signalled'],
		]);
		expect(
			metrics
				.filter(({ name }) => name === 'pipeline.gamma.intake.counter.batches_received_total')
				.map(({ attributes, value }) => [attributes['pipeline.outcome'], value]),
		).toEqual([
			['ACCEPTED', 1],
			['QUEUE_FULL', 1],
		]);
		expect(audits(told.events)).toContain('unconfirmed_threshold');
	});

	it('is told of changes of destinations, and of work that is cut back', async () => {
		const module = await startModule([destination('out')]);
		module.parts.destinations.change('out', { enabled: false }, 'operator-1');
		await module.degrade(1, 'memory');
		const { events } = await stop(module);
		expect(audits(events)).toEqual(['destination_changed']);
		expect(events.filter(({ name }) => name.endsWith('escalation_changed'))).toHaveLength(1);
	});

	it('is told of a restart', async () => {
		const options = {
			stateDirectory: mkdtempSync(join(tmpdir(), 'gamma-ledger-')),
			config: { retryInitialDelayMs: 60_000 },
		};
		const before = await startModule([destination('out', () => DOWN)], options);
		before.accept(batchOf('b1', recordOf('r1')));
		await waitUntil(() => before.parts.retryWait.waiting === 1);
		await before.stop(0);
		const { spans } = await stop(await startModule([destination('out')], options));
		expect(named(spans, 'recovery.resume')).toHaveLength(1);
	});

	// Last: it adds up what the scenarios above were told.
	it('was told, or has a reason', () => {
		expect(ledger.balance(NOT_YET)).toEqual({ missing: [], needless: [] });
	});
});
