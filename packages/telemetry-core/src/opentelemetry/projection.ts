import {
	type Attributes,
	ROOT_CONTEXT,
	type Span,
	SpanKind,
	SpanStatusCode,
	type Tracer,
	trace,
} from '@opentelemetry/api';
import { emitAuditEntries, emitCompletion, visibleAttributes } from '../journal/record-events.ts';
import type { StageAttributes, StageView } from '../journal/stages.ts';
import { type Stage, StageStatus, type TraceOutcome } from '../journal/tracer.ts';
import { toSpanContext } from '../propagation/span-context.ts';
import type { TraceFields } from '../propagation/trace-fields.ts';
import type { Named } from '../registry/define.ts';
import type { EventDef, SpanDef } from '../registry/definitions.ts';
import type { SpanEntry } from '../registry/entries.ts';
import { telemetry } from '../runtime/telemetry.ts';
import type { EventSink } from '../signals/event-sink.ts';
import type { ActiveRecord, OpenStage } from './active-record.ts';
import { isTracingSuppressed } from './suppression.ts';

/** Half of what the SDK keeps, so that its limit never cuts silently. */
const MAX_SPAN_EVENTS = 64;

/** Makes spans, audit entries and completion events of what journals say. */
export class Projection {
	readonly #tracerOf: (definition: SpanDef) => Tracer;
	readonly #events: EventSink;

	constructor(tracerOf: (definition: SpanDef) => Tracer, events: EventSink) {
		this.#tracerOf = tracerOf;
		this.#events = events;
	}

	/** Undefined when no provider is registered or tracing is suppressed: nothing is created, and inbound context stays on the item as it came. */
	startEntry(
		definition: SpanDef,
		named: Named<SpanEntry>,
		remote: Readonly<TraceFields> | undefined,
		startTime: number,
	): Span | undefined {
		if (isTracingSuppressed()) return undefined;
		const parent = remote === undefined ? undefined : toSpanContext(remote);
		const context = parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent);
		const span = this.#tracerOf(definition).startSpan(
			named.name,
			{ kind: SpanKind[named.entry.kind], startTime },
			context,
		);
		return trace.isSpanContextValid(span.spanContext()) ? span : undefined;
	}

	startChild(definition: SpanDef, named: Named<SpanEntry>, parent: Span, startTime: number): Span {
		const context = trace.setSpan(ROOT_CONTEXT, parent);
		return this.#tracerOf(definition).startSpan(named.name, { kind: SpanKind[named.entry.kind], startTime }, context);
	}

	/** The stage ended: its span is complete, and the audit entries it yields follow, sampled or not. */
	end(record: ActiveRecord, open: OpenStage, endMs: number, position: () => TraceFields): void {
		const view = viewOf(open, endMs);
		if (open.ownsSpan) this.#endSpan(open, view, record.attributes);
		emitAuditEntries(this.#events, view, record.attributes, position);
	}

	emitCompletion(
		completed: EventDef,
		record: ActiveRecord,
		stage: Stage,
		outcome: TraceOutcome,
		context: TraceFields,
	): void {
		const attributes = record.stage(stage)?.attributes ?? {};
		emitCompletion(this.#events, completed, attributes, record.attributes, outcome, context);
	}

	/** Ends what is still open of a record that never came to an end. */
	abandon(record: ActiveRecord, endMs: number): void {
		for (const entry of record.entries) {
			if (entry.kind !== 'stage' || entry.ended || !entry.ownsSpan) continue;
			entry.ended = true;
			entry.attributes['pipeline.abandoned'] = true;
			this.#endSpan(entry, viewOf(entry, endMs), record.attributes);
		}
	}

	#endSpan(open: OpenStage, view: StageView, record: StageAttributes): void {
		const { span } = open;
		if (open.recording) {
			span.setAttributes({
				...telemetry.attributes,
				...placeOf(view.name),
				...record,
				...visibleAttributes(view.attributes),
			} as Attributes);
			for (const event of view.events.slice(0, MAX_SPAN_EVENTS))
				span.addEvent(event.name, visibleAttributes(event.attributes) as Attributes, event.timeMs);
			if (open.status === StageStatus.ERROR) {
				span.setStatus({ code: SpanStatusCode.ERROR, message: view.error?.name ?? '' });
			} else if (open.status === StageStatus.OK) {
				span.setStatus({ code: SpanStatusCode.OK });
			}
		}
		span.end(view.endMs);
	}
}

/** Module and component of a span, which its name holds. */
export function placeOf(name: string): { 'pipeline.module': string; 'pipeline.component': string } {
	const [module = '', component = ''] = name.split('.');
	return { 'pipeline.module': module.toUpperCase(), 'pipeline.component': component };
}

function viewOf(open: OpenStage, endMs: number): StageView {
	return {
		name: open.named.name,
		definition: open.definition,
		entry: open.named.entry,
		startMs: open.startMs,
		endMs,
		error: open.error,
		failed: open.status === StageStatus.ERROR,
		attributes: open.attributes,
		events: open.events.map(({ definition, named, timeMs, attributes }) => ({
			name: named.name,
			entry: named.entry,
			definition,
			timeMs,
			attributes,
		})),
	};
}
