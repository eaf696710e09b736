import {
	type Attributes,
	ROOT_CONTEXT,
	type Span,
	SpanKind,
	SpanStatusCode,
	type Tracer,
	trace,
} from '@opentelemetry/api';
import { auditEntriesOf } from '../journal/audit.ts';
import type { StageAttributes, StageView } from '../journal/stages.ts';
import { type Stage, StageStatus, type TraceOutcome } from '../journal/tracer.ts';
import { toSpanContext } from '../propagation/span-context.ts';
import type { TraceFields } from '../propagation/trace-fields.ts';
import { auditOnlyKeys, eventNamed, type Named } from '../registry/define.ts';
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
		for (const draft of auditEntriesOf(view, record.attributes)) {
			const event = eventNamed(draft.event);
			if (event === undefined) continue;
			this.#events.emit(event, {
				...identityOf(record.attributes),
				context: position(),
				timestampMs: draft.timeMs,
				dimensions: {
					...draft.details,
					'audit.outcome': draft.outcome,
					'audit.resource_id': draft.resourceId,
				},
			});
		}
	}

	emitCompletion(
		completed: EventDef,
		record: ActiveRecord,
		stage: Stage,
		outcome: TraceOutcome,
		context: TraceFields,
	): void {
		const attributes = record.stage(stage)?.attributes ?? {};
		const durationMs = attributes['pipeline.trace.duration_ms'];
		this.#events.emit(completed, {
			...identityOf(record.attributes),
			context,
			...(typeof durationMs === 'number' ? { durationMs } : {}),
			dimensions: { ...visible(attributes), 'pipeline.trace.outcome': outcome },
		});
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
				...visible(view.attributes),
			} as Attributes);
			for (const event of view.events.slice(0, MAX_SPAN_EVENTS))
				span.addEvent(event.name, visible(event.attributes) as Attributes, event.timeMs);
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

function identityOf(record: StageAttributes): { recordId?: string; batchId?: string; correlationId?: string } {
	const recordId = record['pipeline.record_id'];
	const batchId = record['pipeline.batch_id'];
	const correlationId = record['pipeline.correlation_id'];
	return {
		...(typeof recordId === 'string' ? { recordId } : {}),
		...(typeof batchId === 'string' ? { batchId } : {}),
		...(typeof correlationId === 'string' ? { correlationId } : {}),
	};
}

/** Attributes without those that only audit may show (values of fields). */
function visible(attributes: StageAttributes): StageAttributes {
	const hidden = auditOnlyKeys();
	const entries = Object.entries(attributes).filter(([key]) => !hidden.has(key));
	return Object.fromEntries(entries);
}
