import type { TraceFields } from '../propagation/trace-fields.ts';
import { auditOnlyKeys, eventNamed } from '../registry/define.ts';
import type { EventDef } from '../registry/definitions.ts';
import { type EventSink, noopEventSink } from '../signals/event-sink.ts';
import { auditEntriesOf } from './audit.ts';
import type { StageAttributes, StageView } from './stages.ts';
import type { TraceOutcome } from './tracer.ts';

/** Attributes that describe the whole record, wherever they are set: each of its spans carries them. */
export const RECORD_KEYS: ReadonlySet<string> = new Set([
	'pipeline.record_id',
	'pipeline.lineage_id',
	'pipeline.batch_id',
	'pipeline.correlation_id',
	'pipeline.source_id',
	'pipeline.tenant',
	'pipeline.classification',
]);

export const isRecordAttribute = (key: string): boolean => RECORD_KEYS.has(key);

/** Emits the audit entries that a finished stage yields. `position` is asked only when there is one. */
export function emitAuditEntries(
	events: EventSink,
	stage: StageView,
	record: StageAttributes,
	position: () => TraceFields,
): void {
	if (events === noopEventSink) return;
	for (const draft of auditEntriesOf(stage, record)) {
		const event = eventNamed(draft.event);
		if (event === undefined) continue;
		events.emit(event, {
			...identityOf(record),
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

/** Emits the event that says that a record reached one of its terminal points. */
export function emitCompletion(
	events: EventSink,
	completed: EventDef,
	attributes: StageAttributes,
	record: StageAttributes,
	outcome: TraceOutcome,
	context: TraceFields,
	timestampMs?: number,
): void {
	if (events === noopEventSink) return;
	const durationMs = attributes['pipeline.trace.duration_ms'];
	events.emit(completed, {
		...identityOf(record),
		context,
		...(timestampMs === undefined ? {} : { timestampMs }),
		...(typeof durationMs === 'number' ? { durationMs } : {}),
		dimensions: { ...visibleAttributes(attributes), 'pipeline.trace.outcome': outcome },
	});
}

/** Attributes without those that only audit may show (values of fields). */
export function visibleAttributes(attributes: StageAttributes): StageAttributes {
	const hidden = auditOnlyKeys();
	const entries = Object.entries(attributes).filter(([key]) => !hidden.has(key));
	return Object.fromEntries(entries);
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
