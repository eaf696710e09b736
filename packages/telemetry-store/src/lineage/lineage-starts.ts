import type { StoreDatabase } from '../connection/store-database.ts';
import type { TenantScope } from '../tenancy/tenant-scope.ts';
import type { CheckedRequest, StartKind } from './lineage-request.ts';
import { type Condition, timeCondition } from './time-condition.ts';

/** Where walks begin, by tenant: the same id of two tenants is two nodes. */
export interface Starts {
	readonly byTenant: ReadonlyMap<string, readonly string[]>;
	/** There are more. */
	readonly isCut: boolean;
}

/** Most records that a batch, a lineage or a subject brings in. */
const MAX_STARTS = 10_000;

const RECORD_NODE = "concat('record:', record_id)";

/** Nodes that the start of a request means; none when nothing is known of it. */
export async function findStarts(
	database: StoreDatabase,
	scope: TenantScope,
	request: CheckedRequest,
): Promise<Starts> {
	const [tenant, ...others] = scope.tenants ?? [];
	// Where there is one tenant, its first hop tells whether the node is there.
	if (isNode(request.kind) && tenant !== undefined && others.length === 0) {
		return { byTenant: new Map([[tenant, [startValue(request)]]]), isCut: false };
	}
	const time = timeCondition(request.timeRange);
	const rows = await database.query<{ tenant: string; id: string }>(
		`SELECT DISTINCT tenant_id AS tenant, node AS id FROM (${startsOf(request.kind, scope, time)})` +
			' ORDER BY tenant, id LIMIT {limit:UInt32}',
		{ ...scope.parameters, ...time.parameters, start: startValue(request), limit: MAX_STARTS + 1 },
	);
	const byTenant = Map.groupBy(rows.slice(0, MAX_STARTS), ({ tenant }) => tenant);
	return {
		byTenant: new Map([...byTenant].map(([tenant, found]) => [tenant, found.map(({ id }) => id)])),
		isCut: rows.length > MAX_STARTS,
	};
}

const isNode = (kind: StartKind) => ['record', 'destination', 'source', 'node'].includes(kind);

function startValue({ kind, id }: CheckedRequest): string {
	return kind === 'record' || kind === 'destination' || kind === 'source' ? `${kind}:${id}` : id;
}

function startsOf(kind: StartKind, scope: TenantScope, time: Condition): string {
	const records = (table: string, where: string) =>
		`SELECT tenant_id, ${RECORD_NODE} AS node FROM ${table}` +
		` WHERE ${scope.condition()} AND ${where} AND record_id != '' AND ${time.sql}`;
	if (kind === 'lineage') return records('lineage_by_lineage', 'lineage_id = {start:String}');
	if (kind === 'batch') return records('lineage_edges', 'batch_id = {start:String}');
	if (kind === 'subject') {
		// The index knows values, not their keys.
		const isAbout =
			"has(mapValues(dimensions), {start:String}) AND dimensions['pipeline.subject_key'] = {start:String}";
		return records('audit_events', isAbout);
	}
	const ends = (table: string, column: string) =>
		`SELECT tenant_id, ${column} AS node FROM ${table}` +
		` WHERE ${scope.condition()} AND ${column} = {start:String} AND ${time.sql} LIMIT 1 BY tenant_id`;
	return `${ends('lineage_edges', 'parent_id')} UNION ALL ${ends('lineage_by_child', 'child_id')}`;
}
