import type { Context } from '@opentelemetry/api';
import type { TraceFields } from '../propagation/trace-fields.ts';
import type {
	CodeDef,
	ErrorDef,
	EventDef,
	NumberDef,
	SpanDef,
	SpanEventDef,
	TextDef,
	ValueDef,
} from '../registry/definitions.ts';
import type { LinkTypeName } from '../registry/entries.ts';

/**
 * A record's journal in this process: slot and generation in one integer. 0 means none: every call with it does nothing.
 * An item that outlives its record keeps a journal of an old generation, which is recognised and ignored.
 */
export type Journal = number & { readonly __brand: 'journal' };

/** One stage (or stage event) inside a journal. 0 is the entry stage in this process. Fixed when it is entered. */
export type Stage = number & { readonly __brand: 'stage' };

export const NO_JOURNAL = 0 as Journal;
/**
 * A record that is left out on purpose: its items carry this, so that no later module or process begins a journal for it in the middle of its
 * way. All other calls ignore it, as they ignore a stale journal. No handle of a record has this value.
 */
export const LEFT_OUT = -2 as Journal;
export const ENTRY_STAGE = 0 as Stage;

/** Whether anything that is written to it is kept; otherwise `seconds` says nothing of this record. */
export const isFollowed = (journal: Journal): boolean => journal !== NO_JOURNAL && journal !== LEFT_OUT;

/** How a stage ended. UNSET is the ordinary end. */
export const StageStatus = { UNSET: 0, OK: 1, ERROR: 2 } as const;
export type StageStatus = (typeof StageStatus)[keyof typeof StageStatus];

/** Where a record's way ended. */
export type TraceOutcome =
	| 'DELIVERED'
	| 'PARTIAL'
	| 'FAILED'
	| 'EXPIRED'
	| 'DLQ'
	| 'REJECTED'
	| 'QUARANTINED'
	| 'DROPPED'
	| 'ABANDONED';

/** Why a trace is kept whatever the sampling ratio says. */
export type KeepReason = 'ERROR' | 'SLOW' | 'SLOW_OPERATION' | 'DLQ' | 'REPLAY' | 'SECURITY' | 'FORCED';

/** Decisions about traces that travel upstream on acknowledgments. Both lists may be repeated, reordered or lost. */
export interface TraceVerdicts {
	/** At most 1,024. */
	readonly keep: readonly { readonly traceId: string; readonly reason: KeepReason }[];
	/** Batches of the receiver's outbound edge whose records have all ended. */
	readonly released: readonly string[];
}

/** The ambient record position. It exists only until the wrapped call *returns*; awaited work finds its record by its item. */
export interface Position {
	journal: Journal;
	stage: Stage;
}

/**
 * Writes what happened to records. All methods accept journal 0, stale journals and stages of other journals, and never throw.
 *
 * Times are read by the tracer; only `insert` takes them. One clock read each in `enter`, `exit` and `lap`.
 */
export interface RecordTracer {
	/**
	 * Starts the part of a record's journal that one module writes. A live carrier on `item` is continued (`span` becomes
	 * a child of the carrier's stage), else `remote`, else a new trace begins. `item` carries the new position afterwards.
	 */
	begin(span: SpanDef, item: object, remote?: Readonly<TraceFields>): Journal;
	/** 0 when the item carries none, or one whose slot was given to another record since. */
	journalOf(item: object): Journal;
	stageOf(item: object): Stage;
	/** Puts a position on an item; journal 0 takes it off. */
	attach(item: object, journal: Journal, stage: Stage): void;

	/** Opens a stage. `parent` is explicit: siblings may be open at the same time. */
	enter(journal: Journal, span: SpanDef, parent: Stage): Stage;
	/** Closes a stage; its duration is then in `seconds[0]`. A second `exit` is ignored. */
	exit(journal: Journal, stage: Stage, status: StageStatus): void;
	/** A closed stage from the journal's last mark (last enter, exit or lap) until now. Only while no sibling is open. */
	lap(journal: Journal, span: SpanDef, parent: Stage, status: StageStatus): Stage;
	/** Duration in seconds of the last `lap` or `exit`; an array cell, because a returned double allocates. */
	readonly seconds: Float64Array;
	/** A closed stage with times taken elsewhere, in milliseconds since the Unix epoch. */
	insert(journal: Journal, span: SpanDef, parent: Stage, startMs: number, endMs: number, status: StageStatus): Stage;

	setNumber(journal: Journal, stage: Stage, key: NumberDef, value: number): void;
	setCode(journal: Journal, stage: Stage, key: CodeDef, value: ValueDef): void;
	/** Copied now, cut at the definition's maximum, redacted when projected. On a `list` attribute each call adds an element. */
	setText(journal: Journal, stage: Stage, key: TextDef, value: string): void;
	/** An event at this moment; the result takes attributes like a stage does. */
	event(journal: Journal, stage: Stage, event: SpanEventDef): Stage;
	/** Marks the stage as failed, with the registry's facts about `code`. It stays open. */
	fail(journal: Journal, stage: Stage, code: ErrorDef, error?: unknown): void;
	link(journal: Journal, stage: Stage, kind: LinkTypeName, target: Stage | Readonly<TraceFields>): void;
	/** Keeps the record's trace whatever the sampling ratio. */
	keep(journal: Journal, reason: KeepReason): void;

	/** Adds terminal points: one for each further target schema. */
	fork(journal: Journal, more: number): void;
	/**
	 * The record reached one of its terminal points at `stage`; `completed` is the TRACE event that says so. `traceMs`: milliseconds of the
	 * whole trace, where they are known, since the journal knows only its own part.
	 * @returns true for the call that completed the last one; the journal is gone then, and later calls are ignored
	 */
	finish(journal: Journal, stage: Stage, outcome: TraceOutcome, completed: EventDef, traceMs?: number): boolean;

	/** Writes the record's position into `into`, for an item that leaves the process or is persisted. The only call that makes strings. */
	inject(journal: Journal, stage: Stage, into: TraceFields): TraceFields;
	/** The position that `inject` last wrote for this record id, while it is remembered (50,000 records, 10 minutes). */
	recall(recordId: string): TraceFields | undefined;
	/** The record's id, once it has been written as an attribute. */
	recordIdOf(journal: Journal): string | undefined;
	/** The record left the process with this batch. Its journal waits for a verdict; the item may be dropped. */
	park(journal: Journal, batchId: string): void;
	applyVerdicts(verdicts: TraceVerdicts): void;
	takeVerdicts(upstream: string): TraceVerdicts | undefined;

	/** Whether stages of the detail level `full` are shown. Where they are not, wrappers may leave out those that went well. */
	readonly isDetailed: boolean;

	readonly current: Position;
	/**
	 * Runs `call` with the position ambient and in async context, so that spans of libraries inside it belong to the record. Remote calls only.
	 *
	 * @param context holds what else the call runs in. Default: the active one
	 */
	run<T>(journal: Journal, stage: Stage, call: () => T, context?: Context): T;
}
