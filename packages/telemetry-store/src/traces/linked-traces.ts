import type { StoreDatabase } from '../connection/store-database.ts';
import type { TenantScope } from '../tenancy/tenant-scope.ts';
import type { StoredSpan } from './span-row.ts';
import { type TraceSummary, traceSummaries } from './trace-summary.ts';

/** Why a trace belongs to another: what a link says, or that both are about the same lineage. */
export type LinkReason =
	| { readonly kind: 'link'; readonly type: string; readonly fromSpanId: string; readonly toSpanId: string }
	| { readonly kind: 'lineage'; readonly lineageId: string };

export interface TraceLink {
	readonly traceId: string;
	readonly reasons: readonly LinkReason[];
}

export interface LinkedTrace extends TraceLink {
	/** Absent when none of its spans is in the store, or in scope. */
	readonly summary?: TraceSummary;
}

export const MAX_LINKED_TRACES = 100;
const MAX_REASONS = 20;
const MAX_LINEAGES = 100;
const MARGIN_MS = 3_600_000;
const TYPE_KEYS = ['link.type', 'pipeline.link.type'];

/**
 * Traces that its links lead to, and those that share a lineage with it, as replays do: they point to the original, which does not know of them.
 *
 * @returns the first 100, links before lineage
 */
export async function traceLinks(
	database: StoreDatabase,
	scope: TenantScope,
	{ traceId, startTime, durationMs }: TraceSummary,
	spans: readonly StoredSpan[],
): Promise<readonly TraceLink[]> {
	const reasons = new Map<string, LinkReason[]>();
	const add = (other: string, reason: LinkReason) => {
		if (other === traceId || other === '' || (reasons.size >= MAX_LINKED_TRACES && !reasons.has(other))) return;
		const known = reasons.get(other) ?? [];
		if (known.length < MAX_REASONS) known.push(reason);
		reasons.set(other, known);
	};
	for (const { spanId, links } of spans) {
		for (const { traceId: other, spanId: toSpanId, attributes } of links) {
			const type = TYPE_KEYS.map((key) => attributes[key]).find((text) => text !== undefined) ?? '';
			add(other, { kind: 'link', type, fromSpanId: spanId, toSpanId });
		}
	}
	const lineages = lineagesIn(spans) ?? (await auditedLineages(database, scope, { traceId, startTime, durationMs }));
	for (const { trace_id, lineage_id } of await tracesOfLineage(database, scope, traceId, lineages)) {
		add(trace_id, { kind: 'lineage', lineageId: lineage_id });
	}
	return [...reasons].map(([other, why]) => ({ traceId: other, reasons: why }));
}

/** The same, and what is known of each. */
export async function linkedTraces(
	database: StoreDatabase,
	scope: TenantScope,
	links: readonly TraceLink[],
): Promise<readonly LinkedTrace[]> {
	const ids = links.map(({ traceId }) => traceId);
	const summaries = await traceSummaries(database, scope, ids);
	return links.map((link) => {
		const summary = summaries.get(link.traceId);
		return { ...link, ...(summary === undefined ? {} : { summary }) };
	});
}

/** Undefined when no span names any. */
function lineagesIn(spans: readonly StoredSpan[]): readonly string[] | undefined {
	const named = new Set(spans.flatMap(({ attributes }) => attributes['pipeline.lineage_id'] || []));
	return named.size === 0 ? undefined : [...named].slice(0, MAX_LINEAGES);
}

/** Those that audit names: its entries are of the time of the trace, give or take an hour. */
async function auditedLineages(
	database: StoreDatabase,
	scope: TenantScope,
	{ traceId, startTime, durationMs }: Pick<TraceSummary, 'traceId' | 'startTime' | 'durationMs'>,
): Promise<readonly string[]> {
	const startMs = Date.parse(startTime);
	const rows = await database.query<{ lineage_id: string }>(
		`SELECT DISTINCT lineage_id FROM audit_events
		WHERE trace_id = {trace_id:String} AND lineage_id != '' AND ${scope.condition()}
			AND timestamp >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC') AND timestamp < fromUnixTimestamp64Milli({to_ms:Int64}, 'UTC')
		LIMIT ${MAX_LINEAGES}`,
		{
			...scope.parameters,
			trace_id: traceId,
			from_ms: startMs - MARGIN_MS,
			to_ms: Math.ceil(startMs + durationMs) + MARGIN_MS,
		},
	);
	return rows.map(({ lineage_id }) => lineage_id);
}

interface LineageRow {
	readonly trace_id: string;
	readonly lineage_id: string;
}

async function tracesOfLineage(
	database: StoreDatabase,
	scope: TenantScope,
	traceId: string,
	lineages: readonly string[],
): Promise<readonly LineageRow[]> {
	if (lineages.length === 0) return [];
	return await database.query<LineageRow>(
		`SELECT DISTINCT trace_id, lineage_id FROM lineage_by_lineage
		WHERE lineage_id IN {lineages:Array(String)} AND trace_id NOT IN ('', {trace_id:String}) AND ${scope.condition()}
		ORDER BY lineage_id, trace_id LIMIT ${MAX_LINKED_TRACES}`,
		{ ...scope.parameters, lineages, trace_id: traceId },
	);
}
