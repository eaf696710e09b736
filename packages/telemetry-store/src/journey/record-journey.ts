import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import type { StoreDatabase } from '../connection/store-database.ts';
import { StoreError } from '../connection/store-error.ts';
import { definedFields, distinct } from '../lineage/defined-fields.ts';
import { checkId } from '../lineage/lineage-node.ts';
import { within } from '../lineage/lineage-request.ts';
import { traceLineage } from '../lineage/trace-lineage.ts';
import { transformationSteps } from '../lineage/transformation-steps.ts';
import { TenantScope } from '../tenancy/tenant-scope.ts';
import { deliveriesOf } from './deliveries.ts';
import type { RecordJourney } from './journey.ts';
import { errorsOf } from './journey-errors.ts';
import { gapsOf } from './journey-gaps.ts';
import type { JourneySources } from './journey-sources.ts';
import { journeyTraces } from './journey-traces.ts';
import { queueEntriesOf } from './queue-entries.ts';
import { type RecordEvents, readRecordEvents } from './record-events.ts';
import { linksOf, readRecordTraces, traceIdsOfRecord } from './record-traces.ts';
import { epochMs, rounded } from './span-stages.ts';
import { outcomeOf, terminalPoints } from './terminal-points.ts';

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

/** Events of a trace that name another record are that record's. */
function united(named: RecordEvents, beside: RecordEvents): readonly TelemetryEvent[] {
	const others = beside.events.filter(({ event }) => event.recordId === undefined);
	const all = new Map([...named.events, ...others].map(({ event }) => [event.eventId, event]));
	return [...all.values()].toSorted((a, b) => (a.timestamp < b.timestamp ? -1 : a.timestamp > b.timestamp ? 1 : 0));
}

/** The story that these tell. */
export function journeyOf(sources: JourneySources): RecordJourney {
	const { recordId, tenant, own, all, spans, lineage } = sources;
	const ingestion = own.find(({ name }) => name.endsWith('.record_ingested'));
	const ends = terminalPoints(own);
	const [startMs, endMs] = boundsOf(sources, ingestion);
	const gaps = gapsOf(sources);
	const lastEnd = ends.at(-1);
	return {
		recordId,
		tenant,
		lineageIds: distinct([
			...own.map(({ dimensions }) => dimensions['pipeline.lineage_id']),
			...spanTexts(sources, 'lineage_id'),
		]),
		batchIds: distinct([...own.map(({ batchId }) => batchId), ...spanTexts(sources, 'batch_id')]),
		correlationIds: distinct([...own.map((event) => event.correlationId), ...spanTexts(sources, 'correlation_id')]),
		...definedFields({
			source: ingestion?.dimensions['pipeline.source_id'] ?? spanTexts(sources, 'source_id')[0],
			classification: ingestion?.dimensions['pipeline.classification'] ?? spanTexts(sources, 'classification')[0],
			durationMs: lastEnd === undefined ? undefined : rounded(Math.max(0, epochMs(lastEnd.at) - startMs)),
		}),
		startedAt: instantOfMs(startMs),
		endedAt: instantOfMs(endMs),
		outcome: outcomeOf(ends),
		ends,
		traces: journeyTraces(sources, startMs),
		links: linksOf(spans.traces.values()),
		deliveries: deliveriesOf(own),
		transformations: transformationSteps(own),
		errors: errorsOf(all, new Map([...spans.traces].map(([id, { trace }]) => [id, trace]))),
		queueEntries: queueEntriesOf(own),
		events: all,
		lineage,
		gaps,
		isTruncated: gaps.some(({ kind }) => kind.endsWith('_CUT')),
	};
}

/** From the record's ingestion, or the first thing known where something is known before it. */
function boundsOf(
	{ own, spans, traceIds }: JourneySources,
	ingestion: TelemetryEvent | undefined,
): readonly [number, number] {
	const ingested = ingestion?.dimensions['pipeline.ingestion_timestamp'];
	const times = own.map(({ timestamp }) => epochMs(timestamp));
	if (ingested !== undefined) times.push(epochMs(ingested));
	for (const [id, { startTime, durationMs }] of spans.traces) {
		if (traceIds.includes(id)) times.push(epochMs(startTime), epochMs(startTime) + durationMs);
	}
	const known = times.filter(Number.isFinite);
	return [Math.min(...known), Math.max(...known)];
}

function spanTexts({ spans, traceIds }: JourneySources, name: string): readonly string[] {
	const own = [...spans.traces].filter(([id]) => traceIds.includes(id)).flatMap(([, { trace }]) => trace);
	return distinct(own.map(({ attributes }) => attributes[`pipeline.${name}`]));
}

/** With microseconds. */
function instantOfMs(ms: number): string {
	const micros = String(Math.round((ms % 1) * 1_000))
		.padStart(3, '0')
		.slice(0, 3);
	return new Date(Math.floor(ms)).toISOString().replace('Z', `${micros}Z`);
}
