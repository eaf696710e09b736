import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import type { LineageGraph } from '../lineage/trace-lineage.ts';
import type { TransformationStep } from '../lineage/transformation-steps.ts';
import type { Delivery } from './deliveries.ts';
import type { RecordOutcome, TerminalPoint } from './terminal-points.ts';

export type StageStatus = 'OK' | 'ERROR';

/** Something that was done with the record. */
export interface JourneyStage {
	/** Of the span; of the audit event, without its module, where there is no span. */
	readonly name: string;
	/** Milliseconds from the journey's begin. */
	readonly startMs: number;
	/** Absent where only the audit tells of it. */
	readonly durationMs?: number;
	readonly status: StageStatus;
	readonly errorCode?: string;
	/** What it was done to or with: a destination, a schema, a source, a rule, a queue. */
	readonly subject?: string;
	/** Stages above it: 0 for the module's own. */
	readonly depth: number;
	/** So many alike, one after the other, are shown as this one. */
	readonly repeats: number;
	/** Number of the attempt, where it is one. */
	readonly attempt?: number;
	readonly spanId?: string;
}

/** The time a record was in one module, in one trace. */
export interface JourneyModule {
	readonly module: string;
	readonly startMs: number;
	readonly durationMs: number;
	readonly status: StageStatus;
	/** Attempts to deliver. */
	readonly attempts: number;
	readonly stages: readonly JourneyStage[];
}

/** `LINKED`: of other records, or of other work, to which a span of this record's traces points. */
export type JourneyTraceKind = 'ORIGINAL' | 'REPLAY' | 'LINKED';

export interface JourneyTrace {
	readonly traceId: string;
	readonly kind: JourneyTraceKind;
	/** Why it is here, where it is linked: `split_from`, `merged_from`, `lineage`, ... */
	readonly link?: string;
	/** What the stages are read from. `AUDIT`: no span of it was kept, so times are those of audit entries. */
	readonly evidence: 'SPANS' | 'AUDIT';
	readonly startMs: number;
	readonly durationMs: number;
	readonly spans: number;
	readonly modules: readonly JourneyModule[];
}

export interface JourneyError {
	readonly at: string;
	readonly module: string;
	readonly component: string;
	readonly code: string;
	/** What it was about: rule, field, expected, disposition, ... */
	readonly details: Readonly<Record<string, string>>;
	readonly traceId?: string;
	readonly spanId?: string;
}

/** A place where the record waits, or waited, for someone. */
export interface JourneyQueueEntry {
	readonly entryId: string;
	readonly queue: string;
	readonly module: string;
	readonly enqueuedAt: string;
	readonly errorCode?: string;
	readonly expiresAt?: string;
	readonly replays: readonly JourneyReplay[];
}

export interface JourneyReplay {
	readonly at: string;
	readonly operator?: string;
	readonly justification?: string;
	readonly traceId?: string;
}

/** `NOT_SAMPLED`: spans were not kept, or are past their retention; the audit is whole. */
export type JourneyGapKind =
	| 'NOT_SAMPLED'
	| 'SPANS_MISSING'
	| 'SPANS_CUT'
	| 'TRACES_CUT'
	| 'EVENTS_CUT'
	| 'LINEAGE_CUT'
	| 'NO_AUDIT'
	| 'NO_INGESTION'
	| 'NO_END';

/** What the journey does not show, and why. */
export interface JourneyGap {
	readonly kind: JourneyGapKind;
	readonly message: string;
	readonly traceId?: string;
}

/** Everything that the store knows of one record. Data: it may be given out as JSON. */
export interface RecordJourney {
	readonly recordId: string;
	readonly tenant: string;
	readonly lineageIds: readonly string[];
	readonly batchIds: readonly string[];
	readonly correlationIds: readonly string[];
	readonly source?: string;
	readonly classification?: string;
	/** Its ingestion; the first thing known of it where that is not known. ISO 8601, UTC. */
	readonly startedAt: string;
	/** Of the last thing known of it. */
	readonly endedAt: string;
	/** From ingestion to the last end of its way; absent while it has none. */
	readonly durationMs?: number;
	readonly outcome: RecordOutcome;
	readonly ends: readonly TerminalPoint[];
	/** Its own in the order of time, then linked ones. */
	readonly traces: readonly JourneyTrace[];
	/** Traces that spans point to: work of the batch, replays, what it was split from. */
	readonly links: readonly { readonly traceId: string; readonly type: string }[];
	readonly deliveries: readonly Delivery[];
	readonly transformations: readonly TransformationStep[];
	readonly errors: readonly JourneyError[];
	readonly queueEntries: readonly JourneyQueueEntry[];
	/** Every event that names the record or one of its traces, in the order of time. */
	readonly events: readonly TelemetryEvent[];
	readonly lineage: LineageGraph;
	readonly gaps: readonly JourneyGap[];
	/** Something was cut at a limit: `gaps` says what. */
	readonly isTruncated: boolean;
}
