import { RANGE, type TenantTelemetry } from './sample-telemetry.ts';

/** A request to a route, with ids of a tenant. */
export interface SampleRequest {
	readonly path: string;
	readonly body?: unknown;
}

type Ids = Pick<
	TenantTelemetry,
	| 'actorId'
	| 'batchId'
	| 'deliveredRecord'
	| 'destination'
	| 'failedRecord'
	| 'lineageId'
	| 'mark'
	| 'producerId'
	| 'traceId'
> & { readonly eventId: string };

const range = (query: Readonly<Record<string, string>> = {}) => String(new URLSearchParams({ ...RANGE, ...query }));

/** Requests by operation of the API: every route has at least one. */
export function sampleRequests(ids: Ids): Readonly<Record<string, readonly SampleRequest[]>> {
	const query = (filters: object) => ({ path: '/audit/query', body: { timeRange: RANGE, ...filters } });
	const { mark } = ids;
	return {
		queryAudit: [
			query({}),
			query({ recordIds: [ids.deliveredRecord] }),
			query({ actorIds: [ids.actorId] }),
			query({ resourceIds: [ids.failedRecord] }),
			query({ traceIds: [ids.traceId] }),
			query({ batchIds: [ids.batchId] }),
			query({ correlationIds: [ids.batchId] }),
			query({ lineageIds: [ids.lineageId] }),
		],
		exportAudit: ['json', 'ndjson', 'csv', 'cef', 'ocsf'].map((format) => ({
			path: `/audit/export?${range({ format, recordIds: ids.deliveredRecord })}`,
		})),
		verifyAudit: [{ path: '/audit/verify' }],
		proveInclusion: [{ path: `/audit/${ids.eventId}/proof` }],
		traceLineage: [
			...[
				`record/${ids.deliveredRecord}`,
				`lineage/${ids.lineageId}`,
				`batch/${ids.batchId}`,
				`destination/${ids.destination}`,
				`source/source-${mark}`,
				`node/record:${ids.deliveredRecord}`,
			].map((start) => ({ path: `/lineage/${start}` })),
			{ path: `/lineage/subject/${ids.traceId}` },
			...['mermaid', 'openlineage'].map((format) => ({
				path: `/lineage/record/${ids.deliveredRecord}?format=${format}`,
			})),
		],
		checkLineage: [{ path: `/lineage-check?${range()}` }],
		lineageRecord: [{ path: `/lineages/${ids.lineageId}` }],
		recordJourney: ['json', 'html'].map((format) => ({
			path: `/records/${ids.deliveredRecord}/journey?format=${format}`,
		})),
		failedRecords: [{ path: `/records/failed?${range()}` }],
		traceById: [{ path: `/traces/${ids.traceId}?withLinkedSpans=true` }],
		searchTraces: [
			{ path: `/traces?${range()}` },
			{ path: `/traces?${range({ service: `service-${mark}` })}` },
			{ path: `/traces?${range({ tag: `pipeline.note=${mark}` })}` },
		],
		metricSeries: ['raw', '1m', '5m', '1h'].map((step) => ({
			path: `/metrics/series?${range({ name: 'pipeline.alpha.parser.counter.records_parsed_total', step })}`,
		})),
		eventSeries: [
			{ path: `/events/series?${range({ groupBy: 'source_id' })}` },
			{ path: `/events/series?${range({ groupBy: 'destination_id', destination_id: ids.destination })}` },
		],
		qualityCorrelation: [{ path: `/quality?${range()}` }, { path: `/quality?${range({ source: `source-${mark}` })}` }],
		producers: [{ path: '/producers' }],
		storeGrowth: [{ path: '/growth' }],
		watermark: [{ path: `/producers/${ids.producerId}/watermark` }],
	};
}
