import { SpanKind } from '@opentelemetry/api';
import type { SpanView } from '@pipeline/telemetry-testing';
import type { EncodedSpans } from '../../src/encoding/trace-request.ts';
import { decodeOtlp } from './decode-otlp.ts';

interface AnyValue {
	readonly stringValue?: string;
	readonly boolValue?: boolean;
	readonly intValue?: string;
	/** Text when it is not finite. */
	readonly doubleValue?: number | string;
	readonly arrayValue?: { readonly values: readonly AnyValue[] };
}
type KeyValues = readonly { readonly key: string; readonly value: AnyValue }[];

interface DecodedSpan {
	readonly traceId: string;
	readonly spanId: string;
	readonly parentSpanId: string;
	readonly name: string;
	readonly kind: number;
	readonly startTimeUnixNano: string;
	readonly endTimeUnixNano: string;
	readonly attributes: KeyValues;
	readonly events: readonly { readonly name: string; readonly timeUnixNano: string; readonly attributes: KeyValues }[];
	readonly links: readonly { readonly traceId: string; readonly spanId: string; readonly attributes: KeyValues }[];
	readonly status: { readonly code: number; readonly message: string };
}

interface DecodedRequest {
	readonly resourceSpans: readonly {
		readonly scopeSpans: readonly {
			readonly scope: { readonly name: string };
			readonly spans: readonly DecodedSpan[];
		}[];
	}[];
}

const STATUSES = ['UNSET', 'OK', 'ERROR'] as const;
const NS_PER_MS = 1e6;

/** The spans of an encoded request as tests compare them. */
export function encodedViews({ bytes }: EncodedSpans): SpanView[] {
	const { resourceSpans } = decodeOtlp(bytes) as DecodedRequest;
	return resourceSpans.flatMap(({ scopeSpans }) =>
		scopeSpans.flatMap(({ scope, spans }) => spans.map((span) => viewOf(span, scope.name))),
	);
}

function viewOf(span: DecodedSpan, scope: string): SpanView {
	const status = STATUSES[span.status.code] ?? 'UNSET';
	return {
		name: span.name,
		kind: SpanKind[span.kind - 1] ?? '',
		status,
		statusMessage: status === 'ERROR' ? span.status.message : undefined,
		traceId: span.traceId,
		spanId: span.spanId,
		parentSpanId: span.parentSpanId === '' ? undefined : span.parentSpanId,
		scope,
		attributes: attributesOf(span.attributes),
		events: span.events.map(({ name, attributes }) => ({ name, attributes: attributesOf(attributes) })),
		links: span.links.map(({ traceId, spanId, attributes }) => ({
			traceId,
			spanId,
			type: String(attributesOf(attributes)['link.type']),
		})),
		startMs: Number(span.startTimeUnixNano) / NS_PER_MS,
		endMs: Number(span.endTimeUnixNano) / NS_PER_MS,
	};
}

function attributesOf(attributes: KeyValues): Record<string, unknown> {
	return Object.fromEntries(attributes.map(({ key, value }) => [key, plain(value)]));
}

function plain({ stringValue, boolValue, intValue, doubleValue, arrayValue }: AnyValue): unknown {
	if (arrayValue !== undefined) return arrayValue.values.map(plain);
	return stringValue ?? boolValue ?? Number(doubleValue ?? intValue);
}
