// Hot path: runs for every stage of every record.
import type { Callable, Wrap } from '@pipeline/telemetry-core/instrumentation';

let current: unknown;

/** Third argument of the innermost call that is running; undefined once it has returned. */
export const thirdArgument = (): unknown => current;

/** Shows a wrapper the third argument of its call, while the call runs: what is awaited does not see it. */
export function withThirdArgument(wrap: Wrap): Wrap {
	return (original, operation) => {
		const wrapped = wrap(original, operation) as Callable;
		return function seen(this: unknown, _first: unknown, _second: unknown, third: unknown): unknown {
			if (!operation.isEnabled) return Reflect.apply(original, this, arguments);
			const outer = current;
			current = third;
			try {
				return Reflect.apply(wrapped, this, arguments);
			} finally {
				current = outer;
			}
		};
	};
}
