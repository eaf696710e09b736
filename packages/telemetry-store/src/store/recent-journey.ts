import { lineageEdgesOf } from '@pipeline/telemetry-core/schema';
import { tenantOf } from '../events/event-row.ts';
import type { RecordJourney } from '../journey/journey.ts';
import { journeyOf } from '../journey/record-journey.ts';
import { distinct } from '../lineage/defined-fields.ts';
import type { TenantScope } from '../tenancy/tenant-scope.ts';
import type { RecentEvents } from './recent-events.ts';

/** A journey, and whether it holds only what was in memory. */
export interface JourneyAnswer extends RecordJourney {
	/** The store is away: these are the newest events that came through this process, without spans. */
	readonly isPartial?: boolean;
}

/** What memory knows of a record; undefined when that is nothing, or several tenants have a record of this id. */
export function recentJourney(recent: RecentEvents, scope: TenantScope, recordId: string): JourneyAnswer | undefined {
	const own = recent.find(scope, (event) => event.recordId === recordId);
	const [tenant, ...others] = distinct(own.map(tenantOf));
	if (tenant === undefined || others.length > 0) return undefined;
	const edges = own.flatMap((event) => lineageEdgesOf(event).map((edge) => ({ tenant, ...edge })));
	const journey = journeyOf({
		recordId,
		tenant,
		own,
		all: own,
		traceIds: distinct(own.map(({ traceId }) => traceId)),
		spans: { traces: new Map(), followed: new Map(), isCut: true },
		lineage: {
			start: [`record:${recordId}`],
			nodes: [],
			edges,
			isTruncated: true,
			limits: ['DEPTH'],
			depthReached: Math.min(1, edges.length),
		},
		areEventsCut: true,
	});
	return { ...journey, isPartial: true };
}
