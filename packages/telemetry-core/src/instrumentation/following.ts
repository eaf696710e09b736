import { isPromise } from 'node:util/types';
import { type Context, context as contextApi } from '@opentelemetry/api';
import { internalFailure } from './internal-failure.ts';
import { observeIteration } from './iteration.ts';

/** Runs telemetry's own code: a fault in it is counted and goes no further. */
export function guarded(where: string, run: () => void): void {
	try {
		run();
	} catch (error) {
		internalFailure(where, error);
	}
}

type Ended = (isFailure: boolean, value: unknown) => void;

/** Makes a call and says how it ended, when it returned or its promise settled. Same result, same promise, same error. */
export function followResult(call: () => unknown, ended: Ended): unknown {
	let result: unknown;
	try {
		result = call();
	} catch (error) {
		ended(true, error);
		throw error;
	}
	if (isPromise(result)) whenSettled(result, ended);
	else ended(false, result);
	return result;
}

/** As `followResult`, with the call and what a returned generator does in an OpenTelemetry context; a generator ends when it is done. */
export function followInside<T>(inside: Context, call: () => T, ended: Ended): T {
	let result: T;
	try {
		result = contextApi.with(inside, call);
	} catch (error) {
		ended(true, error);
		throw error;
	}
	if (isPromise(result)) whenSettled(result, ended);
	else if (!observeIteration(result, inside, ended)) ended(false, result);
	return result;
}

function whenSettled(promise: Promise<unknown>, ended: Ended): void {
	promise.then(
		(value) => ended(false, value),
		(error) => ended(true, error),
	);
}
