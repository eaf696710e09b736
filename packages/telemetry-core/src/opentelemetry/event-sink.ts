import { type Context, context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { toSpanContext } from '../propagation/span-context.ts';
import { lookUpEvent } from '../registry/define.ts';
import type { EventDef } from '../registry/definitions.ts';
import type { SeverityName } from '../registry/entries.ts';
import { nowMs } from '../runtime/clock.ts';
import { uuidV7 } from '../runtime/uuid.ts';
import type { EventDetail, EventSink } from '../signals/event-sink.ts';

/** The part of an OpenTelemetry logger that both lines of the API have. */
export interface LoggerLike {
	emit(record: {
		readonly eventName: string;
		readonly timestamp: number;
		readonly severityNumber: number;
		readonly severityText: string;
		readonly attributes: Record<string, string | number | boolean>;
		readonly context: Context;
	}): void;
}

const SEVERITIES: Record<SeverityName, readonly [text: string, number: number]> = {
	DEBUG: ['DEBUG', 5],
	INFO: ['INFO', 9],
	WARN: ['WARN', 13],
	ERROR: ['ERROR', 17],
	CRITICAL: ['FATAL', 21],
};

export interface OpenTelemetryEventSinkOptions {
	/** Asked at each event: the provider may be registered later. */
	readonly logger: (event: EventDef) => LoggerLike | undefined;
	/** Who acts when no actor is named: the service instance. @default pipeline */
	readonly actorId?: string;
	readonly now?: () => number;
	/** Told of each event that could not be emitted. */
	readonly onDropped?: (reason: 'INVALID' | 'EXPORT_FAILED') => void;
}

/** Events as OpenTelemetry log records: `eventName` is the name, ids are native, everything else attributes. */
export class OpenTelemetryEventSink implements EventSink {
	readonly #options: OpenTelemetryEventSinkOptions;

	constructor(options: OpenTelemetryEventSinkOptions) {
		this.#options = options;
	}

	emit(event: EventDef, detail: EventDetail): void {
		const { logger, onDropped, now = nowMs } = this.#options;
		const named = lookUpEvent(event);
		if (named === undefined) {
			onDropped?.('INVALID');
			return;
		}
		const [severityText, severityNumber] = SEVERITIES[detail.severity ?? named.entry.severity];
		try {
			logger(event)?.emit({
				eventName: named.name,
				timestamp: detail.timestampMs ?? now(),
				severityNumber,
				severityText,
				attributes: this.#attributes(named, detail),
				context: contextOf(detail),
			});
		} catch {
			onDropped?.('EXPORT_FAILED');
		}
	}

	#attributes({ name, entry }: NonNullable<ReturnType<typeof lookUpEvent>>, detail: EventDetail) {
		const [, module = '', component = ''] = name.split('.');
		const attributes: Record<string, string | number | boolean> = {
			'pipeline.event.id': uuidV7(),
			'pipeline.event.type': entry.type,
			'pipeline.event.module': module.toUpperCase(),
			'pipeline.event.component': component,
		};
		if (entry.type === 'AUDIT') {
			attributes['audit.category'] = entry.category ?? 'DATA';
			attributes['audit.action'] = entry.action ?? 'EXECUTE';
			attributes['audit.resource_type'] = entry.resourceType ?? 'RECORD';
			attributes['audit.actor_type'] = 'SERVICE';
			attributes['audit.actor_id'] = this.#options.actorId ?? 'pipeline';
			attributes['audit.outcome'] = 'SUCCESS';
			attributes['audit.requirements'] = (entry.requirements ?? []).join(',');
		}
		for (const [key, value] of Object.entries(detail.dimensions ?? {})) {
			if (value !== undefined) attributes[key] = typeof value === 'object' ? value.join(',') : String(value);
		}
		const { recordId, batchId, correlationId = batchId, durationMs } = detail;
		if (recordId !== undefined) attributes['pipeline.record_id'] = recordId;
		if (batchId !== undefined) attributes['pipeline.batch_id'] = batchId;
		if (correlationId !== undefined) attributes['pipeline.correlation_id'] = correlationId;
		if (detail.context?.parentSpanId !== undefined) attributes['pipeline.parent_span_id'] = detail.context.parentSpanId;
		if (durationMs !== undefined) {
			attributes['pipeline.event.value'] = durationMs;
			attributes['pipeline.event.unit'] = 'ms';
		}
		return attributes;
	}
}

function contextOf({ context: fields }: EventDetail): Context {
	const spanContext = fields === undefined ? undefined : toSpanContext(fields);
	return spanContext === undefined ? context.active() : trace.setSpanContext(ROOT_CONTEXT, spanContext);
}
