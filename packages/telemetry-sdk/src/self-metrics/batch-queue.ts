import { SeverityNumber } from '@opentelemetry/api';
import type { LogRecordExporter, LogRecordProcessor } from '@opentelemetry/sdk-logs';
import type { SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { ExportMonitor } from './export-monitor.ts';

interface ExportResult {
	readonly code: number;
	readonly error?: Error;
}

type Export<T> = (items: T[], onResult: (result: ExportResult) => void) => void;

const SUCCESS = 0;
const SAMPLED = 1;
/** The rest is for log records of ERROR and CRITICAL: a burst of others does not take their place. */
const UNRESERVED = 0.9;

/**
 * What OpenTelemetry's batch processors do not tell: how many items wait, and which were lost because the queue was full, the export failed,
 * or the process ended. Put `exporter` into the processor, and `processor` around it.
 */
export class BatchQueue {
	readonly capacity: number;
	/** Room for log records below ERROR. */
	readonly #unreserved: number;
	readonly #monitor: ExportMonitor;
	#size = 0;
	#isShutDown = false;

	constructor(capacity: number, monitor: ExportMonitor) {
		this.capacity = capacity;
		this.#unreserved = Math.ceil(capacity * UNRESERVED);
		this.#monitor = monitor;
	}

	/** Items that wait. */
	get size(): number {
		return this.#size;
	}

	spanExporter(exporter: SpanExporter): SpanExporter {
		return {
			export: this.#counted((spans, onResult) => exporter.export(spans, onResult)),
			shutdown: () => exporter.shutdown(),
			forceFlush: async () => exporter.forceFlush?.(),
		};
	}

	logExporter(exporter: LogRecordExporter): LogRecordExporter {
		return {
			export: this.#counted((records, onResult) => exporter.export(records, onResult)),
			shutdown: () => exporter.shutdown(),
			forceFlush: () => exporter.forceFlush(),
		};
	}

	spanProcessor(processor: SpanProcessor): SpanProcessor {
		return {
			onStart: (span, context) => processor.onStart(span, context),
			onEnd: (span) => {
				if ((span.spanContext().traceFlags & SAMPLED) !== 0) this.#enter();
				processor.onEnd(span);
			},
			forceFlush: () => processor.forceFlush(),
			shutdown: () => this.#shutdown(() => processor.shutdown()),
		};
	}

	logProcessor(processor: LogRecordProcessor): LogRecordProcessor {
		return {
			onEmit: (record, context) => {
				const isSevere = (record.severityNumber ?? 0) >= SeverityNumber.ERROR;
				if (this.#enter(isSevere ? this.capacity : this.#unreserved)) processor.onEmit(record, context);
			},
			forceFlush: () => processor.forceFlush(),
			shutdown: () => this.#shutdown(() => processor.shutdown()),
		};
	}

	/** As the processor decides: it takes an item while there is room. @returns whether there is */
	#enter(room: number = this.capacity): boolean {
		const isTaken = !this.#isShutDown && this.#size < room;
		if (isTaken) this.#size++;
		else this.#monitor.lost(this.#isShutDown ? 'SHUTDOWN' : 'QUEUE_FULL', 1);
		return isTaken;
	}

	#counted<T>(send: Export<T>): Export<T> {
		return (items, onResult) => {
			// Taken from the queue when the export begins.
			this.#size = Math.max(0, this.#size - items.length);
			const startedMs = this.#monitor.now();
			const ended = ({ code, error }: ExportResult) => {
				const failure = code === SUCCESS ? undefined : (error ?? {});
				this.#monitor.ended({ startedMs, items: items.length, error: failure });
				if (failure !== undefined) this.#monitor.lost('EXPORT_FAILED', items.length);
			};
			try {
				send(items, (result) => {
					ended(result);
					onResult(result);
				});
			} catch (error) {
				ended({ code: 1, error: error as Error });
				throw error;
			}
		};
	}

	async #shutdown(processor: () => Promise<void>): Promise<void> {
		this.#isShutDown = true;
		try {
			await processor();
		} finally {
			this.#monitor.lost('SHUTDOWN', this.#size);
			this.#size = 0;
		}
	}
}
