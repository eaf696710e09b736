import assert from 'node:assert/strict';
import {
	type Callable,
	internalFailureCount,
	type PipelineInstrumentation,
	type Target,
} from '@pipeline/telemetry-core/instrumentation';
import { createTelemetryHarness } from './harness.ts';

/** What the contract is checked on. */
export interface ContractSubject {
	/** A new instrumentation, with the team's own binding where it has one. */
	readonly create: (config?: { readonly enabled?: boolean }) => PipelineInstrumentation;
}

export interface ContractCase {
	readonly name: string;
	readonly run: () => void | Promise<void>;
}

type Behaviour = (this: unknown, ...values: unknown[]) => unknown;
type Module = Record<string, unknown>;

/**
 * What every instrumentation promises about the module it follows, whatever its binding: same result, same `this`, same arguments, the
 * same promise, the same error, nothing wrapped twice, everything put back. Operations are called with values no binding expects,
 * so its readers fail: the module must not notice.
 */
export function instrumentationContract(subject: ContractSubject): readonly ContractCase[] {
	const targets = subject.create({ enabled: false }).targets;
	const perOperation = targets.flatMap((target) => operationCases(subject, target));
	return [...perOperation, ...lifecycleCases(subject, targets)];
}

function operationCases(subject: ContractSubject, target: Target): ContractCase[] {
	const label = target.method === undefined ? target.export : `${target.export}.${target.method}`;
	const check = (
		name: string,
		run: (call: (behaviour: Behaviour, ...values: unknown[]) => unknown) => void | Promise<void>,
	): ContractCase => ({
		name: `${label}: ${name}`,
		run: () =>
			withTelemetry(async () => {
				const instrumentation = subject.create();
				try {
					await run((behaviour, ...values) => {
						const { exports, receiver } = synthesize([target], behaviour);
						instrumentation.instrument(exports);
						return Reflect.apply(read(exports, target), receiver, values);
					});
				} finally {
					instrumentation.disable();
				}
			}),
	});
	return [
		check('returns the same value', (call) => {
			const value = { any: 'object' };
			assert.equal(
				call(() => value),
				value,
			);
		}),
		check('passes this and all arguments on', (call) => {
			const values = [{}, Symbol('second'), 3, undefined];
			const seen = call(
				function (this: unknown, ...given) {
					return [this, given];
				},
				...values,
			) as [unknown, unknown[]];
			assert.equal((seen[0] as { isReceiver?: true }).isReceiver, true);
			assert.deepEqual(seen[1], values);
		}),
		check('throws the same error', (call) => {
			const error = new Error('of the module');
			assert.throws(
				() =>
					call(() => {
						throw error;
					}),
				(thrown) => thrown === error,
			);
		}),
		check('returns the same promise', async (call) => {
			const promise = Promise.resolve(42);
			const returned = call(() => promise);
			assert.equal(returned, promise);
			assert.equal(await returned, 42);
		}),
		check('rejects with the same error', async (call) => {
			const error = new Error('of the module');
			await assert.rejects(
				() => call(() => Promise.reject(error)) as Promise<unknown>,
				(thrown) => thrown === error,
			);
		}),
		check('does not touch thenables', (call) => {
			const thenable = {
				// biome-ignore lint/suspicious/noThenProperty: a lazy query, which runs when somebody calls then
				then() {
					throw new Error('was run');
				},
			};
			assert.equal(
				call(() => thenable),
				thenable,
			);
		}),
	];
}

function lifecycleCases(subject: ContractSubject, targets: readonly Target[]): ContractCase[] {
	return [
		{
			name: 'wraps once, however often it is asked to',
			run: () =>
				withTelemetry(() => {
					const { exports } = synthesize(targets, () => undefined);
					const instrumentation = subject.create();
					instrumentation.instrument(exports);
					const wrapped = targets.map((target) => read(exports, target));
					instrumentation.instrument(exports);
					const again = targets.map((target) => read(exports, target));
					instrumentation.disable();
					assert.deepEqual(again, wrapped);
				}),
		},
		{
			name: 'disable puts the originals back, enable wraps again',
			run: () =>
				withTelemetry(() => {
					const { exports } = synthesize(targets, () => undefined);
					const originals = targets.map((target) => read(exports, target));
					const instrumentation = subject.create();
					instrumentation.instrument(exports);
					const wrapped = targets.map((target) => read(exports, target));
					assert.ok(wrapped.every((call, position) => call !== originals[position]));
					instrumentation.disable();
					assert.ok(targets.every((target, position) => read(exports, target) === originals[position]));
					instrumentation.enable();
					assert.ok(targets.every((target, position) => read(exports, target) !== originals[position]));
					instrumentation.disable();
				}),
		},
		{
			name: 'a wrapper that somebody kept calls straight through after disable',
			run: () =>
				withTelemetry((harness) => {
					for (const target of targets) {
						const { exports, receiver } = synthesize([target], () => 'straight');
						const instrumentation = subject.create();
						instrumentation.instrument(exports);
						const kept = read(exports, target);
						instrumentation.disable();
						assert.equal(Reflect.apply(kept, receiver, []), 'straight');
					}
					assert.deepEqual(harness.spans(), []);
				}),
		},
		{
			name: 'works without an SDK',
			run() {
				const { exports, receiver } = synthesize(targets, () => 'result');
				const instrumentation = subject.create();
				instrumentation.instrument(exports);
				for (const target of targets) assert.equal(Reflect.apply(read(exports, target), receiver, [{}]), 'result');
				instrumentation.disable();
			},
		},
		{
			name: 'its own failures are swallowed and counted',
			run: () =>
				withTelemetry(() => {
					const before = internalFailureCount();
					const hostile = new Proxy(
						{},
						{
							get() {
								throw new Error('hostile item');
							},
						},
					);
					const { exports, receiver } = synthesize(targets, () => 'result');
					const instrumentation = subject.create();
					instrumentation.instrument(exports);
					for (const target of targets)
						assert.equal(Reflect.apply(read(exports, target), receiver, [hostile, hostile]), 'result');
					instrumentation.disable();
					assert.ok(internalFailureCount() > before);
				}),
		},
	];
}

async function withTelemetry(
	run: (harness: ReturnType<typeof createTelemetryHarness>) => void | Promise<void>,
): Promise<void> {
	const harness = createTelemetryHarness();
	try {
		await run(harness);
	} finally {
		await harness.shutdown();
	}
}

/** A module with nothing but the bound operations, all of which behave the same. */
function synthesize(targets: readonly Target[], behaviour: Behaviour): { exports: Module; receiver: object } {
	const exports: Module = {};
	for (const { export: name, method } of targets) {
		if (method === undefined) {
			exports[name] = function (this: unknown, ...values: unknown[]) {
				return Reflect.apply(behaviour, this, values);
			};
			continue;
		}
		exports[name] ??= class {};
		Object.defineProperty((exports[name] as { prototype: object }).prototype, method, {
			configurable: true,
			writable: true,
			value(this: unknown, ...values: unknown[]) {
				return Reflect.apply(behaviour, this, values);
			},
		});
	}
	return { exports, receiver: { isReceiver: true } };
}

function read(exports: Module, { export: name, method }: Target): Callable {
	const exported = exports[name] as { prototype: Record<string, Callable> } & Callable;
	return method === undefined ? exported : (exported.prototype[method] as Callable);
}
