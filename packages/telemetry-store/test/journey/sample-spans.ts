import type { StoreDatabase } from '../../src/connection/store-database.ts';
import { addRows, instant, spanId, traceId } from '../lineage/sample-events.ts';

export interface SampleSpan {
	readonly trace: number;
	readonly span: number;
	readonly parent?: number;
	readonly name: string;
	readonly record?: string;
	/** Milliseconds after the start of the sample day. */
	readonly at: number;
	readonly ms: number;
	readonly error?: string;
	readonly attributes?: Readonly<Record<string, string>>;
	readonly links?: readonly { readonly trace: number; readonly span: number; readonly type: string }[];
}

export async function addSpans(database: StoreDatabase, spans: readonly SampleSpan[]): Promise<void> {
	await addRows(database, 'otel_traces', spans.map(rowOf));
}

function rowOf({ trace, span, parent, name, record, at, ms, error, attributes, links = [] }: SampleSpan): object {
	return {
		Timestamp: instant(at).replace('Z', '000Z').slice(0, 29).replace('T', ' '),
		TraceId: traceId(trace),
		SpanId: spanId(span),
		ParentSpanId: parent === undefined ? '' : spanId(parent),
		SpanName: name,
		SpanKind: 'Internal',
		ServiceName: 'pipeline',
		SpanAttributes: {
			'pipeline.module': name.split('.')[0]?.toUpperCase(),
			...(record === undefined ? {} : { 'pipeline.record_id': record }),
			...(error === undefined ? {} : { 'error.type': error }),
			...attributes,
		},
		Duration: ms * 1e6,
		StatusCode: error === undefined ? 'Unset' : 'Error',
		StatusMessage: error ?? '',
		'Links.TraceId': links.map((link) => traceId(link.trace)),
		'Links.SpanId': links.map((link) => spanId(link.span)),
		'Links.TraceState': links.map(() => ''),
		'Links.Attributes': links.map(({ type }) => ({ 'link.type': type })),
	};
}
