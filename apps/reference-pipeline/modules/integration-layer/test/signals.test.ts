import { type ComponentHealth, createEmitter, systemRuntime } from '@pipeline/model';
import { describe, expect, it } from 'vitest';
import {
	BackPressure,
	createHeader,
	HealthProbe,
	type IntegrationEvents,
	MemoryTransport,
	recommendedDelayMs,
	resolveConfig,
} from '../src/index.ts';
import { runtime } from './fixtures.ts';

describe('back-pressure', () => {
	function create() {
		const [transport, peer] = MemoryTransport.pair();
		const events = createEmitter<IntegrationEvents>();
		const signals: string[] = [];
		events.on('backPressure', ({ signal }) => signals.push(signal.signalType));
		return {
			peer,
			signals,
			pressure: new BackPressure({
				edge: 'ALPHA_BETA',
				transport,
				runtime: systemRuntime(),
				config: resolveConfig(),
				events,
			}),
		};
	}

	it('begins at the high watermark, ends below the low one, and says each once', async () => {
		const { pressure, signals } = create();
		for (const depth of [79, 80, 95, 50, 49, 10]) await pressure.signal(depth, 100, 1_000);
		expect(signals).toEqual(['ACTIVATE', 'DEACTIVATE']);
	});

	it.each([
		[80, 100, 1_000, 30],
		[100, 100, 1, 5_000],
		[81, 100, 1_000_000, 10],
		[80, 100, 0, 5_000],
	])('recommends for %i of %i at %i/s a pause of %i ms', (depth, capacity, outflow, expected) => {
		expect(recommendedDelayMs(resolveConfig(), depth, capacity, outflow)).toBe(expected);
	});
});

describe('health', () => {
	it('is as bad as the worst component', async () => {
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
		const check = (...states: ComponentHealth['status'][]) =>
			new HealthProbe(runtime, async () => states.map(component)).check({ header, checkType: 'DETAILED' });
		expect([
			(await check()).status,
			(await check('HEALTHY', 'DEGRADED')).status,
			(await check('UNHEALTHY', 'HEALTHY')).status,
		]).toEqual(['HEALTHY', 'DEGRADED', 'UNHEALTHY']);
	});
});

describe('configuration', () => {
	it.each([
		['maxRetries', 0, true],
		['maxRetries', 50, true],
		['maxRetries', 51, false],
		['maxRetries', -1, false],
		['backpressureHighWatermark', 0.99, true],
		['backpressureHighWatermark', 1, false],
		['ackTimeoutMs', Number.NaN, false],
	])('%s = %s is allowed: %s', (key, value, isAllowed) => {
		const resolve = () => resolveConfig({ [key]: value });
		if (isAllowed) expect(resolve()).toMatchObject({ [key]: value });
		else expect(resolve).toThrow(`integration.${key}`);
	});
});
