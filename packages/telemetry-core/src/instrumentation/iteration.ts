import { isGeneratorObject } from 'node:util/types';
import { type Context, context as contextApi } from '@opentelemetry/api';

type Next = (...values: unknown[]) => unknown;

/** What a call that returned a generator gave in the end. */
export class Iteration {
	/** Items taken from it. */
	readonly count: number;

	constructor(count: number) {
		this.count = count;
	}
}

/**
 * Follows a returned generator to its end without replacing it: `next`, `return` and `throw` of this one object run in `inside` and
 * report when it is done, fails, or is left early: then `end` gets an `Iteration`.
 *
 * @returns false when the value is no generator
 */
export function observeIteration(
	value: unknown,
	inside: Context,
	end: (isFailure: boolean, result: unknown) => void,
): boolean {
	if (!isGeneratorObject(value)) return false;
	const generator = value as unknown as Record<'next' | 'return' | 'throw', Next>;
	let isOpen = true;
	let count = 0;
	const close = (isFailure: boolean, result: unknown) => {
		if (!isOpen) return;
		isOpen = false;
		end(isFailure, result);
	};
	const step = (result: unknown) => {
		const { done } = result as { done?: boolean };
		if (done) close(false, new Iteration(count));
		else count++;
	};
	for (const method of ['next', 'return', 'throw'] as const) {
		const original = generator[method];
		Object.defineProperty(generator, method, {
			configurable: true,
			value(...values: unknown[]) {
				const result = callStep(inside, () => Reflect.apply(original, generator, values), close);
				if (result instanceof Promise) result.then(step, (error) => close(true, error));
				else step(result);
				return result;
			},
		});
	}
	return true;
}

function callStep(inside: Context, run: () => unknown, close: (isFailure: boolean, error: unknown) => void): unknown {
	try {
		return contextApi.with(inside, run);
	} catch (error) {
		close(true, error);
		throw error;
	}
}
