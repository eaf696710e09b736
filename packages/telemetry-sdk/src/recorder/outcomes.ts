import type { KeepReason, TraceOutcome } from '@pipeline/telemetry-core';
import * as Flag from './flag.ts';

/** Outcomes by the number that a FINISH entry holds. Append only. */
export const OUTCOMES: readonly TraceOutcome[] = [
	'DELIVERED',
	'PARTIAL',
	'FAILED',
	'EXPIRED',
	'DLQ',
	'REJECTED',
	'QUARANTINED',
	'DROPPED',
	'ABANDONED',
];

/** The flag of each reason to keep a trace, the strongest first. */
export const KEEP_REASONS: Readonly<Record<KeepReason, number>> = {
	ERROR: Flag.ERROR,
	DLQ: Flag.DLQ,
	SECURITY: Flag.SECURITY,
	REPLAY: Flag.REPLAY,
	SLOW: Flag.SLOW,
	SLOW_OPERATION: Flag.SLOW_OPERATION,
	FORCED: Flag.FORCED,
};

/** The strongest reason that the flags hold; undefined when there is none. */
export function keepReasonOf(flags: number): KeepReason | undefined {
	return (Object.keys(KEEP_REASONS) as KeepReason[]).find((reason) => (flags & KEEP_REASONS[reason]) !== 0);
}
