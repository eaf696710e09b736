import { type Context, context as contextApi, trace } from '@opentelemetry/api';
import { type Carrier, JOURNAL, STAGE, writeCarrier } from '../journal/carrier.ts';
import { ContextIndex } from '../journal/context-index.ts';
import {
	ENTRY_STAGE,
	type Journal,
	NO_JOURNAL,
	type RecordTracer,
	type Stage,
	StageStatus,
	type TraceOutcome,
} from '../journal/tracer.ts';
import { toSpanContext } from '../propagation/span-context.ts';
import type { TraceFields } from '../propagation/trace-fields.ts';
import { lookUpAttribute, lookUpError, lookUpSpan, lookUpSpanEvent } from '../registry/define.ts';
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
import type { DetailLevel, LinkTypeName } from '../registry/entries.ts';
import { textOf } from '../registry/values.ts';
import { nowMs } from '../runtime/clock.ts';
import type { ActiveRecord } from './active-record.ts';
import { exceptionAttributes, failureAttributes } from './failure.ts';
import type { Projection } from './projection.ts';
import { RecordSlots } from './record-slots.ts';
import { RecordWriter } from './record-writer.ts';

/** Events of one stage that are kept; audit is derived from all of them, a span shows the first 64. */
const MAX_EVENTS = 1_000;
const NOWHERE = -1 as Stage;
const MAX_AGE_MS = 3_600_000;
const SWEEP_EVERY = 4096;
const DEFAULT_MAX_LENGTH = 1024;

export interface OpenTelemetryTracerOptions {
	/** Makes spans, audit entries and completion events of what the journals say. */
	readonly projection: Projection;
	/** @default standard */
	readonly detail?: DetailLevel | undefined;
	/** Records followed at the same time; further ones are not, and counted. @default 65536 */
	readonly maxActiveRecords?: number | undefined;
	/** Milliseconds since the Unix epoch. */
	readonly now?: (() => number) | undefined;
	/** Told of each record that could not be followed to its end. */
	readonly onLost?: ((reason: 'PRESSURE' | 'ABANDONED') => void) | undefined;
}

/**
 * The journal on nothing but the OpenTelemetry API: one span for each stage of the records that the team's own sampler keeps.
 * Ids exist from `begin` on, for unsampled records too. `keep` and verdicts have no effect here: the sampler decided at the start.
 */
export class OpenTelemetryRecordTracer implements RecordTracer {
	readonly seconds = new Float64Array(1);
	readonly isDetailed: boolean;
	readonly current = { journal: NO_JOURNAL, stage: ENTRY_STAGE };
	readonly #projection: Projection;
	readonly #onLost: OpenTelemetryTracerOptions['onLost'];
	readonly #now: () => number;
	readonly #slots: RecordSlots;
	readonly #index: ContextIndex;
	readonly #writer: RecordWriter;
	#begun = 0;

	constructor(options: OpenTelemetryTracerOptions) {
		const { projection, detail = 'standard', maxActiveRecords = 65_536, now = nowMs, onLost } = options;
		this.isDetailed = detail === 'full';
		this.#projection = projection;
		this.#onLost = onLost;
		this.#now = now;
		this.#slots = new RecordSlots(maxActiveRecords);
		this.#index = new ContextIndex(now);
		this.#writer = new RecordWriter(projection, this.#index, detail);
	}

	begin(span: SpanDef, item: object, remote?: Readonly<TraceFields>): Journal {
		const live = this.journalOf(item);
		if (live !== NO_JOURNAL) {
			writeCarrier(item, live, this.enter(live, span, this.stageOf(item)));
			return live;
		}
		if (++this.#begun % SWEEP_EVERY === 0) this.sweep();
		const named = lookUpSpan(span);
		if (named === undefined) return NO_JOURNAL;
		const startMs = this.#now();
		const known = remote?.traceId !== undefined && remote.spanId !== undefined ? remote : undefined;
		const journal = this.#slots.open(startMs, known);
		const record = this.#slots.find(journal);
		if (record === undefined) {
			this.#onLost?.('PRESSURE');
			return NO_JOURNAL;
		}
		const started = this.#projection.startEntry(span, named, known, startMs);
		if (started === undefined) {
			this.#slots.discard(journal);
			return NO_JOURNAL;
		}
		this.#writer.push(
			record,
			span,
			named,
			ENTRY_STAGE,
			{ span: started, isOwn: true, recording: started.isRecording() },
			startMs,
		);
		writeCarrier(item, journal, ENTRY_STAGE);
		return journal;
	}

	journalOf(item: object): Journal {
		const journal = (item as Carrier)[JOURNAL] ?? NO_JOURNAL;
		return journal !== NO_JOURNAL && this.#slots.find(journal) !== undefined ? journal : NO_JOURNAL;
	}

	stageOf(item: object): Stage {
		return (item as Carrier)[STAGE] ?? ENTRY_STAGE;
	}

	attach(item: object, journal: Journal, stage: Stage): void {
		writeCarrier(item, journal, stage);
	}

	enter(journal: Journal, span: SpanDef, parent: Stage): Stage {
		const record = this.#touched(journal);
		if (record === undefined) return ENTRY_STAGE;
		record.markMs = this.#now();
		return this.#writer.open(record, span, parent, record.markMs);
	}

	exit(journal: Journal, stage: Stage, status: StageStatus): void {
		const record = this.#touched(journal);
		const open = record?.stage(stage);
		if (record === undefined || open === undefined || open.ended) return;
		record.markMs = this.#now();
		this.seconds[0] = this.#writer.close(record, stage, open, status, record.markMs);
		this.#release(journal, record);
	}

	lap(journal: Journal, span: SpanDef, parent: Stage, status: StageStatus): Stage {
		const record = this.#touched(journal);
		if (record === undefined) return ENTRY_STAGE;
		const startMs = record.markMs;
		record.markMs = this.#now();
		this.seconds[0] = (record.markMs - startMs) / 1000;
		return this.#writer.addClosed(record, span, parent, startMs, record.markMs, status);
	}

	insert(journal: Journal, span: SpanDef, parent: Stage, startMs: number, endMs: number, status: StageStatus): Stage {
		const record = this.#touched(journal);
		if (record === undefined) return ENTRY_STAGE;
		return this.#writer.addClosed(record, span, parent, startMs, Math.max(startMs, endMs), status);
	}

	setNumber(journal: Journal, stage: Stage, key: NumberDef, value: number): void {
		const record = this.#slots.find(journal);
		const named = lookUpAttribute(key);
		if (record === undefined || named === undefined) return;
		this.#writer.set(record, stage, named.name, named.entry.type === 'boolean' ? value !== 0 : value);
	}

	setCode(journal: Journal, stage: Stage, key: CodeDef, value: ValueDef): void {
		const record = this.#slots.find(journal);
		const named = lookUpAttribute(key);
		const text = textOf(value);
		if (record !== undefined && named !== undefined && text !== undefined)
			this.#writer.set(record, stage, named.name, text);
	}

	setText(journal: Journal, stage: Stage, key: TextDef, value: string): void {
		const record = this.#slots.find(journal);
		const named = lookUpAttribute(key);
		if (record === undefined || named === undefined) return;
		const cut = value.slice(0, named.entry.maxLength ?? DEFAULT_MAX_LENGTH);
		if (named.entry.type === 'list') this.#writer.append(record, stage, named.name, cut);
		else this.#writer.set(record, stage, named.name, cut);
	}

	event(journal: Journal, stage: Stage, event: SpanEventDef): Stage {
		const record = this.#slots.find(journal);
		const open = record?.stage(stage);
		const named = lookUpSpanEvent(event);
		if (record === undefined || open === undefined || named === undefined) return ENTRY_STAGE;
		const entry = { kind: 'event', definition: event, named, timeMs: this.#now(), attributes: {} } as const;
		// Nowhere, not the entry stage: the event's attributes would be taken for the record's.
		if (open.events.length >= MAX_EVENTS) return NOWHERE;
		open.events.push(entry);
		record.entries.push(entry);
		return (record.entries.length - 1) as Stage;
	}

	fail(journal: Journal, stage: Stage, code: ErrorDef, error?: unknown): void {
		const open = this.#slots.find(journal)?.stage(stage);
		const named = lookUpError(code);
		if (open === undefined || named === undefined) return;
		open.status = StageStatus.ERROR;
		open.error = named;
		Object.assign(open.attributes, failureAttributes(named));
		if (open.ownsSpan && error !== undefined)
			open.span.addEvent('exception', exceptionAttributes(named, error), this.#now());
	}

	link(journal: Journal, stage: Stage, kind: LinkTypeName, target: Stage | Readonly<TraceFields>): void {
		const record = this.#slots.find(journal);
		const open = record?.stage(stage);
		if (record === undefined || open === undefined || !open.ownsSpan) return;
		const linked = typeof target === 'number' ? record.stage(target)?.span.spanContext() : toSpanContext(target);
		if (linked !== undefined) open.span.addLink({ context: linked, attributes: { 'link.type': kind } });
	}

	keep(): void {}

	fork(journal: Journal, more: number): void {
		const record = this.#slots.find(journal);
		if (record !== undefined && record.terminalsLeft > 0) record.terminalsLeft += more;
	}

	finish(journal: Journal, stage: Stage, outcome: TraceOutcome, completed: EventDef): boolean {
		const record = this.#touched(journal);
		if (record === undefined || record.terminalsLeft <= 0) return false;
		record.terminalsLeft--;
		this.#projection.emitCompletion(completed, record, stage, outcome, this.inject(journal, stage, {}));
		const isComplete = record.terminalsLeft === 0;
		this.#release(journal, record);
		return isComplete;
	}

	inject(journal: Journal, stage: Stage, into: TraceFields): TraceFields {
		const record = this.#slots.find(journal);
		return record === undefined ? into : this.#writer.position(record, stage, into);
	}

	recall(recordId: string): TraceFields | undefined {
		return this.#index.recall(recordId);
	}

	recordIdOf(journal: Journal): string | undefined {
		return this.#slots.find(journal)?.recordId;
	}

	park(journal: Journal, _batchId: string): void {
		const record = this.#touched(journal);
		if (record === undefined) return;
		record.terminalsLeft--;
		this.#release(journal, record);
	}

	applyVerdicts(): void {}

	takeVerdicts = (): undefined => undefined;

	run<T>(journal: Journal, stage: Stage, call: () => T, context: Context = contextApi.active()): T {
		const open = this.#slots.find(journal)?.stage(stage);
		if (open === undefined) return contextApi.with(context, call);
		const { current } = this;
		const { journal: outerJournal, stage: outerStage } = current;
		current.journal = journal;
		current.stage = stage;
		try {
			return contextApi.with(trace.setSpan(context, open.span), call);
		} finally {
			current.journal = outerJournal;
			current.stage = outerStage;
		}
	}

	/** Ends the stages of records that have been open for an hour and forgets them. */
	sweep(): void {
		const now = this.#now();
		this.#slots.sweep(now - MAX_AGE_MS, (record) => {
			this.#writer.settle(record);
			this.#projection.abandon(record, now);
			this.#onLost?.('ABANDONED');
		});
	}

	/** Records being followed now. */
	get activeRecords(): number {
		return this.#slots.active;
	}

	/** The record behind a handle, with everything written so far projected. */
	#touched(journal: Journal): ActiveRecord | undefined {
		const record = this.#slots.find(journal);
		if (record?.unsettled !== undefined) this.#writer.settle(record);
		return record;
	}

	#release(journal: Journal, record: ActiveRecord): void {
		if (record.isDone) this.#slots.discard(journal);
	}
}
