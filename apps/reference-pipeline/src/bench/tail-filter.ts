import type { Context } from '@opentelemetry/api';
import { SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace';

interface HeldTrace {
	readonly spans: ReadableSpan[];
	open: number;
	hasFailed: boolean;
	startedMs: number;
	endedMs: number;
}

export interface TailFilterOptions {
	/** Share of the ordinary traces that are exported. */
	readonly ratio: number;
	/** A trace of this length is exported. */
	readonly slowMs: number;
}

/** Longest tail of a trace id that a number holds exactly, in hexadecimal digits. */
const DIGITS = 13;

/**
 * What a team does that wants all failed and slow traces from the plain SDK in one process: spans are held until none of their trace is
 * open, then all of them are exported or none.
 */
export class TailFilter implements SpanProcessor {
	readonly #next: SpanProcessor;
	readonly #slowMs: number;
	readonly #threshold: number;
	readonly #traces = new Map<string, HeldTrace>();

	constructor(next: SpanProcessor, { ratio, slowMs }: TailFilterOptions) {
		this.#next = next;
		this.#slowMs = slowMs;
		this.#threshold = ratio * 16 ** DIGITS;
	}

	onStart(span: Span, parent: Context): void {
		this.#next.onStart(span, parent);
		const { traceId } = span.spanContext();
		const known = this.#traces.get(traceId);
		if (known !== undefined) known.open++;
		else
			this.#traces.set(traceId, {
				spans: [],
				open: 1,
				hasFailed: false,
				startedMs: Number.POSITIVE_INFINITY,
				endedMs: 0,
			});
	}

	onEnd(span: ReadableSpan): void {
		const { traceId } = span.spanContext();
		const trace = this.#traces.get(traceId);
		if (trace === undefined) return;
		trace.spans.push(span);
		trace.hasFailed ||= span.status.code === SpanStatusCode.ERROR;
		trace.startedMs = Math.min(trace.startedMs, millisecondsOf(span.startTime));
		trace.endedMs = Math.max(trace.endedMs, millisecondsOf(span.endTime));
		if (--trace.open > 0) return;
		this.#traces.delete(traceId);
		if (this.#isKept(traceId, trace)) for (const held of trace.spans) this.#next.onEnd(held);
	}

	forceFlush(): Promise<void> {
		return this.#next.forceFlush();
	}

	shutdown(): Promise<void> {
		return this.#next.shutdown();
	}

	#isKept(traceId: string, { hasFailed, startedMs, endedMs }: HeldTrace): boolean {
		if (hasFailed || endedMs - startedMs >= this.#slowMs) return true;
		return Number.parseInt(traceId.slice(-DIGITS), 16) < this.#threshold;
	}
}

const millisecondsOf = ([seconds, nanoseconds]: readonly [number, number]): number =>
	seconds * 1_000 + nanoseconds / 1e6;
