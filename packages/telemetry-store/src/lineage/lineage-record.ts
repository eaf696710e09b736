import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import type { StoreDatabase } from '../connection/store-database.ts';
import { type DeliveryStatus, deliveriesOf } from '../journey/deliveries.ts';
import { readRecordEvents } from '../journey/record-events.ts';
import { outcomeOf, terminalPoints } from '../journey/terminal-points.ts';
import { TenantScope } from '../tenancy/tenant-scope.ts';
import { definedFields, distinct } from './defined-fields.ts';
import { checkId } from './lineage-node.ts';
import { readEdges } from './read-edges.ts';
import { type TransformationStep, transformationSteps } from './transformation-steps.ts';

/** What one destination has of a record. */
export interface DeliveryRecord {
	readonly destinationId: string;
	readonly status: DeliveryStatus;
	readonly deliveredAt?: string;
	readonly acknowledgmentId?: string;
	readonly totalAttempts: number;
	readonly contentChecksum?: string;
}

/** All that lineage knows of one record, from its source to its destinations. */
export interface LineageRecord {
	readonly lineageId: string;
	readonly recordId: string;
	/** Records it was split from or merged of. */
	readonly parentIds: readonly string[];
	readonly sourceSystem?: string;
	readonly sourceTimestamp?: string;
	readonly ingestionTimestamp?: string;
	readonly transformations: readonly TransformationStep[];
	/** `<module>.<component>`, or `TERMINAL:<outcome>`. */
	readonly currentLocation: string;
	readonly finalDestinations: readonly DeliveryRecord[];
	readonly traceIds: readonly string[];
	readonly batchIds: readonly string[];
	readonly enrichmentSources: readonly string[];
	readonly classification?: string;
	readonly tenant: string;
	/** More was told of it than was read: 10,000 events, 1,000 parents. */
	readonly isTruncated: boolean;
}

const MAX_EVENTS = 10_000;
const MAX_PARENTS = 1_000;

/**
 * The record that got this lineage id when it came in.
 *
 * @returns undefined when none of the scope's tenants has it
 * @throws StoreError `QUERY_INVALID` for what is no id, and whatever a query throws
 */
export async function lineageRecord(
	database: StoreDatabase,
	scope: TenantScope,
	lineageId: string,
): Promise<LineageRecord | undefined> {
	const ids = [checkId('lineage id', lineageId)];
	const [first] = await readEdges(database, scope, { column: 'lineage_id', ids, timeRange: undefined, limit: 1 });
	if (first === undefined || first.record_id === '') return undefined;
	const own = TenantScope.of(first.tenant_id);
	const recordId = first.record_id;
	const [{ events, isCut }, edges] = await Promise.all([
		readRecordEvents(database, own, { by: 'record_id', ids: [recordId], limit: MAX_EVENTS }),
		readEdges(database, own, {
			...{ column: 'child_id', ids: [`record:${recordId}`], timeRange: undefined, limit: MAX_PARENTS + 1 },
		}),
	]);
	const parents = edges.filter(({ relation }) => relation === 'SPLIT' || relation === 'MERGE');
	return {
		lineageId,
		recordId,
		parentIds: distinct(parents.map(({ parent_id }) => parent_id.replace(/^record:/, ''))).toSorted(),
		...told(events.map(({ event }) => event)),
		tenant: first.tenant_id,
		isTruncated: isCut || edges.length > MAX_PARENTS,
	};
}

function told(
	events: readonly TelemetryEvent[],
): Omit<LineageRecord, 'lineageId' | 'recordId' | 'parentIds' | 'tenant' | 'isTruncated'> {
	const ingestion = events.find(({ name }) => name.endsWith('.record_ingested'));
	const origin = definedFields({
		sourceSystem: ingestion?.dimensions['pipeline.source_id'],
		sourceTimestamp: ingestion?.dimensions['pipeline.source_timestamp'],
		ingestionTimestamp: ingestion?.dimensions['pipeline.ingestion_timestamp'] ?? ingestion?.timestamp,
		classification: ingestion?.dimensions['pipeline.classification'],
	});
	return {
		...origin,
		transformations: transformationSteps(events),
		currentLocation: locationOf(events),
		finalDestinations: deliveriesOf(events).map(({ attempts, reason: _, ...delivery }) => ({
			...delivery,
			totalAttempts: attempts.length,
		})),
		traceIds: distinct(events.map(({ traceId }) => traceId)),
		batchIds: distinct(events.map(({ batchId }) => batchId)),
		enrichmentSources: distinct(events.map(({ dimensions }) => dimensions['pipeline.enrichment_source'])),
	};
}

function locationOf(events: readonly TelemetryEvent[]): string {
	const outcome = outcomeOf(terminalPoints(events));
	if (outcome !== 'IN_PROGRESS') return `TERMINAL:${outcome}`;
	const last = events.at(-1);
	return last === undefined ? 'UNKNOWN' : `${last.module.toLowerCase()}.${last.component}`;
}
