import { type EventDef, type EventDetail, type EventSink, nowMs, readHexWords } from '@pipeline/telemetry-core';
import { isSpanId, isTraceId } from '@pipeline/telemetry-core/propagation';
import { lookUpEvent, TABLE_SIZE } from '@pipeline/telemetry-core/registry';
import type { ReceiptContext } from '../recorder/receipts.ts';
import type { Redaction } from '../redaction/redaction.ts';
import { writeAttribute } from './attribute-value.ts';
import { type EventTemplate, EventTemplates, writeSeverity } from './event-templates.ts';
import { JournalEventWriter } from './journal-event-writer.ts';
import { LOG_ATTRIBUTES, LogRecordFrame, type LogRecordFrameOptions, type SpoolPlace } from './log-record-frame.ts';
import type { ProtobufWriter } from './protobuf-writer.ts';
import { type EncodedSpans, TraceRequest, type TraceResource } from './trace-request.ts';

/** An encoded `ExportLogsServiceRequest`. */
export interface EncodedLogs {
	readonly bytes: Uint8Array;
	readonly records: number;
}

export interface EventLogEncoderOptions extends LogRecordFrameOptions {
	readonly resource: TraceResource;
	/** Hashes what is only shown as a hash; all else was redacted before it reached the spool. */
	readonly redaction: Redaction;
}

/**
 * Writes entries of a spool as OTLP log records, which say what `OpenTelemetryEventSink` says. Their ids follow from where they stand: sent a
 * second time, an event is the same event. Requests of logs have the layout of requests of spans, whose assembly they share.
 */
export class EventLogEncoder implements EventSink {
	readonly #request: TraceRequest;
	readonly #writer: ProtobufWriter;
	readonly #frame: LogRecordFrame;
	readonly #templates: EventTemplates;
	readonly #journals: JournalEventWriter;
	readonly #ids = new Int32Array(6);

	constructor(options: EventLogEncoderOptions) {
		const { redaction, resource } = options;
		this.#request = new TraceRequest(resource);
		this.#writer = this.#request.writer;
		this.#frame = new LogRecordFrame(this.#request, options);
		this.#templates = new EventTemplates(redaction);
		this.#journals = new JournalEventWriter(this.#frame, this.#templates, redaction);
	}

	/** Bytes that wait to be taken. */
	get pendingBytes(): number {
		return this.#request.bytes;
	}

	/** Events of this entry come next. */
	begin(place: SpoolPlace): void {
		this.#frame.begin(place);
	}

	/** Events written since `begin`. */
	get written(): number {
		return this.#frame.written;
	}

	take(): EncodedLogs | undefined {
		const taken: EncodedSpans | undefined = this.#request.take();
		return taken && { bytes: taken.bytes, records: taken.spans };
	}

	/** Takes back the memory of a request that was accepted. */
	recycle({ bytes }: EncodedLogs): void {
		this.#request.recycle(bytes);
	}

	/** Writes what the journal at `at` yields, see `emitJournalEvents`. */
	journal(words: Int32Array, at: number, context: ReceiptContext): void {
		this.#journals.write(words, at, context);
	}

	emit(event: EventDef, detail: EventDetail): void {
		const template = this.#templates.of(event);
		if (template === undefined) return;
		const { timestampMs = nowMs(), severity = lookUpEvent(event)!.entry.severity } = detail;
		const writer = this.#writer;
		const start = this.#frame.open(Math.floor(event / TABLE_SIZE), timestampMs);
		writeSeverity(writer, severity);
		this.#attributes(template, detail, timestampMs);
		this.#position(detail);
		this.#frame.observed(start);
		writer.append(template.name);
		this.#frame.close(start);
	}

	#attributes(template: EventTemplate, detail: EventDetail, timeMs: number): void {
		const templates = this.#templates;
		const writer = this.#writer;
		templates.writeFixed(writer, template, detail);
		this.#frame.eventId(timeMs);
		const { recordId, batchId, correlationId = batchId, context, durationMs } = detail;
		if (context?.parentSpanId !== undefined)
			templates.writeText(writer, 'pipeline.parent_span_id', context.parentSpanId);
		if (durationMs !== undefined) {
			writeAttribute(writer, LOG_ATTRIBUTES, 'pipeline.event.value', durationMs);
			templates.writeText(writer, 'pipeline.event.unit', 'ms');
		}
		if (recordId !== undefined) templates.writeText(writer, 'pipeline.record_id', recordId);
		if (batchId !== undefined) templates.writeText(writer, 'pipeline.batch_id', batchId);
		if (correlationId !== undefined) templates.writeText(writer, 'pipeline.correlation_id', correlationId);
		this.#frame.producer();
	}

	#position({ context }: EventDetail): void {
		const { traceId, spanId, traceFlags = 0 } = context ?? {};
		if (!isTraceId(traceId) || !isSpanId(spanId)) return;
		readHexWords(traceId, this.#ids, 0);
		readHexWords(spanId, this.#ids, 4);
		this.#frame.trace(traceFlags, this.#ids, 0);
		this.#frame.span(this.#ids, 4);
	}
}
