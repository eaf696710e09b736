import { type Runtime, seededRuntime, systemRuntime } from '@pipeline/model';
import type { RunOptions } from '../run/run-options.ts';

/** The same ids, times and choices in every run when a seed is given. */
export function runtimeOf({ seed }: RunOptions, scope: string): Runtime {
	return seed === undefined ? systemRuntime() : seededRuntime(seed, scope);
}
