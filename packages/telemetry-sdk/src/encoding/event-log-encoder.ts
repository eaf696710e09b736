import { trace } from '@opentelemetry/api';
import { type EventDef, type LoggerLike, readHexWords, type Scope } from '@pipeline/telemetry-core';
import { TABLE_SIZE } from '@pipeline/telemetry-core/registry';
import type { Redaction } from '../redaction/redaction.ts';
import { spooledEventId } from '../spool/event-id.ts';
import { writeAttribute } from './attribute-value.ts';
import { tag } from './protobuf-writer.ts';
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
const EVENT_NAME = tag(12, 2);
const EVENT_ID = 'pipeline.event.id';

/** An encoded `ExportLogsServiceRequest`. */
export interface EncodedLogs {
	readonly bytes: Uint8Array;
	readonly records: number;
}

export interface EventLogEncoderOptions {
	/** Who speaks for the definitions of a base. */
	readonly scopeOf: (base: number) => Scope;
	readonly resource: TraceResource;
	/** Decides about every text of an event. Absent: all are written as they are. */
	readonly redaction?: Redaction | undefined;
	readonly producerId: string;
}

/** Where an event stands in the spool. */
export interface SpoolPlace {
	readonly seq: number;
	/** Number of the last entry before it that became events. */
	readonly previous: number;
}

/**
 * Writes events of a spool as OTLP log records. Their ids follow from where they stand: sent a second time, an event is the same event.
 * Requests of logs have the layout of requests of spans, whose assembly they share.
 */
export class EventLogEncoder {
	readonly #options: EventLogEncoderOptions;
	readonly #request: TraceRequest;
	readonly #nanos = new UnixNanos();
	readonly #scopes = new Map<number, number>();
	readonly #ids = new Int32Array(6);
	#place: SpoolPlace | undefined;
	#index = 0;

	constructor(options: EventLogEncoderOptions) {
		this.#options = options;
		this.#request = new TraceRequest(options.resource);
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

	/** The logger that an event's module speaks through. */
	loggerOf(event: EventDef): LoggerLike {
		const scope = this.#scopeNumber(Math.floor(event / TABLE_SIZE));
		return { emit: (record) => this.#write(scope, record) };
	}

	take(): EncodedLogs | undefined {
		const taken: EncodedSpans | undefined = this.#request.take();
		return taken && { bytes: taken.bytes, records: taken.spans };
	}

	#write(scope: number, record: Parameters<LoggerLike['emit']>[0]): void {
		const { writer } = this.#request;
		this.#request.begin(scope);
		writer.reserve(64);
		writer.bytes[writer.pos++] = LOG_RECORD;
		const start = writer.openLong();
		this.#time(TIME, record.timestamp);
		writer.bytes[writer.pos++] = SEVERITY_NUMBER;
		writer.varint(record.severityNumber);
		writer.bytes[writer.pos++] = SEVERITY_TEXT;
		writer.text(record.severityText);
		const { redaction, producerId } = this.#options;
		const id = spooledEventId(producerId, this.#place?.seq ?? 0, this.#index, record.timestamp);
		for (const [key, value] of Object.entries(redaction?.attributes(record.attributes) ?? record.attributes))
			writeAttribute(writer, ATTRIBUTES, key, key === EVENT_ID ? id : value);
		this.#writePlace();
		this.#position(record.context);
		writer.reserve(32);
		this.#time(OBSERVED_TIME, record.timestamp);
		writer.bytes[writer.pos++] = EVENT_NAME;
		writer.text(record.eventName);
		writer.closeLong(start);
		this.#index++;
	}

	#time(field: number, timeMs: number): void {
		const { writer } = this.#request;
		this.#nanos.clear();
		writer.bytes[writer.pos++] = field;
		this.#nanos.write(this.#nanos.addBase(timeMs), 0, writer.view, writer.pos);
		writer.pos += 8;
	}

	#writePlace(): void {
		const place = this.#place;
		if (place === undefined) return;
		const { writer } = this.#request;
		writeAttribute(writer, ATTRIBUTES, 'audit.producer_id', this.#options.producerId);
		writeAttribute(writer, ATTRIBUTES, 'audit.producer_seq', place.seq);
		writeAttribute(writer, ATTRIBUTES, 'audit.producer_previous_seq', place.previous);
	}

	#position(context: Parameters<LoggerLike['emit']>[0]['context']): void {
		const spanContext = trace.getSpanContext(context);
		if (spanContext === undefined) return;
		const { writer } = this.#request;
		writer.reserve(48);
		writer.bytes[writer.pos++] = FLAGS;
		writer.fixed32(spanContext.traceFlags);
		readHexWords(spanContext.traceId, this.#ids, 0);
		readHexWords(spanContext.spanId, this.#ids, 4);
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
