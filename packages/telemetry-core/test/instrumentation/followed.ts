import type { Callable, Operation, Wrap } from '../../src/instrumentation/index.ts';

/** A call as an instrumentation would have wrapped it; `operation.isEnabled` can be switched. */
export function followed<F extends Callable>(wrap: Wrap, original: F, operation: Partial<Operation> = {}): F {
	return wrap(original, {
		name: 'Sample.call',
		isEnabled: true,
		isInstalled: operation?.isEnabled ?? true,
		...operation,
	}) as F;
}

/** A promise and the functions that settle it. */
export function deferred<T>(): PromiseWithResolvers<T> {
	return Promise.withResolvers<T>();
}
