import { diag } from '@opentelemetry/api';
import { exceptionFrames, exceptionType } from '../opentelemetry/failure.ts';
import { WarnLimiter } from '../propagation/warn-limiter.ts';

const failures = { count: 0 };
const warnings = new WarnLimiter({ warn: (message) => diag.error(message) });

/**
 * A fault of telemetry's own: counted, said once a minute, and nobody else's business. Its message stays unsaid: a reader that stumbles
 * over a record may quote it.
 */
export function internalFailure(where: string, error: unknown): void {
	failures.count++;
	const [at = ''] = exceptionFrames(error).split('\n');
	warnings.warn(
		where,
		`@pipeline telemetry failed inside a wrapper and was skipped: ${exceptionType(error)} ${at.trim()}`,
	);
}

/** How often telemetry's own code failed since the process began. */
export const internalFailureCount = (): number => failures.count;
