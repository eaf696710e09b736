import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTelemetryHarness, type TelemetryHarness } from '../../../telemetry-testing/src/index.ts';
import type { Observe } from '../../src/index.ts';
import { internalFailureCount, type ModuleLifecycle, moduleLifecycle } from '../../src/instrumentation/index.ts';
import { metric } from '../../src/registry/alpha/index.ts';
import { deferred, followed } from './followed.ts';

const DEPTH = 'pipeline.alpha.buffer.gauge.depth';

class Module {
	readonly events = new EventEmitter();
	readonly depth: number;
	constructor(depth: number) {
		this.depth = depth;
	}
}

describe('moduleLifecycle', () => {
	let harness: TelemetryHarness;
	beforeEach(() => {
		harness = createTelemetryHarness();
	});
	afterEach(() => harness.shutdown());

	function lifecycle(more: Partial<ModuleLifecycle<Module>> = {}, operation = {}) {
		const heard: unknown[] = [];
		const [start, stop] = moduleLifecycle<Module>({
			start: { export: 'Module', method: 'start' },
			stop: { export: 'Module', method: 'stop' },
			gauges: [{ metric: metric[DEPTH], read: (self, observe) => observe(self.depth) }],
			events: (self) => self.events,
			listeners: { full: (payload: unknown, self) => heard.push([payload, self.depth]) },
			started: (self) => heard.push(['started', self.depth]),
			...more,
		});
		const wrap = (at: typeof start, original: (this: Module) => unknown) =>
			followed((at as NonNullable<typeof at>).wrap, original, operation);
		return {
			heard,
			start: (self: Module, original = () => 'started' as unknown) => wrap(start, original).call(self),
			stop: (self: Module, original = () => 'stopped' as unknown) => wrap(stop, original).call(self),
		};
	}

	const depths = async () => (await harness.metrics()).filter(({ name }) => name === DEPTH).map(({ value }) => value);

	it('reads gauges and hears notifications from start to stop', async () => {
		// Counted, because a reader of cumulative metrics repeats the last value of a gauge that is gone.
		let reads = 0;
		const read = (self: Module, observe: Observe) => observe(self.depth + reads++);
		const { heard, start, stop } = lifecycle({ gauges: [{ metric: metric[DEPTH], read }] });
		const module = new Module(7);
		expect(start(module)).toBe('started');
		module.events.emit('full', 'payload');
		expect(await depths()).toEqual([7]);
		expect(stop(module)).toBe('stopped');
		module.events.emit('full', 'late');
		await depths();
		expect([heard, reads, module.events.listenerCount('full')]).toEqual([
			[
				['started', 7],
				['payload', 7],
			],
			1,
			0,
		]);
	});

	it('follows an instance once, and others beside it', () => {
		const { heard, start } = lifecycle();
		const [one, other] = [new Module(1), new Module(2)];
		for (const module of [one, one, other]) start(module);
		one.events.emit('full', 'x');
		expect(heard).toEqual([
			['started', 1],
			['started', 2],
			['x', 1],
		]);
	});

	it.each([
		['resolves', (gate: PromiseWithResolvers<unknown>) => gate.resolve(1)],
		['rejects', (gate: PromiseWithResolvers<unknown>) => gate.reject(new Error('no'))],
	])('an asynchronous stop is over when it %s', async (_, settle) => {
		const { start, stop } = lifecycle();
		const module = new Module(1);
		const gate = deferred<unknown>();
		start(module);
		const stopping = stop(module, () => gate.promise);
		expect([stopping === gate.promise, module.events.listenerCount('full')]).toEqual([true, 1]);
		settle(gate);
		await gate.promise.catch(() => {});
		expect(module.events.listenerCount('full')).toBe(0);
	});

	it('a module that starts while it is disabled is not followed', () => {
		const { heard, start, stop } = lifecycle({}, { isEnabled: false });
		const module = new Module(1);
		expect([start(module), stop(module), heard]).toEqual(['started', 'stopped', []]);
	});

	it('its own faults are counted: in reading, listening and starting', async () => {
		const before = internalFailureCount();
		const fault = () => {
			throw new Error('of telemetry');
		};
		const faulty = lifecycle({ gauges: [{ metric: metric[DEPTH], read: fault }], listeners: { full: fault } });
		const module = new Module(1);
		faulty.start(module);
		module.events.emit('full', 'x');
		expect(await depths()).toEqual([]);
		expect(lifecycle({ events: fault }).start(new Module(2))).toBe('started');
		expect(internalFailureCount()).toBe(before + 3);
	});

	it('a module without an emitter is followed all the same', async () => {
		const { start } = lifecycle({ events: undefined });
		start(new Module(3));
		expect(await depths()).toEqual([3]);
	});
});
