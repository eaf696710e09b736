import type { StoreDatabase } from '../connection/store-database.ts';
import { StoreError } from '../connection/store-error.ts';
import type { TenantScope } from '../tenancy/tenant-scope.ts';
import { type LinkedTrace, linkedTraces, type TraceLink, traceLinks } from './linked-traces.ts';
import { millisecondsOf, SPAN_FIELDS, type SpanRow, type StoredSpan, spanOf, startOf } from './span-row.ts';
import { inTreeOrder } from './span-tree.ts';
import { instantOf } from './time-range.ts';
import { gapsBetween } from './trace-gaps.ts';
import { checkedTraceId, ofTraces, summaryOfSpans, type TraceSummary, traceSummaries } from './trace-summary.ts';

export interface TraceSpan extends StoredSpan {
	/** Spans above it: 0 for a root. */
	readonly depth: number;
	/** The parent that it names is not in the trace: lost, sampled away, of another tenant, or beyond the limit. */
	readonly isOrphan: boolean;
}

/** A time in which nothing that was recorded was running. */
export interface TraceGap {
	readonly startTime: string;
	readonly durationMs: number;
}

export interface Trace extends TraceSummary {
	/** Every span after its parent, children by their begin. */
	readonly trace: readonly TraceSpan[];
	/** There are more spans than are given here: the counts are of all, the spans are the first. */
	readonly isTruncated: boolean;
	/** The longest times in which no span without children was running. */
	readonly gaps: readonly TraceGap[];
	readonly linked: readonly (LinkedTrace & { readonly trace?: Trace })[];
}

/** Of traces that it is linked to, nothing is read but their ids. */
export interface TraceWithLinks extends Omit<Trace, 'linked'> {
	readonly linked: readonly TraceLink[];
}

export interface TraceOptions {
	/** Most spans that are given, 1 to 10,000. @default 10,000 */
	readonly maxSpans?: number;
	/** Give the spans of linked traces too, of at most 20 of them, together no more than `maxSpans`. @default false */
	readonly withLinkedSpans?: boolean;
}

const MAX_SPANS = 10_000;
const MAX_LINKED_SPANS_OF = 20;
const MAX_GAPS = 100;
const SHORTEST_GAP_NS = 1_000_000n;

/**
 * A trace with the traces that belong to it.
 *
 * @returns undefined when no span of it is in the store, or in scope
 * @throws StoreError `QUERY_INVALID` for what is no trace id
 */
export async function traceById(
	database: StoreDatabase,
	scope: TenantScope,
	traceId: string,
	{ maxSpans = MAX_SPANS, withLinkedSpans = false }: TraceOptions = {},
): Promise<Trace | undefined> {
	checkedTraceId(traceId);
	if (!Number.isInteger(maxSpans) || maxSpans < 1 || maxSpans > MAX_SPANS) {
		throw new StoreError('QUERY_INVALID', `A trace is given with 1 to ${MAX_SPANS} spans.`);
	}
	const trace = await traceWithLinks(database, scope, traceId, maxSpans);
	if (trace === undefined) return undefined;
	const linked = await linkedTraces(database, scope, trace.linked);
	return { ...trace, linked: withLinkedSpans ? await withSpans(database, scope, linked, maxSpans) : linked };
}

/** @param traceId 32 hexadecimal digits */
export async function traceWithLinks(
	database: StoreDatabase,
	scope: TenantScope,
	traceId: string,
	maxSpans: number,
): Promise<TraceWithLinks | undefined> {
	const trace = await traceAlone(database, scope, traceId, maxSpans);
	if (trace === undefined) return undefined;
	return { ...trace, linked: await traceLinks(database, scope, trace, trace.trace) };
}

async function traceAlone(
	database: StoreDatabase,
	scope: TenantScope,
	traceId: string,
	maxSpans: number,
): Promise<Trace | undefined> {
	const found = await database.query<SpanRow>(
		`SELECT ${SPAN_FIELDS} FROM otel_traces ${ofTraces(scope)} ORDER BY Timestamp, SpanId LIMIT {limit:UInt32}`,
		{ ...scope.parameters, trace_ids: [traceId], limit: maxSpans + 1 },
	);
	const isTruncated = found.length > maxSpans;
	const rows = found.slice(0, maxSpans);
	const summary = isTruncated
		? (await traceSummaries(database, scope, [traceId])).get(traceId)
		: summaryOfSpans(traceId, rows);
	if (summary === undefined) return undefined;
	const trace = inTreeOrder(rows.map(spanOf)).map(({ span, depth, isOrphan }) => ({ ...span, depth, isOrphan }));
	return { ...summary, trace, isTruncated, gaps: gapsOf(rows), linked: [] };
}

/** Of spans without children: those above only wait for them. */
function gapsOf(rows: readonly SpanRow[]): readonly TraceGap[] {
	const parents = new Set(rows.map(({ parent_span_id }) => parent_span_id));
	const leaves = rows
		.filter(({ span_id }) => !parents.has(span_id))
		.map((row) => ({ startNs: startOf(row), endNs: startOf(row) + BigInt(row.duration_ns) }));
	return gapsBetween(leaves, SHORTEST_GAP_NS, MAX_GAPS).map(({ startNs, endNs }) => ({
		startTime: instantOf(startNs),
		durationMs: millisecondsOf(endNs - startNs),
	}));
}

async function withSpans(
	database: StoreDatabase,
	scope: TenantScope,
	linked: readonly LinkedTrace[],
	maxSpans: number,
): Promise<Trace['linked']> {
	let left = maxSpans;
	let traces = MAX_LINKED_SPANS_OF;
	const result: Trace['linked'][number][] = [];
	for (const other of linked) {
		const isWanted = other.summary !== undefined && left > 0 && traces > 0;
		const trace = isWanted ? await traceAlone(database, scope, other.traceId, left) : undefined;
		if (trace !== undefined) {
			left -= trace.trace.length;
			traces -= 1;
		}
		result.push(trace === undefined ? other : { ...other, trace });
	}
	return result;
}
