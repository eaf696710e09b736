import type { StoreDatabase } from '../../src/connection/store-database.ts';

export interface TestSpan {
	readonly trace: number;
	readonly span: number;
	readonly parent?: number;
	readonly name?: string;
	readonly service?: string;
	/** Milliseconds after 10:00 on the day of the tests. */
	readonly at?: number;
	readonly ms?: number;
	readonly status?: string;
	readonly attributes?: Record<string, string>;
	readonly resource?: Record<string, string>;
	readonly links?: readonly { readonly trace: number; readonly span: number; readonly type: string }[];
}

export const traceIdOf = (number: number) => number.toString(16).padStart(32, '0');
export const spanIdOf = (number: number) => number.toString(16).padStart(16, '0');
const BEGIN = Date.parse('2026-11-20T10:00:00Z');
/** The whole day of the tests. */
export const DAY = { from: '2026-11-20T00:00:00Z', to: '2026-11-21T00:00:00Z' };

let inserts = 0;

export async function insertSpans(database: StoreDatabase, spans: readonly TestSpan[]): Promise<void> {
	const rows = spans.map((span) => JSON.stringify(rowOf(span))).join('\n');
	inserts += 1;
	await database.insert('otel_traces', Buffer.from(rows), `spans-${inserts}`);
}

function rowOf(span: TestSpan) {
	const { trace, at = 0, ms = 1, links = [] } = span;
	return {
		Timestamp: new Date(BEGIN + at).toISOString(),
		TraceId: traceIdOf(trace),
		SpanId: spanIdOf(span.span),
		ParentSpanId: span.parent === undefined ? '' : spanIdOf(span.parent),
		SpanName: span.name ?? 'alpha.record.ingest',
		SpanKind: 'Internal',
		ServiceName: span.service ?? 'pipeline',
		ResourceAttributes: span.resource ?? {},
		SpanAttributes: span.attributes ?? {},
		Duration: ms * 1e6,
		StatusCode: span.status ?? 'Unset',
		'Events.Timestamp': [new Date(BEGIN + at).toISOString()],
		'Events.Name': ['record.received'],
		'Events.Attributes': [{ 'pipeline.size_bytes': '12' }],
		'Links.TraceId': links.map((link) => traceIdOf(link.trace)),
		'Links.SpanId': links.map((link) => spanIdOf(link.span)),
		'Links.TraceState': links.map(() => ''),
		'Links.Attributes': links.map(({ type }) => ({ 'link.type': type })),
	};
}
