import { randomBytes } from 'node:crypto';
import { isoFromMs } from '@pipeline/telemetry-core';
import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import type { StoreDatabase } from '../connection/store-database.ts';
import { StoreError } from '../connection/store-error.ts';
import { EVENT_FIELDS, type EventRow, eventOf } from '../events/event-row.ts';
import type { TenantScope } from '../tenancy/tenant-scope.ts';
import {
	afterPosition,
	type EventTable,
	filterOf,
	filterParameters,
	positionParameters,
	tablesOf,
} from './audit-filter.ts';
import { type AuditQueryRequest, type CheckedAuditQuery, checkAuditQuery } from './audit-query-request.ts';
import { type PagePosition, readToken, writeToken } from './continuation-token.ts';

export interface AuditQueryResponse {
	/** Audit entries have the dimensions `audit.checksum` and `audit.sequence` beside their own. */
	readonly entries: readonly TelemetryEvent[];
	/** Of all pages, counted with the first. */
	readonly totalCount: number;
	/** Counting took too long: it is about so many. */
	readonly totalIsEstimate: boolean;
	/** For the next page; null on the last one. */
	readonly continuationToken: string | null;
	readonly elapsedMs: number;
}

export interface AuditQueryOptions {
	/** Signs tokens, at least 16 bytes. The same for all processes that answer, or a token is of no use with another. @default drawn once a process */
	readonly tokenKey?: Uint8Array;
	/** Milliseconds that counting may take before it is estimated. @default 5,000 */
	readonly countTimeoutMs?: number;
	/** Milliseconds that the page may take. @default 30,000 */
	readonly timeoutMs?: number;
}

/** A row of a page: numbers of 64 bits come as text. */
type PageRow = Omit<EventRow, 'received_at'> & { readonly checksum: string; readonly seq: string };

const PROCESS_KEY = randomBytes(32);
const MIN_KEY_BYTES = 16;
const COUNT_TIMEOUT_MS = 5_000;

/**
 * A page of audit entries, and of other events when no type or theirs is asked for, by time. Pages stay as they are while entries are added.
 *
 * @throws StoreError `QUERY_INVALID` naming the field, `ACCESS_DENIED` for a tenant outside the scope, `QUERY_TIMEOUT`
 */
export async function queryAudit(
	database: StoreDatabase,
	scope: TenantScope,
	request: AuditQueryRequest,
	options: AuditQueryOptions = {},
): Promise<AuditQueryResponse> {
	const startedMs = performance.now();
	const { tokenKey = PROCESS_KEY, timeoutMs } = options;
	if (tokenKey.length < MIN_KEY_BYTES) throw new StoreError('QUERY_INVALID', 'tokenKey: at least 16 bytes.');
	const query = checkAuditQuery(request);
	if (query.tenant !== undefined && !scope.includes(query.tenant)) {
		throw new StoreError('ACCESS_DENIED', 'tenant: not one of those that may be read.');
	}
	const { continuationToken: token } = query;
	const position =
		token === undefined
			? await firstPosition(database, scope, query, options)
			: readToken(tokenKey, query, scope, token);
	const rows = await readPage(database, scope, query, position, timeoutMs);
	const page = rows.slice(0, query.pageSize);
	const last = page.at(-1);
	const isMore = rows.length > query.pageSize && last !== undefined;
	return {
		entries: page.map(entryOf),
		totalCount: position.isEstimate ? Math.max(position.total, page.length) : position.total,
		totalIsEstimate: position.isEstimate,
		continuationToken: isMore
			? writeToken(tokenKey, query, scope, { ...position, timestamp: last.timestamp, eventId: last.event_id })
			: null,
		elapsedMs: performance.now() - startedMs,
	};
}

function entryOf({ checksum, seq, ...row }: PageRow): TelemetryEvent {
	const event = eventOf(row);
	if (checksum === '') return event;
	return { ...event, dimensions: { ...event.dimensions, 'audit.checksum': checksum, 'audit.sequence': seq } };
}

/** Counts, and finds when the newest entry came: later pages see none that came after it. */
async function firstPosition(
	database: StoreDatabase,
	scope: TenantScope,
	query: CheckedAuditQuery,
	{ countTimeoutMs = COUNT_TIMEOUT_MS }: AuditQueryOptions,
): Promise<PagePosition> {
	const ofTable = (table: EventTable) =>
		`SELECT count() AS counted, max(received_at) AS newest FROM ${table} WHERE ${filterOf(table, query, scope)}`;
	const sql = `SELECT sum(counted) AS total, formatDateTime(max(newest), '%Y-%m-%dT%H:%i:%S.%fZ', 'UTC') AS as_of
		FROM (${tablesOf(query).map(ofTable).join(' UNION ALL ')})`;
	const parameters = filterParameters(query, scope);
	try {
		const [row] = await database.query<{ total: string; as_of: string }>(sql, parameters, {
			timeoutMs: countTimeoutMs,
		});
		return { asOf: row?.as_of ?? isoFromMs(0), total: Number(row?.total ?? 0), isEstimate: false };
	} catch (error) {
		if (!(error instanceof StoreError) || error.code !== 'QUERY_TIMEOUT') throw error;
		const total = await estimate(database, scope, query);
		return { asOf: isoFromMs(Date.now()), total, isEstimate: true };
	}
}

/** Rows that would be looked at: no fewer than there are. */
async function estimate(database: StoreDatabase, scope: TenantScope, query: CheckedAuditQuery): Promise<number> {
	let total = 0;
	for (const table of tablesOf(query)) {
		const rows = await database.query<{ rows: string }>(
			`EXPLAIN ESTIMATE SELECT event_id FROM ${table} WHERE ${filterOf(table, query, scope)}`,
			filterParameters(query, scope),
		);
		for (const { rows: count } of rows) total += Number(count);
	}
	return total;
}

/** One more than a page has: it tells whether there is another. */
async function readPage(
	database: StoreDatabase,
	scope: TenantScope,
	query: CheckedAuditQuery,
	position: PagePosition,
	timeoutMs: number | undefined,
): Promise<readonly PageRow[]> {
	const { order } = query;
	const tables = tablesOf(query).map((table) => {
		const seal = table === 'audit_events' ? 'seq, checksum' : "toUInt64(0) AS seq, '' AS checksum";
		const columns = table === 'audit_events' ? '* EXCEPT (chain_id, seq, block_id, checksum)' : '*';
		// Rows of one tenant are in order: reading stops with the page. First keys alone, then what belongs to them.
		const one = scope.tenants?.length === 1 ? `tenant_id ${order}, ` : '';
		return `SELECT ${columns}, ${seal}, event_id AS id FROM ${table} WHERE (tenant_id, timestamp, event_id) IN (
			SELECT tenant_id, timestamp, event_id FROM ${table}
			WHERE ${filterOf(table, query, scope)} AND ${afterPosition(order, position)}
			ORDER BY ${one}timestamp ${order}, event_id ${order} LIMIT {limit:UInt32})`;
	});
	return await database.query<PageRow>(
		`SELECT ${EVENT_FIELDS}, seq, checksum FROM (${tables.join(' UNION ALL ')})
		ORDER BY timestamp ${order}, id ${order} LIMIT {limit:UInt32}`,
		{ ...filterParameters(query, scope), ...positionParameters(position), limit: query.pageSize + 1 },
		timeoutMs === undefined ? {} : { timeoutMs },
	);
}
