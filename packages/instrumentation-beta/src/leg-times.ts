// Hot path: runs for every record that got through.
import { nowMs } from '@pipeline/telemetry-core';
import { credibleTime, read } from '@pipeline/telemetry-core/instrumentation';
import type { BetaBinding } from './binding.ts';
import type { Journey } from './journeys.ts';
import { metrics } from './metrics.ts';

/**
 * The legs of a record's way that end here, by the times that it carries: from ingestion to validation, from there to its receipt, and this
 * module. A replayed record carries times of its first way: it has none.
 */
export function tellLegs(
	binding: BetaBinding,
	{ enteredMs, ingestedAt, replayedFrom }: Journey,
	record: unknown,
): void {
	if (replayedFrom !== undefined) return;
	metrics.legSeconds.of('BETA').record((nowMs() - enteredMs) / 1000);
	const validatedMs = credibleTime(read(binding.record?.validatedAt, record), enteredMs);
	if (validatedMs === undefined) return;
	metrics.legSeconds.of('ALPHA_BETA').record(Math.max(0, enteredMs - validatedMs) / 1000);
	const ingestedMs = credibleTime(ingestedAt, validatedMs);
	if (ingestedMs !== undefined) metrics.legSeconds.of('ALPHA').record(Math.max(0, validatedMs - ingestedMs) / 1000);
}
