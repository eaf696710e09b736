import {
	type EventDef,
	type EventDetail,
	type EventSink,
	nowMs,
	readHexWords,
	type Scope,
} from '@pipeline/telemetry-core';
import { isSpanId, isTraceId } from '@pipeline/telemetry-core/propagation';
import { lookUpEvent, SEVERITY_MAPPINGS, TABLE_SIZE } from '@pipeline/telemetry-core/registry';
import type { Redaction } from '../redaction/redaction.ts';
import { spooledEventId } from '../spool/event-id.ts';
import { writeAttribute } from './attribute-value.ts';
import { type EventTemplate, EventTemplates } from './event-templates.ts';
import { type ProtobufWriter, tag } from './protobuf-writer.ts';
import { type EncodedSpans, TraceRequest, type TraceResource } from './trace-request.ts';
import { UnixNanos } from './unix-nanos.ts';

const LOG_RECORD = tag(2, 2);
const TIME = tag(1, 1);
const SEVERITY_NUMBER = tag(2, 0);
const SEVERITY_TEXT = tag(3, 2);
const ATTRIBUTES = 6;
const FLAGS = tag(8, 5);
const TRACE_ID = tag(9, 2);
const SPAN_ID = tag(10, 2);
const OBSERVED_TIME = tag(11, 1);

/** An encoded `ExportLogsServiceRequest`. */
export interface EncodedLogs {
	readonly bytes: Uint8Array;
	readonly records: number;
}

export interface EventLogEncoderOptions {
	/** Who speaks for the definitions of a base. */
	readonly scopeOf: (base: number) => Scope;
	readonly resource: TraceResource;
	/** Hashes what is only shown as a hash; all else was redacted before it reached the spool. */
	readonly redaction: Redaction;
	readonly producerId: string;
}

/** Where an event stands in the spool. */
export interface SpoolPlace {
	readonly seq: number;
	/** Number of the last entry before it that became events. */
	readonly previous: number;
}

/**
 * Writes events of a spool as OTLP log records, which say what `OpenTelemetryEventSink` says. Their ids follow from where they stand: sent a
 * second time, an event is the same event. Requests of logs have the layout of requests of spans, whose assembly they share.
 */
export class EventLogEncoder implements EventSink {
	readonly #options: EventLogEncoderOptions;
	readonly #request: TraceRequest;
	readonly #writer: ProtobufWriter;
	readonly #nanos = new UnixNanos();
	readonly #scopes = new Map<number, number>();
	readonly #templates: EventTemplates;
	readonly #ids = new Int32Array(6);
	#place: SpoolPlace = { seq: 0, previous: 0 };
	#index = 0;

	constructor(options: EventLogEncoderOptions) {
		this.#options = options;
		this.#request = new TraceRequest(options.resource);
		this.#writer = this.#request.writer;
		this.#templates = new EventTemplates(options.redaction);
	}

	/** Bytes that wait to be taken. */
	get pendingBytes(): number {
		return this.#request.bytes;
	}

	/** Events of this entry come next. */
	begin(place: SpoolPlace): void {
		this.#place = place;
		this.#index = 0;
	}

	/** Events written since `begin`. */
	get written(): number {
		return this.#index;
	}

	take(): EncodedLogs | undefined {
		const taken: EncodedSpans | undefined = this.#request.take();
		return taken && { bytes: taken.bytes, records: taken.spans };
	}

	emit(event: EventDef, detail: EventDetail): void {
		const template = this.#templates.of(event);
		if (template === undefined) return;
		const { timestampMs = nowMs(), severity = lookUpEvent(event)!.entry.severity } = detail;
		const writer = this.#writer;
		this.#request.begin(this.#scopeNumber(Math.floor(event / TABLE_SIZE)));
		writer.reserve(64);
		writer.bytes[writer.pos++] = LOG_RECORD;
		const start = writer.openLong();
		this.#time(TIME, timestampMs);
		const { number, text } = SEVERITY_MAPPINGS[severity];
		writer.bytes[writer.pos++] = SEVERITY_NUMBER;
		writer.varint(number);
		writer.bytes[writer.pos++] = SEVERITY_TEXT;
		writer.text(text);
		this.#attributes(template, detail, timestampMs);
		this.#position(detail);
		this.#time(OBSERVED_TIME, timestampMs);
		writer.append(template.name);
		writer.closeLong(start);
		this.#index++;
	}

	#attributes(template: EventTemplate, detail: EventDetail, timeMs: number): void {
		const { producerId } = this.#options;
		const { seq, previous } = this.#place;
		const templates = this.#templates;
		const writer = this.#writer;
		templates.writeFixed(writer, template, detail);
		templates.writeText(writer, 'pipeline.event.id', spooledEventId(producerId, seq, this.#index, timeMs));
		const { recordId, batchId, correlationId = batchId, context, durationMs } = detail;
		if (recordId !== undefined) templates.writeText(writer, 'pipeline.record_id', recordId);
		if (batchId !== undefined) templates.writeText(writer, 'pipeline.batch_id', batchId);
		if (correlationId !== undefined) templates.writeText(writer, 'pipeline.correlation_id', correlationId);
		if (context?.parentSpanId !== undefined)
			templates.writeText(writer, 'pipeline.parent_span_id', context.parentSpanId);
		if (durationMs !== undefined) {
			writeAttribute(writer, ATTRIBUTES, 'pipeline.event.value', durationMs);
			templates.writeText(writer, 'pipeline.event.unit', 'ms');
		}
		templates.writeText(writer, 'audit.producer_id', producerId);
		writeAttribute(writer, ATTRIBUTES, 'audit.producer_seq', seq);
		writeAttribute(writer, ATTRIBUTES, 'audit.producer_previous_seq', previous);
	}

	#time(field: number, timeMs: number): void {
		const writer = this.#writer;
		writer.reserve(16);
		this.#nanos.clear();
		writer.bytes[writer.pos++] = field;
		this.#nanos.write(this.#nanos.addBase(timeMs), 0, writer.view, writer.pos);
		writer.pos += 8;
	}

	#position({ context }: EventDetail): void {
		const { traceId, spanId, traceFlags = 0 } = context ?? {};
		if (!isTraceId(traceId) || !isSpanId(spanId)) return;
		const writer = this.#writer;
		writer.reserve(48);
		writer.bytes[writer.pos++] = FLAGS;
		writer.fixed32(traceFlags);
		readHexWords(traceId, this.#ids, 0);
		readHexWords(spanId, this.#ids, 4);
		writer.bytes[writer.pos++] = TRACE_ID;
		writer.bytes[writer.pos++] = 16;
		for (let word = 0; word < 4; word++, writer.pos += 4) writer.view.setInt32(writer.pos, this.#ids[word]!);
		writer.bytes[writer.pos++] = SPAN_ID;
		writer.bytes[writer.pos++] = 8;
		for (let word = 4; word < 6; word++, writer.pos += 4) writer.view.setInt32(writer.pos, this.#ids[word]!);
	}

	#scopeNumber(base: number): number {
		const known = this.#scopes.get(base);
		if (known !== undefined) return known;
		const scope = this.#request.scopeNumber(this.#options.scopeOf(base));
		this.#scopes.set(base, scope);
		return scope;
	}
}
