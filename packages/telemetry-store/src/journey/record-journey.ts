import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import type { StoreDatabase } from '../connection/store-database.ts';
import { StoreError } from '../connection/store-error.ts';
import { distinct } from '../lineage/defined-fields.ts';
import { checkId } from '../lineage/lineage-node.ts';
import { within } from '../lineage/lineage-request.ts';
import { traceLineage } from '../lineage/trace-lineage.ts';
import { TenantScope } from '../tenancy/tenant-scope.ts';
import type { RecordJourney } from './journey.ts';
import { journeyOf } from './journey-of.ts';
import { type RecordEvents, readRecordEvents } from './record-events.ts';
import { readRecordTraces, traceIdsOfRecord } from './record-traces.ts';

export { journeyOf };

export interface JourneyOptions {
	/** Most spans of all its traces together, 1 to 10,000. @default 10,000 */
	readonly maxSpans?: number;
	/** Most events, 1 to 10,000. @default 5,000 */
	readonly maxEvents?: number;
	/** Hops of lineage in each direction, 1 to 64. @default 8 */
	readonly lineageDepth?: number;
}

const MAX_SPANS = 10_000;
const MAX_EVENTS = 10_000;
const DEFAULT_EVENTS = 5_000;
const DEFAULT_DEPTH = 8;
const MAX_EDGES = 1_000;

/**
 * A record's whole story: stages, attempts, errors, audit, lineage, replays.
 *
 * @returns undefined when nothing is known of such a record, in scope
 * @throws StoreError `QUERY_INVALID` for an option out of bounds, and where several tenants of the scope have a record of this id
 */
export async function recordJourney(
	database: StoreDatabase,
	scope: TenantScope,
	recordId: string,
	options: JourneyOptions = {},
): Promise<RecordJourney | undefined> {
	checkId('record id', recordId);
	const maxSpans = within('number of spans', options.maxSpans ?? MAX_SPANS, MAX_SPANS);
	const maxEvents = within('number of events', options.maxEvents ?? DEFAULT_EVENTS, MAX_EVENTS);
	const depth = within('depth', options.lineageDepth ?? DEFAULT_DEPTH, 64);
	const named = await readRecordEvents(database, scope, { by: 'record_id', ids: [recordId], limit: maxEvents });
	const untold = named.events.length > 0 ? [] : await traceIdsOfRecord(database, scope, recordId);
	const tenant = tenantOf([...named.events, ...untold]);
	if (tenant === undefined) return undefined;
	const own = TenantScope.of(tenant);
	const traceIds = distinct([
		...named.events.map(({ event }) => event.traceId),
		...untold.map(({ traceId }) => traceId),
	]);
	const start = { record: recordId };
	const [beside, spans, lineage] = await Promise.all([
		readRecordEvents(database, own, { by: 'trace_id', ids: traceIds.slice(0, 1_000), limit: maxEvents }),
		readRecordTraces(database, own, traceIds, maxSpans),
		traceLineage(database, own, { start, depth, maxEdges: MAX_EDGES }),
	]);
	return journeyOf({
		...{ recordId, tenant, traceIds, spans, lineage },
		own: named.events.map(({ event }) => event),
		all: united(named, beside),
		areEventsCut: named.isCut || beside.isCut,
	});
}

function tenantOf(found: readonly { readonly tenant: string }[]): string | undefined {
	const tenants = distinct(found.map(({ tenant }) => tenant));
	if (tenants.length < 2) return tenants[0];
	throw new StoreError('QUERY_INVALID', 'Several tenants have a record of this id: ask for one of them.');
}

function united(named: RecordEvents, beside: RecordEvents): readonly TelemetryEvent[] {
	const all = [...named.events, ...beside.events].map(({ event }) => event);
	return all.toSorted((a, b) => (a.timestamp < b.timestamp ? -1 : a.timestamp > b.timestamp ? 1 : 0));
}
