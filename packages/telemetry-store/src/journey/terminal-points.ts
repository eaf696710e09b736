import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import { definedFields } from '../lineage/defined-fields.ts';

/** What became of a record: the outcome of its traces, or that none is known yet. */
export type RecordOutcome =
	| 'DELIVERED'
	| 'PARTIAL'
	| 'FAILED'
	| 'EXPIRED'
	| 'DLQ'
	| 'REJECTED'
	| 'QUARANTINED'
	| 'DROPPED'
	| 'ABANDONED'
	| 'IN_PROGRESS';

/** Where a way of the record ended: one for each target schema, and again after each replay. */
export interface TerminalPoint {
	readonly at: string;
	readonly module: string;
	readonly outcome: RecordOutcome;
	readonly schema?: string;
	readonly traceId?: string;
	/** From the record's ingestion. */
	readonly durationMs?: number;
}

const OUTCOMES: ReadonlySet<string> = new Set([
	'DELIVERED',
	'PARTIAL',
	'FAILED',
	'EXPIRED',
	'DLQ',
	'REJECTED',
	'QUARANTINED',
	'DROPPED',
	'ABANDONED',
] satisfies RecordOutcome[]);

/** @param events of one record, in the order of time */
export function terminalPoints(events: readonly TelemetryEvent[]): readonly TerminalPoint[] {
	return events.flatMap(({ timestamp, module, traceId, dimensions }) => {
		const outcome = dimensions['pipeline.trace.outcome'];
		if (outcome === undefined || !OUTCOMES.has(outcome)) return [];
		const schema = dimensions['pipeline.target_schema'];
		const durationMs = Number(dimensions['pipeline.trace.duration_ms'] ?? Number.NaN);
		return [
			{
				...{ at: timestamp, module, outcome: outcome as RecordOutcome },
				...definedFields({ schema, traceId, durationMs: Number.isFinite(durationMs) ? durationMs : undefined }),
			},
		];
	});
}

/** The last word: a later end of the same schema, or of the whole record, replaces an earlier one. */
export function outcomeOf(points: readonly TerminalPoint[]): RecordOutcome {
	const last = new Map<string, RecordOutcome>();
	for (const { schema = '', outcome } of points) {
		if (schema === '') last.clear();
		else last.delete('');
		last.set(schema, outcome);
	}
	const outcomes = [...new Set(last.values())];
	if (outcomes.length < 2) return outcomes[0] ?? 'IN_PROGRESS';
	const isSomewhere = outcomes.some((outcome) => outcome === 'DELIVERED' || outcome === 'PARTIAL');
	return isSomewhere ? 'PARTIAL' : (outcomes.at(-1) ?? 'IN_PROGRESS');
}
