import type { StoreDatabase } from '../connection/store-database.ts';
import { StoreError } from '../connection/store-error.ts';
import type { TenantScope } from '../tenancy/tenant-scope.ts';
import { millisecondsOf, type SpanRow, startOf } from './span-row.ts';
import { instantOf } from './time-range.ts';

/** What is said of a trace in one line. Spans of other tenants do not count. */
export interface TraceSummary {
	readonly traceId: string;
	/** Name of the root span; of the first span where the root is not in the store. */
	readonly name: string;
	readonly service: string;
	readonly startTime: string;
	/** From the begin of the first span to the end of the last. */
	readonly durationMs: number;
	readonly spans: number;
	readonly errorSpans: number;
	readonly services: readonly string[];
}

interface SummaryRow {
	readonly trace_id: string;
	readonly root: readonly [name: string, service: string];
	readonly start_ns: string;
	readonly end_ns: string;
	readonly spans: string;
	readonly error_spans: string;
	readonly services: readonly string[];
}

const TRACE_ID = /^[0-9a-f]{32}$/;
/** Names of services that a summary lists. */
const MAX_SERVICES = 100;

/** @throws StoreError `QUERY_INVALID` for what is not 32 hexadecimal digits */
export function checkedTraceId(traceId: string): string {
	if (TRACE_ID.test(traceId)) return traceId;
	throw new StoreError('QUERY_INVALID', 'A trace id has 32 hexadecimal digits, in lower case.');
}

/**
 * What follows the table: spans of these traces that are in scope. Reads only the days that the traces were in, which a small table knows, and
 * whose they are only of spans that were found: left to itself, the engine reads the attributes of all spans around them, too.
 * The look-up has whole seconds: the last is added.
 */
export function ofTraces(scope: TenantScope): string {
	// Twice the same words: the engine asks once.
	const times =
		'(SELECT (min(Start), max(End) + 1) FROM otel_traces_trace_id_ts WHERE TraceId IN {trace_ids:Array(String)})';
	const found = [
		'TraceId IN {trace_ids:Array(String)}',
		`Timestamp >= tupleElement(${times}, 1)`,
		`Timestamp <= tupleElement(${times}, 2)`,
	].join(' AND ');
	return `PREWHERE ${found} WHERE ${scope.condition()}`;
}

/** By trace id; those that have no span in scope are not there. */
export async function traceSummaries(
	database: StoreDatabase,
	scope: TenantScope,
	traceIds: readonly string[],
): Promise<ReadonlyMap<string, TraceSummary>> {
	if (traceIds.length === 0) return new Map();
	const rows = await database.query<SummaryRow>(
		`SELECT TraceId AS trace_id, argMin((SpanName, ServiceName), (ParentSpanId != '', Timestamp)) AS root,
			toUnixTimestamp64Nano(min(Timestamp)) AS start_ns, max(toUnixTimestamp64Nano(Timestamp) + toInt64(Duration)) AS end_ns,
			count() AS spans, countIf(endsWith(upper(StatusCode), 'ERROR')) AS error_spans,
			arraySort(groupUniqArray(${MAX_SERVICES})(ServiceName)) AS services
		FROM otel_traces ${ofTraces(scope)} GROUP BY TraceId LIMIT {limit:UInt32}`,
		{ ...scope.parameters, trace_ids: traceIds, limit: traceIds.length },
	);
	return new Map(rows.map((row) => [row.trace_id, summaryOf(row)]));
}

function summaryOf({ trace_id, root, start_ns, end_ns, spans, error_spans, services }: SummaryRow): TraceSummary {
	return {
		traceId: trace_id,
		name: root[0],
		service: root[1],
		startTime: instantOf(BigInt(start_ns)),
		durationMs: millisecondsOf(BigInt(end_ns) - BigInt(start_ns)),
		spans: Number(spans),
		errorSpans: Number(error_spans),
		services,
	};
}

/** The same of spans that were read, in the order of their begin. */
export function summaryOfSpans(traceId: string, rows: readonly SpanRow[]): TraceSummary | undefined {
	const root = rows.find(({ parent_span_id }) => parent_span_id === '') ?? rows[0];
	if (root === undefined) return undefined;
	const first = startOf(rows[0] ?? root);
	const end = rows.reduce((latest, row) => {
		const ownEnd = startOf(row) + BigInt(row.duration_ns);
		return ownEnd > latest ? ownEnd : latest;
	}, first);
	return {
		traceId,
		name: root.name,
		service: root.service,
		startTime: instantOf(first),
		durationMs: millisecondsOf(end - first),
		spans: rows.length,
		errorSpans: rows.filter(({ status }) => status.toUpperCase().endsWith('ERROR')).length,
		services: [...new Set(rows.map(({ service }) => service))].toSorted().slice(0, MAX_SERVICES),
	};
}
