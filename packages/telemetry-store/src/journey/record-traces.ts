import type { StoreDatabase } from '../connection/store-database.ts';
import type { TenantScope } from '../tenancy/tenant-scope.ts';
import type { LinkReason } from '../traces/linked-traces.ts';
import { type TraceWithLinks, traceWithLinks } from '../traces/trace-by-id.ts';

export interface RecordTraces {
	/** By id, without those of which no span is there. */
	readonly traces: ReadonlyMap<string, TraceWithLinks>;
	/** Traces that were followed from others, and why. */
	readonly followed: ReadonlyMap<string, string>;
	/** Some were left out. */
	readonly isCut: boolean;
}

/** Traces of one record that are read: its first and its replays. */
const MAX_TRACES = 20;
/** Traces of others that are read with them. */
const MAX_FOLLOWED = 5;
/** Links to what the record was before, or became: a batch or a job has its own page. */
const FOLLOWED = new Set(['replay_of', 'split_from', 'merged_from', 'recovered_from', 'previous_attempt']);
const TRACE_ID = /^[0-9a-f]{32}$/;

/** The spans of traces, at most so many together, and of the traces that they say they continue. */
export async function readRecordTraces(
	database: StoreDatabase,
	scope: TenantScope,
	traceIds: readonly string[],
	maxSpans: number,
): Promise<RecordTraces> {
	const valid = traceIds.filter((id) => TRACE_ID.test(id));
	const traces = new Map<string, TraceWithLinks>();
	const followed = new Map<string, string>();
	let left = maxSpans;
	let isCut = valid.length > MAX_TRACES;
	const read = async (id: string) => {
		isCut ||= left <= 0;
		const trace = left > 0 ? await traceWithLinks(database, scope, id, left) : undefined;
		if (trace === undefined) return;
		left -= trace.trace.length;
		traces.set(id, trace);
	};
	for (const id of valid.slice(0, MAX_TRACES)) await read(id);
	for (const [id, why] of followedLinks(traces)) {
		if (followed.size >= MAX_FOLLOWED) break;
		followed.set(id, why);
		await read(id);
	}
	return { traces, followed, isCut };
}

function followedLinks(traces: ReadonlyMap<string, TraceWithLinks>): ReadonlyMap<string, string> {
	const found = new Map<string, string>();
	for (const { traceId, type } of linksOf(traces.values())) {
		if (FOLLOWED.has(type) && !traces.has(traceId) && TRACE_ID.test(traceId)) found.set(traceId, type);
	}
	return found;
}

/** What the traces say that they belong to, each once. */
export function linksOf(
	traces: Iterable<TraceWithLinks>,
): readonly { readonly traceId: string; readonly type: string }[] {
	const found = new Map<string, { readonly traceId: string; readonly type: string }>();
	for (const { linked } of traces) {
		for (const { traceId, reasons } of linked) {
			for (const type of reasons.map(typeOf)) found.set(`${traceId} ${type}`, { traceId, type });
		}
	}
	return [...found.values()];
}

const typeOf = (reason: LinkReason) => (reason.kind === 'link' ? reason.type : 'lineage');

/** Traces whose spans name a record of which no event is known. Searches all spans: for records without an audit only. */
export async function traceIdsOfRecord(
	database: StoreDatabase,
	scope: TenantScope,
	recordId: string,
): Promise<readonly { readonly tenant: string; readonly traceId: string }[]> {
	const rows = await database.query<{ tenant: string; trace_id: string }>(
		`SELECT DISTINCT tenant_id AS tenant, TraceId AS trace_id FROM otel_traces WHERE ${scope.condition()}` +
			" AND has(mapValues(SpanAttributes), {record:String}) AND SpanAttributes['pipeline.record_id'] = {record:String}" +
			' ORDER BY trace_id LIMIT {limit:UInt32}',
		{ ...scope.parameters, record: recordId, limit: MAX_TRACES },
	);
	return rows.map((row) => ({ tenant: row.tenant, traceId: row.trace_id }));
}
