import { auditExported, auditQueried, integrityChecked, type ReadOutcome } from '../audit/audit-of-access.ts';
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
import { type LineageRecord, lineageRecord } from '../lineage/lineage-record.ts';
import type { LineageRequest } from '../lineage/lineage-request.ts';
import { type LineageGraph, traceLineage } from '../lineage/trace-lineage.ts';
import { type EventSeries, type EventSeriesRequest, eventSeries } from '../metrics/event-series.ts';
import type { MetricRequest } from '../metrics/metric-request.ts';
import { type MetricSeries, metricSeries } from '../metrics/metric-series.ts';
import { type QualityReport, type QualityRequest, qualityCorrelation } from '../metrics/quality-correlation.ts';
import { searchTraces, type TracePage } from '../traces/search-traces.ts';
import { type Trace, type TraceOptions, traceById } from '../traces/trace-by-id.ts';
import type { TraceSearchRequest } from '../traces/trace-search-request.ts';
import { accessEvents, type ReaderIdentity } from './access-events.ts';
import type { AccessLog } from './access-log.ts';
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
	readonly verification: Pick<VerifyAuditOptions, 'checkpointPath' | 'publicKey'>;
}

/** A read as the audit has it. */
interface Read<Result> {
	/** What was read: a kind of thing, or the id of one. */
	readonly resource: string;
	readonly request: object;
	readonly run: (database: StoreDatabase, scope: ReaderIdentity['scope']) => Promise<Result>;
	/** How much of it there was. @default 1, or 0 for undefined */
	readonly countOf?: (result: Result) => number;
	/** The same from memory, when the store is away. */
	readonly recall?: () => Result | undefined;
}

const foundOne = (result: unknown): number => (result === undefined ? 0 : 1);
const MAX_RESOURCE = 1_024;

/**
 * Reads the store for one who asks, within a scope. An answer is given when the audit has that it was; so none is while the store is away, but
 * for what memory holds, and that is audited when the store is back.
 *
 * Every method throws StoreError.
 */
export class StoreReader {
	readonly #parts: ReaderParts;
	readonly #who: ReaderIdentity;

	constructor(parts: ReaderParts, who: ReaderIdentity) {
		this.#parts = parts;
		this.#who = who;
	}

	queryAudit(request: AuditQueryRequest): Promise<AuditQueryAnswer> {
		const { recent, tokenKey } = this.#parts;
		return this.#read<AuditQueryAnswer>({
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
		await this.#record('audit', {}, (access) => auditExported(access, request, exported));
		yield* exportAudit(database, scope, request, format, { tokenKey });
	}

	/** Whether the audit of the whole store is as it was sealed: its chains are not split by tenant, so it tells places, and no content. */
	async verifyAudit(range: { readonly from?: string; readonly to?: string } = {}): Promise<AuditReport> {
		const options = { ...this.#parts.verification, ...range };
		const report = await verifyAudit(this.#parts.database, options);
		await this.#record('audit', {}, (access) => integrityChecked(access, report, options));
		return report;
	}

	/** Proof that an entry was in its block when it was sealed; undefined when the scope has no such entry. */
	proveInclusion(eventId: string): Promise<InclusionProof | undefined> {
		return this.#read({
			resource: eventId,
			request: { eventId },
			run: (database, scope) => proveInclusion(database, scope, eventId),
		});
	}

	traceLineage(request: LineageRequest): Promise<LineageGraph> {
		return this.#read({
			resource: String(Object.values(request.start)[0] ?? 'lineage'),
			request,
			run: (database, scope) => traceLineage(database, scope, request),
			countOf: ({ edges }) => edges.length,
		});
	}

	lineageRecord(lineageId: string): Promise<LineageRecord | undefined> {
		return this.#read({
			resource: lineageId,
			request: { lineageId },
			run: (database, scope) => lineageRecord(database, scope, lineageId),
		});
	}

	recordJourney(recordId: string): Promise<JourneyAnswer | undefined> {
		return this.#read<JourneyAnswer | undefined>({
			resource: recordId,
			request: { recordId },
			run: (database, scope) => recordJourney(database, scope, recordId),
			recall: () => recentJourney(this.#parts.recent, this.#who.scope, recordId),
		});
	}

	/** The records that failed last, newest first, and why. */
	failedRecords(request: FailedRecordsRequest): Promise<readonly FailedRecord[]> {
		return this.#read({
			resource: 'failed records',
			request,
			run: (database, scope) => failedRecords(database, scope, request),
			countOf: ({ length }) => length,
		});
	}

	traceById(traceId: string, options: TraceOptions = {}): Promise<Trace | undefined> {
		return this.#read({
			resource: traceId,
			request: { traceId, ...options },
			run: (database, scope) => traceById(database, scope, traceId, options),
		});
	}

	searchTraces(request: TraceSearchRequest): Promise<TracePage> {
		return this.#read({
			resource: 'traces',
			request,
			run: (database, scope) => searchTraces(database, scope, request),
			countOf: ({ traces }) => traces.length,
		});
	}

	metricSeries(request: MetricRequest): Promise<readonly MetricSeries[]> {
		return this.#read({
			resource: request.name,
			request,
			run: (database, scope) => metricSeries(database, scope, request),
			countOf: ({ length }) => length,
		});
	}

	eventSeries(request: EventSeriesRequest): Promise<readonly EventSeries[]> {
		return this.#read({
			resource: 'events',
			request,
			run: (database, scope) => eventSeries(database, scope, request),
			countOf: ({ length }) => length,
		});
	}

	qualityCorrelation(request: QualityRequest): Promise<QualityReport> {
		return this.#read({
			resource: 'quality',
			request,
			run: (database, scope) => qualityCorrelation(database, scope, request),
			countOf: ({ correlations }) => correlations.length,
		});
	}

	/** Whose audit comes in, and how far it is stored: of all tenants, so it needs a scope of all. */
	producers(): Promise<readonly ProducerState[]> {
		return this.#read({
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
		return this.#read({
			resource: 'store',
			request: options,
			run: (database, scope) => storeGrowth(database, scope, options),
		});
	}

	async #read<Result>({ resource, request, run, countOf = foundOne, recall }: Read<Result>): Promise<Result> {
		const { database, access } = this.#parts;
		const startedMs = performance.now();
		const outcomeOf = (result: Result): ReadOutcome => ({
			count: countOf(result),
			elapsedMs: performance.now() - startedMs,
		});
		try {
			const result = await run(database, this.#who.scope);
			await this.#record(resource, {}, (who) => auditQueried(who, request, outcomeOf(result)));
			return result;
		} catch (error) {
			const isAway = error instanceof StoreError && error.code === 'STORE_UNAVAILABLE';
			const recalled = isAway ? recall?.() : undefined;
			if (recalled === undefined) throw error;
			const dimensions = { 'audit.resource_id': resource, 'audit.outcome': 'PARTIAL' };
			for (const event of accessEvents(this.#who, dimensions, (who) =>
				auditQueried(who, request, outcomeOf(recalled)),
			)) {
				access.hold(event);
			}
			return recalled;
		}
	}

	async #record(
		resource: string,
		dimensions: Readonly<Record<string, string>>,
		build: Parameters<typeof accessEvents>[2],
	): Promise<void> {
		const own = { 'audit.resource_id': resource.slice(0, MAX_RESOURCE), ...dimensions };
		await Promise.all(accessEvents(this.#who, own, build).map((event) => this.#parts.access.record(event)));
	}
}
