import type { Span } from '@opentelemetry/api';
import type { AttributeValue } from '../journal/stages.ts';
import type { Stage, StageStatus } from '../journal/tracer.ts';
import type { TraceFields } from '../propagation/trace-fields.ts';
import type { Named } from '../registry/define.ts';
import type { SpanDef, SpanEventDef } from '../registry/definitions.ts';
import type { ErrorEntry, SpanEntry, SpanEventEntry } from '../registry/entries.ts';

export type MutableAttributes = Record<string, AttributeValue>;

export interface OpenStage {
	readonly kind: 'stage';
	readonly definition: SpanDef;
	readonly named: Named<SpanEntry>;
	readonly parent: Stage;
	/** Its span, or the nearest ancestor's where it has none of its own (unsampled, below the detail level, truncated). */
	readonly span: Span;
	readonly ownsSpan: boolean;
	/** Taken when the span was created: a span stops recording when it ends, its children still belong to a sampled trace. */
	readonly recording: boolean;
	readonly startMs: number;
	readonly attributes: MutableAttributes;
	readonly events: StageEvent[];
	status: StageStatus;
	error: Named<ErrorEntry> | undefined;
	ended: boolean;
}

export interface StageEvent {
	readonly kind: 'event';
	readonly definition: SpanEventDef;
	readonly named: Named<SpanEventEntry>;
	readonly timeMs: number;
	readonly attributes: MutableAttributes;
}

/** One record's journal in this process. */
export class ActiveRecord {
	readonly generation: number;
	/** A Stage is a position in here: stages and their events in the order they were written. */
	readonly entries: (OpenStage | StageEvent)[] = [];
	/** What is true of the whole record: its ids, source and tenant; copied to each of its spans. */
	readonly attributes: MutableAttributes = {};
	readonly startMs: number;
	/** The context it came with; undefined for a trace that began here. */
	readonly remote: Readonly<TraceFields> | undefined;
	markMs: number;
	openStages = 0;
	terminalsLeft = 1;
	spans = 0;
	/** A stage that was written closed and has not been projected yet. */
	unsettled: { readonly stage: Stage; readonly endMs: number } | undefined;

	constructor(generation: number, startMs: number, remote: Readonly<TraceFields> | undefined) {
		this.generation = generation;
		this.startMs = startMs;
		this.markMs = startMs;
		this.remote = remote;
	}

	stage(stage: Stage): OpenStage | undefined {
		const entry = this.entries[stage];
		return entry?.kind === 'stage' ? entry : undefined;
	}

	get recordId(): string | undefined {
		const id = this.attributes['pipeline.record_id'];
		return typeof id === 'string' ? id : undefined;
	}

	/** Nothing open and nothing to come: its slot can serve another record. */
	get isDone(): boolean {
		return this.terminalsLeft <= 0 && this.openStages === 0;
	}
}
