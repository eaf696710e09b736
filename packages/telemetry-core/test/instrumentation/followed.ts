import type { Callable, Operation, Wrap } from '../../src/instrumentation/index.ts';
import { telemetry } from '../../src/runtime/telemetry.ts';

/** A call as an instrumentation would have wrapped it; `operation.isEnabled` can be switched. */
export function followed<F extends Callable>(wrap: Wrap, original: F, operation: Partial<Operation> = {}): F {
	const { name = 'Sample.call' } = operation;
	return wrap(original, {
		name,
		get isEnabled() {
			return telemetry.source !== 'none' && operation.isEnabled !== false;
		},
		isInstalled: operation.isEnabled ?? true,
	}) as F;
}

/** A promise and the functions that settle it. */
export function deferred<T>(): PromiseWithResolvers<T> {
	return Promise.withResolvers<T>();
}
