import { nowMs, type TraceFields } from '@pipeline/telemetry-core';
import { credibleMs, credibleTime, read } from '@pipeline/telemetry-core/instrumentation';
import type { GammaBinding } from './binding.ts';

const INGESTED_AT = 'pipeline.ingested_at';

/** When a record's trace began and ended. Milliseconds, since the Unix epoch where it is a point in time. */
export interface TraceTimes {
	readonly startedMs: number;
	readonly completedMs: number;
	readonly durationMs: number;
	/** On the way from the previous module; undefined when it is not known. */
	readonly betaGammaMs: number | undefined;
}

/**
 * Total time counts from ingestion: as the trace context says, else as the record says, else from its receipt here. Times that a record
 * cannot have, more than a day away, do not count; small differences of clocks are cut to 0.
 */
export function timesOf(binding: GammaBinding, record: object, enteredMs: number = nowMs()): TraceTimes {
	const completedMs = nowMs();
	const readers = binding.record ?? {};
	const ingestedMs = fromBaggage(record, completedMs) ?? credibleTime(read(readers.ingestedAt, record), completedMs);
	const transformedMs = credibleTime(read(readers.transformedAt, record), enteredMs);
	const startedMs = ingestedMs ?? enteredMs;
	return {
		startedMs,
		completedMs,
		durationMs: Math.max(0, completedMs - startedMs),
		betaGammaMs: transformedMs === undefined ? undefined : Math.max(0, enteredMs - transformedMs),
	};
}

function fromBaggage(record: TraceFields, nearMs: number): number | undefined {
	const micros = record.baggage?.[INGESTED_AT];
	return micros === undefined ? undefined : credibleMs(Number(micros) / 1000, nearMs);
}
