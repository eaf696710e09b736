import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { DataPointType, type MetricData } from '@opentelemetry/sdk-metrics';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';

/** An exported span, reduced to what tests compare. */
export interface SpanView {
	readonly name: string;
	readonly kind: string;
	readonly status: 'UNSET' | 'OK' | 'ERROR';
	readonly statusMessage: string | undefined;
	readonly traceId: string;
	readonly spanId: string;
	readonly parentSpanId: string | undefined;
	readonly scope: string;
	readonly attributes: Readonly<Record<string, unknown>>;
	readonly events: readonly { readonly name: string; readonly attributes: Readonly<Record<string, unknown>> }[];
	readonly links: readonly { readonly type: string; readonly traceId: string; readonly spanId: string }[];
	/** Milliseconds since the Unix epoch. */
	readonly startMs: number;
	readonly endMs: number;
}

/** An emitted event (an OTLP log record), reduced to what tests compare. */
export interface EventView {
	readonly name: string;
	readonly severity: string | undefined;
	readonly traceId: string | undefined;
	readonly spanId: string | undefined;
	readonly attributes: Readonly<Record<string, unknown>>;
}

/** One data point of a metric. `value` is the sum for histograms. */
export interface MetricPointView {
	readonly name: string;
	readonly unit: string;
	readonly attributes: Readonly<Record<string, unknown>>;
	readonly value: number;
	/** Histograms: number of measurements. */
	readonly count: number | undefined;
	/** Histograms: upper bounds. */
	readonly boundaries: readonly number[] | undefined;
}

const STATUSES = {
	[SpanStatusCode.UNSET]: 'UNSET',
	[SpanStatusCode.OK]: 'OK',
	[SpanStatusCode.ERROR]: 'ERROR',
} as const;

export function viewSpan(span: ReadableSpan): SpanView {
	const { traceId, spanId } = span.spanContext();
	return {
		name: span.name,
		kind: SpanKind[span.kind] as string,
		status: STATUSES[span.status.code],
		statusMessage: span.status.message,
		traceId,
		spanId,
		parentSpanId: span.parentSpanContext?.spanId,
		scope: span.instrumentationScope.name,
		attributes: { ...span.attributes },
		events: span.events.map(({ name, attributes }) => ({ name, attributes: { ...attributes } })),
		links: span.links.map(({ context, attributes }) => ({
			type: String(attributes?.['link.type'] ?? ''),
			traceId: context.traceId,
			spanId: context.spanId,
		})),
		startMs: milliseconds(span.startTime),
		endMs: milliseconds(span.endTime),
	};
}

export function viewEvent(record: ReadableLogRecord): EventView {
	return {
		name: record.eventName ?? '',
		severity: record.severityText,
		traceId: record.spanContext?.traceId,
		spanId: record.spanContext?.spanId,
		attributes: { ...record.attributes },
	};
}

export function viewMetric({ descriptor, dataPointType, dataPoints }: MetricData): MetricPointView[] {
	return dataPoints.map(({ attributes, value }) => {
		const histogram =
			dataPointType === DataPointType.HISTOGRAM
				? (value as { sum?: number; count: number; buckets: { boundaries: number[] } })
				: undefined;
		return {
			name: descriptor.name,
			unit: descriptor.unit,
			attributes: { ...attributes },
			value: histogram === undefined ? (value as number) : (histogram.sum ?? 0),
			count: histogram?.count,
			boundaries: histogram?.buckets.boundaries,
		};
	});
}

function milliseconds([seconds, nanoseconds]: readonly [number, number]): number {
	return seconds * 1000 + nanoseconds / 1e6;
}
