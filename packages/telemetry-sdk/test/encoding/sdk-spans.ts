import { type HrTime, ROOT_CONTEXT, type SpanContext, type SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { type ReadableSpan, SamplingDecision, TracerProvider } from '@opentelemetry/sdk-trace';
import type { AttributeValue, Scope } from '@pipeline/telemetry-core';
import { PipelineTraceState } from '@pipeline/telemetry-core/propagation';

/** One span as it shall be made with the SDK's tracer. */
export interface SdkSpan {
	readonly scope: Scope;
	readonly name: string;
	readonly kind: SpanKind;
	readonly traceId: string;
	readonly spanId: string;
	readonly parent: SpanContext | undefined;
	readonly traceFlags: number;
	readonly traceState: string;
	readonly start: bigint;
	readonly end: bigint;
	readonly attributes: Readonly<Record<string, AttributeValue>>;
	readonly events: readonly {
		readonly name: string;
		readonly time: bigint;
		readonly attributes: Readonly<Record<string, AttributeValue>>;
	}[];
	readonly links: readonly { readonly context: SpanContext; readonly type: string }[];
	readonly status: { readonly code: SpanStatusCode; readonly message?: string };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const NS_PER_S = 1_000_000_000n;
const hrTime = (time: bigint): HrTime => [Number(time / NS_PER_S), Number(time % NS_PER_S)];

/** Makes spans with the SDK's tracer, within the limits of the span model. */
export function sdkSpans(
	spans: readonly SdkSpan[],
	resource: Readonly<Record<string, AttributeValue>>,
): ReadableSpan[] {
	const ended: ReadableSpan[] = [];
	let current: SdkSpan;
	const provider = new TracerProvider({
		idGenerator: { generateTraceId: () => current.traceId, generateSpanId: () => current.spanId },
		sampler: {
			shouldSample: () => ({
				decision: SamplingDecision.RECORD_AND_SAMPLED,
				traceState: new PipelineTraceState(current.traceState),
			}),
		},
		resource: { attributes: resource } as never,
		spanLimits: {
			attributeCountLimit: 64,
			attributePerEventCountLimit: 64,
			eventCountLimit: 10_000,
			linkCountLimit: 10_000,
		},
		spanProcessors: [
			{
				onStart: () => {},
				onEnd: (span) => ended.push(span),
				forceFlush: async () => {},
				shutdown: async () => {},
			},
		],
	});
	for (current of spans) {
		const context = current.parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, current.parent);
		const span = provider
			.getTracer(current.scope.name, current.scope.version)
			.startSpan(current.name, { kind: current.kind, startTime: hrTime(current.start) }, context);
		(span.spanContext() as Mutable<SpanContext>).traceFlags = current.traceFlags;
		span.setAttributes(current.attributes as never);
		for (const { name, attributes, time } of current.events) span.addEvent(name, attributes as never, hrTime(time));
		for (const { context: linked, type } of current.links)
			span.addLink({ context: linked, attributes: { 'link.type': type } });
		if (current.status.code !== SpanStatusCode.UNSET) span.setStatus(current.status);
		span.end(hrTime(current.end));
	}
	return ended;
}

/** What the SDK's own exporter would send. */
export function sdkBytes(spans: readonly SdkSpan[], resource: Readonly<Record<string, AttributeValue>>): Uint8Array {
	return ProtobufTraceSerializer.serializeRequest(sdkSpans(spans, resource)) ?? new Uint8Array(0);
}
