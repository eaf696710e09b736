import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import type { StoreDatabase } from '../../src/connection/store-database.ts';
import { eventRow } from '../../src/events/event-row.ts';

const BEGIN = Date.parse('2026-11-20T10:00:00Z');
const RECEIVED = '2026-11-21T10:00:00.000000Z';
let events = 0;

/** An event so many seconds after 10:00. */
export function eventAt(seconds: number, rest: Partial<TelemetryEvent> & Pick<TelemetryEvent, 'name'>): TelemetryEvent {
	events += 1;
	return {
		eventId: `01a1ff27-8260-7000-abb3-${String(events).padStart(12, '0')}`,
		timestamp: new Date(BEGIN + seconds * 1_000).toISOString().replace('Z', '000Z'),
		module: 'ALPHA',
		component: 'adapter',
		eventType: 'TRACE',
		severity: 'INFO',
		dimensions: {},
		...rest,
	};
}

export async function insertEvents(
	database: StoreDatabase,
	table: 'telemetry_events' | 'audit_events',
	list: readonly TelemetryEvent[],
): Promise<void> {
	const rows = list.map((event) => JSON.stringify(eventRow(event, { service: 'pipeline', receivedAt: RECEIVED })));
	await database.insert(table, Buffer.from(rows.join('\n')), `${table}-${events}`);
}

export interface Journey {
	readonly record: string;
	readonly source: string;
	readonly validation: string;
	readonly upstream: number;
	readonly tenant?: string;
	readonly ends?: readonly { readonly schema?: string; readonly outcome: string; readonly quality?: number }[];
}

/** A record's ingestion, and how it ended. */
export async function insertJourneys(database: StoreDatabase, journeys: readonly Journey[]): Promise<void> {
	const tenantOf = ({ tenant }: Journey) => (tenant === undefined ? {} : { 'pipeline.tenant': tenant });
	const ingested = journeys.map((journey) =>
		eventAt(1, {
			name: 'pipeline.alpha.adapter.audit.record_ingested',
			eventType: 'AUDIT',
			recordId: journey.record,
			dimensions: {
				...tenantOf(journey),
				'pipeline.source_id': journey.source,
				'pipeline.validation_outcome': journey.validation,
				'pipeline.quality_score': String(journey.upstream),
			},
		}),
	);
	const completed = journeys.flatMap((journey) =>
		(journey.ends ?? []).map(({ schema, outcome, quality }) =>
			eventAt(9, {
				name: 'pipeline.gamma.trace.trace.completed',
				module: 'GAMMA',
				component: 'trace',
				recordId: journey.record,
				dimensions: {
					...tenantOf(journey),
					'pipeline.trace.outcome': outcome,
					...(schema === undefined ? {} : { 'pipeline.target_schema': schema }),
					...(quality === undefined ? {} : { 'pipeline.trace.quality_score': String(quality) }),
				},
			}),
		),
	);
	await insertEvents(database, 'audit_events', ingested);
	if (completed.length > 0) await insertEvents(database, 'telemetry_events', completed);
}
