import { auditExported, integrityChecked } from '../audit/audit-of-access.ts';
import type { ProducerState } from '../audit/audit-producers.ts';
import type { AuditQueryRequest } from '../audit/audit-query-request.ts';
import type { AuditReport } from '../audit/audit-report.ts';
import { type ExportFormat, exportAudit } from '../audit/export-audit.ts';
import { type InclusionProof, proveInclusion } from '../audit/inclusion-proof.ts';
import { queryAudit } from '../audit/query-audit.ts';
import { type VerifyAuditOptions, verifyAudit } from '../audit/verify-audit.ts';
import type { StoreDatabase } from '../connection/store-database.ts';
import { StoreError } from '../connection/store-error.ts';
import { type GrowthOptions, type StoreGrowth, storeGrowth } from '../growth/store-growth.ts';
import { recordJourney } from '../journey/record-journey.ts';
import { checkLineage, type LineageCheck, type LineageCheckRequest } from '../lineage/check-lineage.ts';
import { distinct } from '../lineage/defined-fields.ts';
import { type LineageRecord, lineageRecord } from '../lineage/lineage-record.ts';
import type { LineageRequest } from '../lineage/lineage-request.ts';
import { openLineageEvents } from '../lineage/open-lineage.ts';
import type { OpenLineageRunEvent } from '../lineage/open-lineage-types.ts';
import { type LineageGraph, traceLineage } from '../lineage/trace-lineage.ts';
import { type EventSeries, type EventSeriesRequest, eventSeries } from '../metrics/event-series.ts';
import type { MetricRequest } from '../metrics/metric-request.ts';
import { type MetricSeries, metricSeries } from '../metrics/metric-series.ts';
import { type QualityReport, type QualityRequest, qualityCorrelation } from '../metrics/quality-correlation.ts';
import { searchTraces, type TracePage } from '../traces/search-traces.ts';
import { type Trace, type TraceOptions, traceById } from '../traces/trace-by-id.ts';
import type { TraceSearchRequest } from '../traces/trace-search-request.ts';
import type { ReaderIdentity } from './access-events.ts';
import type { AccessLog } from './access-log.ts';
import { AuditedReads } from './audited-reads.ts';
import { type FailedRecord, type FailedRecordsRequest, failedRecords } from './failed-records.ts';
import { type AuditQueryAnswer, queryRecentAudit } from './recent-audit.ts';
import type { RecentEvents } from './recent-events.ts';
import { type JourneyAnswer, recentJourney } from './recent-journey.ts';

/** What readers of a store share. */
export interface ReaderParts {
	readonly database: StoreDatabase;
	readonly access: AccessLog;
	readonly recent: RecentEvents;
	/** Signs continuation tokens. */
	readonly tokenKey: Uint8Array;
	readonly producers: () => readonly ProducerState[];
	/** How integrity is verified. */
	readonly verification: Pick<VerifyAuditOptions, 'checkpointPath' | 'publicKeys'>;
}

/** Each is some queries. */
const MAX_LINEAGE_RECORDS = 50;

/**
 * Reads the store for one who asks, within a scope. Every read is audited: what audit and lineage tell before the answer is given, the others
 * right behind it. While the store is away nothing is answered but what memory holds, and that is audited when the store is back.
 *
 * Every method throws StoreError.
 */
export class StoreReader {
	readonly #parts: ReaderParts;
	readonly #who: ReaderIdentity;
	readonly #reads: AuditedReads;

	constructor(parts: ReaderParts, who: ReaderIdentity) {
		this.#parts = parts;
		this.#who = who;
		this.#reads = new AuditedReads(parts.database, parts.access, who);
	}

	queryAudit(request: AuditQueryRequest): Promise<AuditQueryAnswer> {
		const { recent, tokenKey } = this.#parts;
		return this.#reads.read<AuditQueryAnswer>({
			isAuditedFirst: true,
			resource: 'audit',
			request,
			run: (database, scope) => queryAudit(database, scope, request, { tokenKey }),
			recall: () => queryRecentAudit(recent, this.#who.scope, request),
			countOf: ({ entries }) => entries.length,
		});
	}

	/**
	 * Everything that a query finds, as text in pieces. That it was exported, and how much, is in the audit before the first piece is given.
	 * Broken off in the middle, it ends with an error.
	 */
	async *exportAudit(request: AuditQueryRequest, format: ExportFormat): AsyncGenerator<string> {
		const { database, tokenKey } = this.#parts;
		const { scope, actorId } = this.#who;
		const startedMs = performance.now();
		const { totalCount } = await queryAudit(database, scope, { ...request, pageSize: 1 }, { tokenKey });
		const exported = { count: totalCount, elapsedMs: performance.now() - startedMs, format, recipient: actorId };
		await this.#reads.record('audit', {}, (access) => auditExported(access, request, exported));
		yield* exportAudit(database, scope, request, format, { tokenKey });
	}

	/** Whether the audit of the whole store is as it was sealed: its chains are not split by tenant, so it tells places, and no content. */
	async verifyAudit(range: { readonly from?: string; readonly to?: string } = {}): Promise<AuditReport> {
		const options = { ...this.#parts.verification, ...range };
		const report = await verifyAudit(this.#parts.database, options);
		await this.#reads.record('audit', {}, (access) => integrityChecked(access, report, options));
		return report;
	}

	/** Proof that an entry was in its block when it was sealed; undefined when the scope has no such entry. */
	proveInclusion(eventId: string): Promise<InclusionProof | undefined> {
		return this.#reads.read({
			isAuditedFirst: true,
			resource: eventId,
			request: { eventId },
			run: (database, scope) => proveInclusion(database, scope, eventId),
		});
	}

	traceLineage(request: LineageRequest): Promise<LineageGraph> {
		return this.#reads.read({
			isAuditedFirst: true,
			resource: String(Object.values(request.start)[0] ?? 'lineage'),
			request,
			run: (database, scope) => traceLineage(database, scope, request),
			countOf: ({ edges }) => edges.length,
		});
	}

	/** The same as events of OpenLineage, with the fields of the first records whose fields are known. */
	openLineage(request: LineageRequest): Promise<readonly OpenLineageRunEvent[]> {
		return this.#reads.read({
			isAuditedFirst: true,
			resource: String(Object.values(request.start)[0] ?? 'lineage'),
			request,
			run: async (database, scope) => {
				const graph = await traceLineage(database, scope, request);
				const ids = distinct(graph.edges.map((edge) => edge.lineageId)).slice(0, MAX_LINEAGE_RECORDS);
				const records: LineageRecord[] = [];
				for (const id of ids) {
					const record = await lineageRecord(database, scope, id);
					if (record !== undefined) records.push(record);
				}
				return openLineageEvents(graph, records);
			},
			countOf: ({ length }) => length,
		});
	}

	/** Whether lineage and audit say the same. */
	checkLineage(request: LineageCheckRequest): Promise<LineageCheck> {
		return this.#reads.read({
			isAuditedFirst: true,
			resource: 'lineage',
			request,
			run: (database, scope) => checkLineage(database, scope, request),
			countOf: ({ findings }) => findings.length,
		});
	}

	lineageRecord(lineageId: string): Promise<LineageRecord | undefined> {
		return this.#reads.read({
			isAuditedFirst: true,
			resource: lineageId,
			request: { lineageId },
			run: (database, scope) => lineageRecord(database, scope, lineageId),
		});
	}

	recordJourney(recordId: string): Promise<JourneyAnswer | undefined> {
		return this.#reads.read<JourneyAnswer | undefined>({
			isAuditedFirst: true,
			resource: recordId,
			request: { recordId },
			run: (database, scope) => recordJourney(database, scope, recordId),
			recall: () => recentJourney(this.#parts.recent, this.#who.scope, recordId),
		});
	}

	/** The records that failed last, newest first, and why. */
	failedRecords(request: FailedRecordsRequest): Promise<readonly FailedRecord[]> {
		return this.#reads.read({
			isAuditedFirst: true,
			resource: 'failed records',
			request,
			run: (database, scope) => failedRecords(database, scope, request),
			countOf: ({ length }) => length,
		});
	}

	traceById(traceId: string, options: TraceOptions = {}): Promise<Trace | undefined> {
		return this.#reads.read({
			resource: traceId,
			request: { traceId, ...options },
			run: (database, scope) => traceById(database, scope, traceId, options),
		});
	}

	searchTraces(request: TraceSearchRequest): Promise<TracePage> {
		return this.#reads.read({
			resource: 'traces',
			request,
			run: (database, scope) => searchTraces(database, scope, request),
			countOf: ({ traces }) => traces.length,
		});
	}

	metricSeries(request: MetricRequest): Promise<readonly MetricSeries[]> {
		return this.#reads.read({
			resource: request.name,
			request,
			run: (database, scope) => metricSeries(database, scope, request),
			countOf: ({ length }) => length,
		});
	}

	eventSeries(request: EventSeriesRequest): Promise<readonly EventSeries[]> {
		return this.#reads.read({
			resource: 'events',
			request,
			run: (database, scope) => eventSeries(database, scope, request),
			countOf: ({ length }) => length,
		});
	}

	qualityCorrelation(request: QualityRequest): Promise<QualityReport> {
		return this.#reads.read({
			resource: 'quality',
			request,
			run: (database, scope) => qualityCorrelation(database, scope, request),
			countOf: ({ correlations }) => correlations.length,
		});
	}

	/** Whose audit comes in, and how far it is stored: of all tenants, so it needs a scope of all. */
	producers(): Promise<readonly ProducerState[]> {
		return this.#reads.read({
			resource: 'producers',
			request: {},
			run: async (_database, { tenants }) => {
				if (tenants === undefined) return this.#parts.producers();
				throw new StoreError('ACCESS_DENIED', 'Producers are of all tenants: this needs an operator scope.');
			},
			countOf: ({ length }) => length,
		});
	}

	/** Of the whole store: needs a scope of all tenants. */
	storeGrowth(options: GrowthOptions = {}): Promise<StoreGrowth> {
		return this.#reads.read({
			resource: 'store',
			request: options,
			run: (database, scope) => storeGrowth(database, scope, options),
		});
	}
}
