import type { EventEmitter } from 'node:events';
import { isPromise } from 'node:util/types';
import type { MetricDef } from '../registry/definitions.ts';
import { telemetry } from '../runtime/telemetry.ts';
import type { Observe } from '../signals/metrics.ts';
import { internalFailure } from './internal-failure.ts';
import type { Operation, Patch, Target } from './operation.ts';

/** A gauge of a running module: what it is and how it is read off the instance. */
export interface Gauge<Self = never> {
	readonly metric: MetricDef;
	readonly read: (self: Self, observe: Observe) => void;
}

/** How a module's instances are followed from start to stop. */
export interface ModuleLifecycle<Self = never> {
	readonly start: Target | undefined;
	readonly stop: Target | undefined;
	/** Read at each collection while an instance runs. */
	readonly gauges: readonly Gauge<Self>[];
	/** The module's public emitter. */
	readonly events: ((self: Self) => EventEmitter | undefined) | undefined;
	/** Event name of that emitter -> what it says. */
	readonly listeners: Readonly<Record<string, (payload: never, self: Self) => void>>;
	/** Once per instance, when it first starts. */
	readonly started?: (self: Self) => void;
	/** After it has stopped. */
	readonly stopped?: (self: Self) => void;
}

/** Follows instances of a module: subscribes to their events and observes their gauges while they run. */
export function moduleLifecycle<Self>(typed: ModuleLifecycle<Self>): Patch[] {
	const lifecycle = typed as unknown as ModuleLifecycle<unknown>;
	const running = new Map<unknown, () => void>();
	const known = new WeakSet<WeakKey>();
	const begin = (self: unknown, operation: Operation) => {
		if (running.has(self)) return;
		const { name } = operation;
		try {
			running.set(self, follow(lifecycle, self, operation));
			if (typeof self === 'object' && self !== null) {
				if (known.has(self)) return;
				known.add(self);
			}
			lifecycle.started?.(self);
		} catch (error) {
			internalFailure(name, error);
		}
	};
	const finish = (self: unknown) => {
		const unfollow = running.get(self);
		if (unfollow === undefined) return;
		running.delete(self);
		try {
			unfollow();
			lifecycle.stopped?.(self);
		} catch (error) {
			internalFailure('stop', error);
		}
	};
	return [
		{
			target: lifecycle.start,
			sees: 'depths, capacities and notifications of the module',
			wrap: (original, operation) =>
				function started(this: unknown) {
					if (operation.isInstalled) begin(this, operation);
					return Reflect.apply(original, this, arguments);
				},
		},
		{
			target: lifecycle.stop,
			sees: 'the end of the module',
			wrap: (original) =>
				function stopped(this: unknown) {
					const result: unknown = Reflect.apply(original, this, arguments);
					if (isPromise(result)) {
						result.then(
							() => finish(this),
							() => finish(this),
						);
					} else {
						finish(this);
					}
					return result;
				},
		},
	];
}

function follow(lifecycle: ModuleLifecycle<unknown>, self: unknown, operation: Operation): () => void {
	const { name } = operation;
	const undo: (() => void)[] = [];
	const emitter = lifecycle.events?.(self as never);
	for (const [event, listen] of Object.entries(lifecycle.listeners)) {
		const listener = (payload: unknown) => {
			if (!operation.isEnabled) return;
			try {
				listen(payload as never, self);
			} catch (error) {
				internalFailure(`${name} ${event}`, error);
			}
		};
		emitter?.on(event, listener);
		undo.push(() => emitter?.off(event, listener));
	}
	for (const { metric, read } of lifecycle.gauges) {
		undo.push(
			telemetry.metrics.observe(metric, (observe) => {
				if (!operation.isEnabled) return;
				try {
					read(self, observe);
				} catch (error) {
					internalFailure(`${name} gauge`, error);
				}
			}),
		);
	}
	return () => {
		for (const step of undo) step();
	};
}
