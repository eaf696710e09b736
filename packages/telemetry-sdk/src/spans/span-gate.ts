import { type Context, diag, type SpanContext, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api';
import {
	type ReadableSpan,
	type Sampler,
	SamplingDecision,
	type SamplingResult,
	type Span,
	type SpanProcessor,
} from '@opentelemetry/sdk-trace';
import { type JournalNumber, type RecordCall, recordCallIn } from '../recorder/record-call.ts';
import { attributedSpan, promotedSpan, sampledSpan } from './exported-span.ts';
import { type HeldRecord, HeldSpans } from './held-spans.ts';
import { SpanBudget } from './span-budget.ts';

/** Why spans were not exported: their record's fate was not waited for, or too many others were. */
export type SpanGateLoss = 'QUEUE_FULL' | 'RATE_LIMITED' | 'SHUTDOWN';

export interface SpanGateOptions {
	/** Of every span that passes. */
	readonly attributes: Readonly<Record<string, string>>;
	/** Where spans go; those that are not to be exported go there unsampled. */
	readonly next: readonly SpanProcessor[];
	readonly onLost: (reason: SpanGateLoss, spans: number) => void;
	/** Spans of batches, jobs and libraries that are exported in a second, those inside of records' calls apart. @default 100 */
	readonly spansPerSecond?: number;
	/** Monotonic milliseconds. */
	readonly now?: () => number;
}

const SAMPLE: SamplingResult = { decision: SamplingDecision.RECORD_AND_SAMPLED };
/** Whether it is exported is decided when it has ended. */
const RECORD: SamplingResult = { decision: SamplingDecision.RECORD };
const DROP: SamplingResult = { decision: SamplingDecision.NOT_RECORD };

/**
 * Decides which spans of the OpenTelemetry SDK are exported: sampler and processor in one, since some decisions fall when a span begins and
 * others when its record has ended. Spans inside a record's call share the record's fate; all others are exported up to a number in a second,
 * failed ones beyond it.
 */
export class SpanGate implements Sampler, SpanProcessor {
	readonly #options: SpanGateOptions;
	readonly #budget: SpanBudget;
	readonly #held: HeldSpans;
	readonly #recordOf = new WeakMap<ReadableSpan, HeldRecord>();
	#isShutDown = false;

	constructor(options: SpanGateOptions) {
		const { now, spansPerSecond = 100, onLost } = options;
		this.#options = options;
		this.#budget = new SpanBudget(spansPerSecond, now);
		this.#held = new HeldSpans({
			onFate: (span, isKept) => this.#forward(isKept ? promotedSpan(span) : span),
			onLost: (spans) => onLost(this.#isShutDown ? 'SHUTDOWN' : 'QUEUE_FULL', spans),
			...(now === undefined ? {} : { now }),
		});
	}

	/** Spans that wait for what becomes of their records. */
	get waiting(): number {
		return this.#held.size;
	}

	/** A record's fate is known: its spans go on, or do not. */
	decide(journal: JournalNumber, isKept: boolean): void {
		this.#held.decide(journal, isKept);
	}

	shouldSample(context: Context, traceId: string): SamplingResult {
		const parent = trace.getSpanContext(context);
		const isSampled = parent !== undefined && (parent.traceFlags & TraceFlags.SAMPLED) !== 0;
		const call = callOf(context, parent, traceId);
		if (call !== undefined) return isSampled ? SAMPLE : this.#held.admit(call.journal) ? RECORD : DROP;
		if (parent === undefined || isSampled) return this.#budget.take() ? SAMPLE : RECORD;
		// Below a span that was too much, or of a trace that others have decided not to sample.
		if (parent.isRemote !== true) this.#options.onLost('RATE_LIMITED', 1);
		return DROP;
	}

	onStart(span: Span, context: Context): void {
		span.setAttributes(this.#options.attributes);
		this.#tell((processor) => processor.onStart(span, context));
		if (isSampled(span)) return;
		const call = callOf(context, trace.getSpanContext(context), span.spanContext().traceId);
		const record = call && this.#held.recordOf(call.journal);
		if (record !== undefined) this.#recordOf.set(span as unknown as ReadableSpan, record);
	}

	onEnding(span: Span): void {
		this.#tell((processor) => processor.onEnding?.(span));
	}

	onEnd(span: ReadableSpan): void {
		const record = this.#recordOf.get(span);
		if (isSampled(span)) this.#forward(span);
		else if (record !== undefined) this.#held.add(record, span);
		else if (span.status.code === SpanStatusCode.ERROR) this.#forward(sampledSpan(span));
		else {
			this.#options.onLost('RATE_LIMITED', 1);
			this.#forward(span);
		}
	}

	async forceFlush(): Promise<void> {
		await Promise.all(this.#options.next.map((processor) => processor.forceFlush()));
	}

	async shutdown(): Promise<void> {
		this.#isShutDown = true;
		this.#held.clear();
		await Promise.all(this.#options.next.map((processor) => processor.shutdown()));
	}

	toString(): string {
		return 'SpanGate';
	}

	#forward(span: ReadableSpan): void {
		const finished = attributedSpan(span, this.#options.attributes);
		this.#tell((processor) => processor.onEnd(finished));
	}

	/** One that throws keeps neither the others nor the application from going on. */
	#tell(call: (processor: SpanProcessor) => void): void {
		for (const processor of this.#options.next) {
			try {
				call(processor);
			} catch (error) {
				diag.error('@pipeline/telemetry-sdk: a span processor failed', error);
			}
		}
	}
}

function isSampled(span: { spanContext(): SpanContext }): boolean {
	return (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0;
}

/** The record's call that a span is part of: not one that begins a trace of its own there. */
function callOf(context: Context, parent: SpanContext | undefined, traceId: string): RecordCall | undefined {
	const call = recordCallIn(context);
	return parent !== undefined && call?.traceId === traceId ? call : undefined;
}
