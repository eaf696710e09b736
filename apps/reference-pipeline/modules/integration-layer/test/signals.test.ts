import { once } from 'node:events';
import { type ComponentHealth, createEmitter, systemRuntime } from '@pipeline/model';
import { describe, expect, it, vi } from 'vitest';
import {
	BackPressure,
	createHeader,
	HealthProbe,
	type IntegrationConfig,
	type IntegrationEvents,
	MAX_UNSENT,
	MemoryTransport,
	recommendedDelayMs,
	resolveConfig,
} from '../src/index.ts';
import { batch, connectEnds, FAST, PATIENT, runtime, turnRuntime } from './fixtures.ts';

describe('back-pressure', () => {
	it('begins at the high watermark, ends below the low one, and says each once', async () => {
		const [transport] = MemoryTransport.pair();
		const events = createEmitter<IntegrationEvents>();
		const signals: unknown[] = [];
		events.on('backPressure', ({ signal }) =>
			signals.push([signal.signalType, signal.currentQueueDepth, signal.recommendedDelayMs]),
		);
		const pressure = new BackPressure({
			edge: 'ALPHA_BETA',
			transport,
			runtime: systemRuntime(),
			config: resolveConfig(),
			events,
		});
		for (const depth of [79, 80, 95, 50]) await pressure.signal(depth, 100, 1_000);
		expect(pressure.isActive).toBe(true);
		for (const depth of [49, 10]) await pressure.signal(depth, 100, 1_000);
		expect(signals).toEqual([
			['ACTIVATE', 80, 30],
			['DEACTIVATE', 49, 0],
		]);
		expect(pressure.isActive).toBe(false);
	});

	it.each([
		[80, 1_000, 30],
		[100, 1, 5_000],
		[80, 0, 5_000],
		[60, 1_000, 10],
		[61, 1_000, 11],
		[60, 2, 5_000],
		[59, 2, 4_500],
	])('recommends for %i of 100 at %i/s a pause of %i ms', (depth, outflowPerSecond, expected) => {
		expect(recommendedDelayMs(0.5, { depth, capacity: 100, outflowPerSecond })).toBe(expected);
	});

	it('makes the sender pause before each batch until it ends', async () => {
		const { sending, receiving } = connectEnds(MemoryTransport.pair());
		await receiving.backPressure.signal(90, 100, 100_000);
		await once(sending.events, 'backPressure');
		expect(sending.sender.delayMs).toBe(10);
		const sleep = vi.spyOn(turnRuntime, 'sleep');
		await sending.sender.send(batch('a'));
		expect(sleep.mock.calls[0]?.[0]).toBe(10);
		sleep.mockRestore();
		await receiving.backPressure.signal(0, 100, 1_000);
		await once(sending.events, 'backPressure');
		expect(sending.sender.delayMs).toBe(0);
	});
});

describe('errors', () => {
	it('reach the other end with what it should do', async () => {
		const { sending, receiving } = connectEnds(MemoryTransport.pair({ encodes: true }));
		const error = receiving.errors.create({
			errorCode: 'INT_DATA_001_CORRUPTION',
			errorMessage: 'the index is damaged',
			severity: 'CRITICAL',
			recoverability: 'PERMANENT',
			scope: 'PIPELINE',
			correlationId: 'run-1',
			context: { batchId: 'b', upstreamErrors: ['e-1'] },
		});
		const received = once(sending.events, 'errorsReceived');
		await receiving.errors.propagate(error, 'HALT');
		const [{ notification }] = (await received) as [IntegrationEvents['errorsReceived']];
		expect(notification).toMatchObject({
			errors: [error],
			actionRequired: 'HALT',
			header: { sourceModule: 'BETA', targetModule: 'ALPHA' },
		});
		expect(error).toMatchObject({ sourceModule: 'BETA', retryEligible: false });
	});

	const trouble = {
		errorCode: 'INT_MOD_001_UNAVAILABLE',
		errorMessage: 'x',
		severity: 'ERROR',
		recoverability: 'TRANSIENT',
		scope: 'MODULE',
		correlationId: 'run-1',
	} as const;

	it('that ask for a halt hold batches back until an operator resumes', async () => {
		const { sending, receiving, received } = connectEnds(MemoryTransport.pair());
		const told = once(sending.events, 'errorsReceived');
		await receiving.errors.propagate(receiving.errors.create(trouble), 'HALT');
		await told;
		expect(sending.sender.isHalted).toBe(true);
		const sent = sending.sender.send(batch('a'));
		for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
		expect(received).toHaveLength(0);
		sending.sender.resume();
		expect(await sent).toMatchObject({ status: 'RECEIVED' });
	});

	it.each([
		['THROTTLE', 1_000],
		['INVESTIGATE', 0],
		['NONE', 0],
	] as const)('that ask for %s make the sender pause for %i ms', async (action, delayMs) => {
		const { sending, receiving } = connectEnds(MemoryTransport.pair());
		const told = once(sending.events, 'errorsReceived');
		await receiving.errors.propagate(receiving.errors.create(trouble), action);
		await told;
		expect([sending.sender.delayMs, sending.sender.isHalted]).toEqual([delayMs, false]);
	});
});

describe('health', () => {
	const component = (status: ComponentHealth['status']): ComponentHealth => ({
		componentName: status,
		status,
		message: '',
		lastCheck: '',
	});
	const header = createHeader(runtime, {
		source: 'INTEGRATION',
		target: 'BETA',
		type: 'HEALTH_CHECK',
		correlationId: 'c',
	});

	it.each([
		['DETAILED', [], 'HEALTHY', 0],
		['DETAILED', ['HEALTHY', 'DEGRADED'], 'DEGRADED', 2],
		['DETAILED', ['UNHEALTHY', 'HEALTHY'], 'UNHEALTHY', 2],
		['READINESS', ['UNHEALTHY'], 'UNHEALTHY', 0],
		['LIVENESS', ['UNHEALTHY'], 'HEALTHY', 0],
	] as const)('%s of %j is %s', async (checkType, states, status, listed) => {
		const probe = new HealthProbe(runtime, async () => states.map(component));
		const response = await probe.check({ header, checkType });
		expect([response.status, response.checks.length, response.header.correlationId]).toEqual([status, listed, 'c']);
	});

	it('can be asked from either end', async () => {
		const { sending, receiving } = connectEnds(MemoryTransport.pair({ encodes: true }));
		const checked = once(sending.events, 'healthChecked');
		expect(await sending.health.ask('DETAILED')).toMatchObject({ status: 'HEALTHY', header: { sourceModule: 'BETA' } });
		expect(await receiving.health.ask('LIVENESS')).toMatchObject({ header: { sourceModule: 'ALPHA' } });
		expect((await checked)[0]).toMatchObject({ response: { status: 'HEALTHY' } });
	});

	it('is unknown when no answer comes in time', async () => {
		const { sending } = connectEnds(MemoryTransport.pair({ faults: () => [] }), { ...FAST, healthCheckTimeoutMs: 1 });
		const checked = once(sending.events, 'healthChecked');
		await expect(sending.health.ask('LIVENESS')).rejects.toMatchObject({ code: 'INT_MOD_001_UNAVAILABLE' });
		expect((await checked)[0]).toMatchObject({ response: undefined });
	});
});

describe('confirmations and verdicts', () => {
	const result = {
		recordId: 'r',
		destinationId: 'd',
		status: 'DELIVERED',
		deliveryTimestamp: runtime.timestamp(),
	} as const;
	const verdicts = { keep: [{ traceId: 'a'.repeat(32), reason: 'ERROR' }], released: ['b-1'] };

	it('reach the sender of the batch unread', async () => {
		const { sending, receiving } = connectEnds(
			MemoryTransport.pair({ encodes: true }),
			PATIENT,
			undefined,
			'BETA_GAMMA',
		);
		const confirmed = once(sending.events, 'confirmed');
		await receiving.confirmations.send({
			batchId: 'b',
			correlationId: 'c',
			deliveryResults: [result],
			traceVerdicts: verdicts,
		});
		expect((await confirmed)[0]).toMatchObject({
			edge: 'BETA_GAMMA',
			confirmation: {
				batchId: 'b',
				deliveryResults: [result],
				traceVerdicts: verdicts,
				header: { sourceModule: 'GAMMA', targetModule: 'BETA' },
			},
		});
		const acknowledged = once(sending.events, 'acknowledged');
		await receiving.acks.sendVerdicts(verdicts);
		expect((await acknowledged)[0]).toMatchObject({ payload: { status: 'VERDICT', traceVerdicts: verdicts } });
	});

	it('wait for a peer that is away, up to the limit, and what is lost is said', async () => {
		const [out, into] = MemoryTransport.pair();
		const { receiving, told } = connectEnds([out, into]);
		await into.close();
		for (let at = 0; at <= MAX_UNSENT; at++) {
			expect(told).toEqual([]);
			await receiving.confirmations.send({ batchId: `b-${at}`, correlationId: 'c', deliveryResults: [] });
		}
		expect(told).toEqual(['error: INT_GAMMA_003']);
		const back = new MemoryTransport();
		const arrived: string[] = [];
		back.events.on('message', (message) => 'deliveryResults' in message && arrived.push(message.batchId));
		back.join(into);
		while (arrived.length < MAX_UNSENT) await new Promise(setImmediate);
		expect([arrived[0], arrived.at(-1), receiving.confirmations.unsent]).toEqual(['b-1', `b-${MAX_UNSENT}`, 0]);
	});
});

describe('messages of other modules', () => {
	it('are handed on', async () => {
		const [out, into] = MemoryTransport.pair({ encodes: true });
		const { receiving } = connectEnds([out, into]);
		const seen = once(receiving.events, 'serviceMessage');
		const jobHeader = createHeader(runtime, { source: 'PHI', target: 'BETA', type: 'JOB_CONTROL', correlationId: 'c' });
		const control = {
			header: jobHeader,
			operation: 'START',
			jobId: 'nightly',
			parameters: { some_key: { innerKey: 1 } },
		} as const;
		await out.send(control);
		expect((await seen)[0]).toMatchObject({ message: control });
	});
});

describe('configuration', () => {
	it.each([
		['maxRetries', 0, 50],
		['ackTimeoutMs', 1, 600_000],
		['backpressureHighWatermark', 0.51, 0.99],
		['circuitFailureThreshold', 1, 100],
		['maxUnprocessedBatches', 1, 1_000_000],
	] as const)('%s is allowed from %d to %d', (key, min, max) => {
		expect([resolveConfig({ [key]: min })[key], resolveConfig({ [key]: max })[key]]).toEqual([min, max]);
		for (const outside of [min - 1, max + 1, Number.NaN, '5']) {
			expect(() => resolveConfig({ [key]: outside })).toThrow(`integration.${key}`);
		}
	});

	it.each([
		['a fraction of a retry', { maxRetries: 1.5 }, 'maxRetries'],
		[
			'watermarks that meet',
			{ backpressureHighWatermark: 0.6, backpressureLowWatermark: 0.6 },
			'backpressureLowWatermark',
		],
		['an unknown name', { ackTimeout: 5 }, 'ackTimeout'],
	])('refuses %s', (_, given, key) => {
		expect(() => resolveConfig(given as Partial<IntegrationConfig>)).toThrow(`integration.${key}`);
	});
});
