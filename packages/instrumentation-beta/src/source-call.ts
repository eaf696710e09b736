import { nowMs } from '@pipeline/telemetry-core';
import {
	type Callable,
	followResult,
	guarded,
	type Operation,
	type Patch,
	type Read,
	read,
	resourceCode,
	type Target,
} from '@pipeline/telemetry-core/instrumentation';
import type { BetaBinding } from './binding.ts';
import { errors, metrics } from './metrics.ts';

const TIMEOUTS: readonly unknown[] = ['AbortError', 'TimeoutError', 'ENR_002_SOURCE_TIMEOUT'];

/** Calls of enrichment sources, one by one: how long each took. */
export function sourceCalls({ sourceCalls: targets = [] }: BetaBinding): Patch[] {
	return targets.map((target) => ({
		target,
		sees: `latency of ${target.export}`,
		wrap: (original: Callable, operation: Operation) => timed(original, operation, target),
	}));
}

function timed(
	original: Callable,
	operation: Operation,
	readers: Target & { readonly source?: Read<string> },
): Callable {
	return function asked(this: unknown): unknown {
		if (!operation.isEnabled) return Reflect.apply(original, this, arguments);
		const startedMs = nowMs();
		return followResult(
			() => Reflect.apply(original, this, arguments),
			(isFailure, value) =>
				guarded(operation.name, () => {
					const outcome = isFailure ? outcomeOf(value) : 'SUCCESS';
					if (isFailure) tellExhausted(value);
					metrics.sourceSeconds.of(read(readers.source, this), outcome).record((nowMs() - startedMs) / 1000);
				}),
		);
	};
}

/** A source that cannot be asked because this process ran out of something is no fault of the source. */
function tellExhausted(failure: unknown): void {
	const code = resourceCode(failure);
	if (code !== undefined) errors.report(code);
}

function outcomeOf(failure: unknown): string {
	const { name, code } = (failure ?? {}) as { readonly name?: unknown; readonly code?: unknown };
	return TIMEOUTS.includes(name) || TIMEOUTS.includes(code) ? 'TIMEOUT' : 'FAILURE';
}
