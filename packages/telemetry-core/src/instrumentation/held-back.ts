import { isPromise } from 'node:util/types';
import { telemetry } from '../runtime/telemetry.ts';
import type { Wrap } from './operation.ts';

/**
 * Lets a call that brings records in wait while audit cannot be written, where the profile asks for that (`regulated`): the module waits for
 * its source, as for a slow one. Only calls that are known to return promises wait: the first one never does.
 */
export function heldBack(wrap: Wrap): Wrap {
	return (original, operation) => {
		const wrapped = wrap(original, operation);
		let isAsync = false;
		return function held(this: unknown): unknown {
			const wait = isAsync && operation.isEnabled ? telemetry.hold() : undefined;
			if (wait !== undefined) return wait.then(() => Reflect.apply(wrapped, this, arguments));
			const result: unknown = Reflect.apply(wrapped, this, arguments);
			isAsync = isPromise(result);
			return result;
		};
	};
}
