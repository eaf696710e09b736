import { diag, logs } from '@opentelemetry/api';
import { type EventSink, OpenTelemetryEventSink, type Scope, type SpanDef } from '@pipeline/telemetry-core';
import { lookUpSpan, TABLE_SIZE } from '@pipeline/telemetry-core/registry';
import { metric } from '@pipeline/telemetry-core/telemetry';
import { SpanEncoder } from '../encoding/span-encoder.ts';
import type { TraceResource } from '../encoding/trace-request.ts';
import type { Connections } from '../export/connections.ts';
import { SpanTransport } from '../export/span-transport.ts';
import type { BoundMetrics } from '../metrics/bound-metrics.ts';
import { emitJournalEvents } from '../recorder/event-projection.ts';
import { createFlightRecorder, type FlightRecorder } from '../recorder/flight-recorder.ts';
import type { Admission } from '../recorder/left-out.ts';
import type { JournalNumber } from '../recorder/record-call.ts';
import type { Redaction } from '../redaction/redaction.ts';
import { countedEvents } from '../self-metrics/emitted-events.ts';
import type { ExportMonitors } from '../self-metrics/export-monitor.ts';
import { countedDecisions } from '../self-metrics/journal-decisions.ts';
import type { ResolvedSettings } from '../settings/settings.ts';
import type { AuditSpool } from '../spool/audit-spool.ts';
import { spooledEventSink } from '../spool/spool-event.ts';
import { countDropped } from './dropped.ts';
import { sendToAll } from './send-to-all.ts';
import { journalProjection, type ReceiptSink, type SpanSink } from './trace-pipeline.ts';

const RECORDS_LOST = metric['pipeline.telemetry.recorder.counter.records_lost_total'];

const ABANDONED = metric['pipeline.telemetry.spans.counter.abandoned_total'];

export interface RecordingOptions {
	readonly settings: ResolvedSettings;
	readonly resource: TraceResource;
	readonly redaction: Redaction;
	readonly slots: number | undefined;
	readonly receiptBytes: number | undefined;
	readonly metrics: BoundMetrics;
	readonly scopeOf: (base: number) => Scope;
	/** Where spans go beside the endpoint. */
	readonly sinks: readonly SpanSink[];
	/** Where audit goes; absent: audit is log records like other events. */
	readonly audit: AuditSpool | undefined;
	/** Told what has become of a journal. */
	readonly onFate: (journal: JournalNumber, isKept: boolean) => void;
	/** Which records are followed. */
	readonly admission: Admission;
	/** Told of the requests with spans of records. */
	readonly monitors: ExportMonitors;
	/** Of the requests over HTTP. */
	readonly connections: Connections;
	/** Whether somebody takes log records, or spans of libraries, which share a record's fate. */
	readonly hasListeners: boolean;
	/** Takes journals where there is no spool. */
	readonly receipts: ReceiptSink | undefined;
}

/** Records, from the journal to the sinks. */
export class Recording {
	readonly recorder: FlightRecorder;
	readonly events: EventSink;
	readonly #encoder: SpanEncoder;
	readonly #transport: SpanTransport | undefined;
	readonly #audit: AuditSpool | undefined;
	readonly #sinks: readonly SpanSink[];
	readonly #onSinkFailure: (error: unknown, spans: number) => void;

	constructor(options: RecordingOptions) {
		const { settings, resource, redaction, slots, receiptBytes, metrics, scopeOf, sinks, audit, onFate } = options;
		const { admission, monitors, receipts, hasListeners } = options;
		const scopeOfDefinition = (definition: number) => scopeOf(Math.floor(definition / TABLE_SIZE));
		const events = new OpenTelemetryEventSink({
			logger(event) {
				const { name, version } = scopeOfDefinition(event);
				return logs.getLogger(name, version);
			},
			onDropped: (reason) => countDropped(metrics, 'EVENTS', reason),
		});
		this.events = countedEvents(audit === undefined ? events : spooledEventSink(audit, events), metrics);
		const recordEvents = countedEvents(events, metrics);
		this.#audit = audit;
		this.#encoder = new SpanEncoder({
			detail: settings.detail,
			attributes: settings.attributes,
			scopeOf: scopeOfDefinition,
			resource,
			redaction,
		});
		const monitor = settings.otlp.traces && monitors.of('TRACES');
		this.#transport = settings.otlp.traces
			? new SpanTransport({
					...settings.otlp.traces,
					retry: settings.retry,
					connections: options.connections,
					onLost: (reason, spans) => monitor?.lost(reason, spans),
					onAttempt: (attempt) => monitor?.ended(attempt),
				})
			: undefined;
		this.#sinks = this.#transport === undefined ? sinks : [...sinks, this.#transport];
		this.#onSinkFailure = (error, spans) => {
			countDropped(metrics, 'TRACES', 'EXPORT_FAILED', spans);
			diag.error('@pipeline/telemetry-sdk: a sink did not take spans', error);
		};
		const truncated = metrics.bind(metric['pipeline.telemetry.spans.counter.spans_truncated_total'], {});
		this.recorder = createFlightRecorder({
			ratio: settings.ratio,
			detail: settings.detail,
			slowOperationMs: settings.slowOperationMs,
			slowTraceMs: settings.slowTraceMs,
			abandonAfterMs: settings.maxSpanDurationS * 1_000,
			maxSpans: settings.maxSpans,
			...(slots === undefined ? {} : { slots }),
			...(receiptBytes === undefined ? {} : { receiptWords: Math.floor(receiptBytes / 4) }),
			onLost: (reason) => metrics.bind(RECORDS_LOST, { 'pipeline.reason': reason }).add(1),
			onAbandoned: (span) => metrics.bind(ABANDONED, { 'pipeline.origin_module': moduleOf(span) }).add(1),
			onUnwritten(reason) {
				if (reason === 'INVALID') countDropped(metrics, 'TRACES', reason);
				else truncated.add(1);
			},
			admission,
			isClockOnly: this.#sinks.length === 0 && audit === undefined && receipts === undefined && !hasListeners,
			...(audit === undefined
				? {}
				: {
						spill: audit,
						onName: (id, text) => audit.define(id, text),
						identity: { onEpoch: (keys) => audit.epoch(keys) },
					}),
			projection: (context) =>
				countedDecisions(
					journalProjection({
						context,
						receipts: audit ??
							receipts ?? { receipt: (words, at) => emitJournalEvents(recordEvents, words, at, context) },
						encoder: this.#encoder,
						onFull: () => this.#drain(),
						onFate,
						onFailure: (error) => diag.error('@pipeline/telemetry-sdk: a journal was not read', error),
					}),
					metrics,
				),
		});
	}

	/** From receipts to spans to the sinks. */
	pump(isLast = false): void {
		// A process that takes no more records would not look for those that do not end.
		this.recorder.sweep();
		this.recorder.flush(isLast);
		this.#drain();
	}

	/** @returns whether everything was sent (or lost) within the time */
	async forceFlush(timeoutMs: number): Promise<boolean> {
		this.pump();
		const flushed = await Promise.all([this.#transport?.forceFlush(timeoutMs), this.#audit?.flush(timeoutMs)]);
		return !flushed.includes(false);
	}

	async shutdown(timeoutMs: number): Promise<void> {
		// What open records have done so far is in audit all the same; that they did not end here is counted.
		this.recorder.abandon();
		this.pump(true);
		await Promise.all([this.#transport?.shutdown(timeoutMs), this.#audit?.close(timeoutMs)]);
	}

	#drain(): void {
		for (let request = this.#encoder.take(); request !== undefined; request = this.#encoder.take())
			sendToAll(this.#sinks, request, this.#onSinkFailure);
	}
}

/** The module that a span is of, as metrics say it. */
function moduleOf(definition: SpanDef): string {
	return lookUpSpan(definition)?.name.split('.')[0]?.toUpperCase() ?? '';
}
