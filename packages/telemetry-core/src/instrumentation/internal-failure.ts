import { diag } from '@opentelemetry/api';
import { WarnLimiter } from '../propagation/warn-limiter.ts';

const failures = { count: 0 };
const warnings = new WarnLimiter({ warn: (message) => diag.error(message) });

/** A fault of telemetry's own: counted, said once a minute, and nobody else's business. */
export function internalFailure(where: string, error: unknown): void {
	failures.count++;
	warnings.warn(where, `@pipeline telemetry failed inside a wrapper and was skipped: ${String(error)}`);
}

/** How often telemetry's own code failed since the process began. */
export const internalFailureCount = (): number => failures.count;
