import { createHash } from 'node:crypto';
import type { QueryParameters, StoreDatabase } from '../connection/store-database.ts';
import { StoreError } from '../connection/store-error.ts';
import type { TenantScope } from '../tenancy/tenant-scope.ts';
import { type CheckedSearch, checkedSearch, type TraceSearchRequest } from './trace-search-request.ts';
import { type TraceSummary, traceSummaries } from './trace-summary.ts';

export interface TracePage {
	/** Newest first. */
	readonly traces: readonly TraceSummary[];
	/** Absent on the last page. */
	readonly continuationToken?: string;
}

/** A place between two traces of a result. */
interface Position {
	readonly at: string;
	readonly traceId: string;
}

/**
 * Traces of which at least one span in the time range is as asked for: one span has all of it. A trace stands at the first of those spans, so
 * that spans which come later do not move it: pages do not repeat or leave out what was there before the first of them was read.
 *
 * @throws StoreError `QUERY_INVALID` for requests out of bounds, and for tokens of another request
 */
export async function searchTraces(
	database: StoreDatabase,
	scope: TenantScope,
	request: TraceSearchRequest,
): Promise<TracePage> {
	const search = checkedSearch(scope, request);
	const key = keyOf(scope, search);
	const after = request.continuationToken === undefined ? undefined : positionOf(request.continuationToken, key);
	const found = await matching(database, search, after);
	const page = found.slice(0, search.pageSize);
	const summaries = await traceSummaries(
		database,
		scope,
		page.map(({ traceId }) => traceId),
	);
	const last = found.length > page.length ? page.at(-1) : undefined;
	return {
		// One without a summary has gone since, by retention.
		traces: page.flatMap(({ traceId }) => summaries.get(traceId) ?? []),
		...(last === undefined ? {} : { continuationToken: tokenOf(last, key) }),
	};
}

async function matching(
	database: StoreDatabase,
	{ conditions, parameters, pageSize }: CheckedSearch,
	after: Position | undefined,
): Promise<readonly Position[]> {
	const rows = await database.query<{ at: string; trace_id: string }>(
		`SELECT TraceId AS trace_id, toUnixTimestamp64Nano(min(Timestamp)) AS at FROM otel_traces
		WHERE ${conditions.join(' AND ')}${after === undefined ? '' : ' AND Timestamp <= fromUnixTimestamp64Nano({after_ns:Int64})'}
		GROUP BY TraceId
		${after === undefined ? '' : 'HAVING (at, trace_id) < ({after_ns:Int64}, {after_id:String})'}
		ORDER BY at DESC, trace_id DESC LIMIT {limit:UInt32}`,
		{
			...parameters,
			limit: pageSize + 1,
			...(after === undefined ? {} : { after_ns: after.at, after_id: after.traceId }),
		} satisfies QueryParameters,
	);
	return rows.map(({ at, trace_id }) => ({ at, traceId: trace_id }));
}

const KEY_LENGTH = 16;
const TOKEN = /^([0-9a-f]{16})(\d{1,19})-([0-9a-f]{0,64})$/;
const MAX_TOKEN = 256;

/** Tells requests apart, the page aside. */
function keyOf(scope: TenantScope, { conditions, parameters }: CheckedSearch): string {
	const text = JSON.stringify([scope.tenants ?? '*', conditions, parameters]);
	return createHash('sha256').update(text).digest('hex').slice(0, KEY_LENGTH);
}

function tokenOf({ at, traceId }: Position, key: string): string {
	return Buffer.from(`${key}${at}-${traceId}`).toString('base64url');
}

/** A token says where to go on, not what may be seen: that is asked for anew with every page. */
function positionOf(token: string, key: string): Position {
	const text = token.length > MAX_TOKEN ? '' : Buffer.from(token, 'base64url').toString('latin1');
	const [, ofKey, at, traceId] = TOKEN.exec(text) ?? [];
	if (ofKey !== key || at === undefined || traceId === undefined) {
		throw new StoreError('QUERY_INVALID', 'This continuation token is not of this search.');
	}
	return { at, traceId };
}
