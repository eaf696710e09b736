import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import {
	type Access,
	auditExported,
	auditQueried,
	integrityChecked,
	type ReadOutcome,
} from '../audit/audit-of-access.ts';
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
	/** Whether the answer waits until the audit has it: for all that audit and lineage tell. @default false */
	readonly isAuditedFirst?: boolean;
	/** The same from memory, when the store is away. */
	readonly recall?: () => Result | undefined;
}

type Dimensions = Readonly<Record<string, string>>;

const foundOne = (result: unknown): number => (result === undefined ? 0 : 1);
const MAX_RESOURCE = 1_024;
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

	constructor(parts: ReaderParts, who: ReaderIdentity) {
		this.#parts = parts;
		this.#who = who;
	}

	queryAudit(request: AuditQueryRequest): Promise<AuditQueryAnswer> {
		const { recent, tokenKey } = this.#parts;
		return this.#read<AuditQueryAnswer>({
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
			isAuditedFirst: true,
			resource: eventId,
			request: { eventId },
			run: (database, scope) => proveInclusion(database, scope, eventId),
		});
	}

	traceLineage(request: LineageRequest): Promise<LineageGraph> {
		return this.#read({
			isAuditedFirst: true,
			resource: String(Object.values(request.start)[0] ?? 'lineage'),
			request,
			run: (database, scope) => traceLineage(database, scope, request),
			countOf: ({ edges }) => edges.length,
		});
	}

	/** The same as events of OpenLineage, with the fields of the first records whose fields are known. */
	openLineage(request: LineageRequest): Promise<readonly OpenLineageRunEvent[]> {
		return this.#read({
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
		return this.#read({
			isAuditedFirst: true,
			resource: 'lineage',
			request,
			run: (database, scope) => checkLineage(database, scope, request),
			countOf: ({ findings }) => findings.length,
		});
	}

	lineageRecord(lineageId: string): Promise<LineageRecord | undefined> {
		return this.#read({
			isAuditedFirst: true,
			resource: lineageId,
			request: { lineageId },
			run: (database, scope) => lineageRecord(database, scope, lineageId),
		});
	}

	recordJourney(recordId: string): Promise<JourneyAnswer | undefined> {
		return this.#read<JourneyAnswer | undefined>({
			isAuditedFirst: true,
			resource: recordId,
			request: { recordId },
			run: (database, scope) => recordJourney(database, scope, recordId),
			recall: () => recentJourney(this.#parts.recent, this.#who.scope, recordId),
		});
	}

	/** The records that failed last, newest first, and why. */
	failedRecords(request: FailedRecordsRequest): Promise<readonly FailedRecord[]> {
		return this.#read({
			isAuditedFirst: true,
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

	async #read<Result>({
		resource,
		request,
		run,
		countOf = foundOne,
		isAuditedFirst = false,
		recall,
	}: Read<Result>): Promise<Result> {
		const startedMs = performance.now();
		const outcomeOf = (result: Result): ReadOutcome => ({
			count: countOf(result),
			elapsedMs: performance.now() - startedMs,
		});
		try {
			const result = await run(this.#parts.database, this.#who.scope);
			const build = (who: Access) => auditQueried(who, request, outcomeOf(result));
			if (isAuditedFirst) await this.#record(resource, {}, build);
			else this.#recordLater(resource, {}, build);
			return result;
		} catch (error) {
			const isAway = error instanceof StoreError && error.code === 'STORE_UNAVAILABLE';
			const recalled = isAway ? recall?.() : undefined;
			if (recalled === undefined) throw error;
			this.#recordLater(resource, { 'audit.outcome': 'PARTIAL' }, (who) =>
				auditQueried(who, request, outcomeOf(recalled)),
			);
			return recalled;
		}
	}

	async #record(resource: string, dimensions: Dimensions, build: (who: Access) => TelemetryEvent): Promise<void> {
		const events = this.#eventsOf(resource, dimensions, build);
		await Promise.all(events.map((event) => this.#parts.access.record(event)));
	}

	#recordLater(resource: string, dimensions: Dimensions, build: (who: Access) => TelemetryEvent): void {
		for (const event of this.#eventsOf(resource, dimensions, build)) this.#parts.access.recordLater(event);
	}

	#eventsOf(resource: string, dimensions: Dimensions, build: (who: Access) => TelemetryEvent) {
		const own = { 'audit.resource_id': resource.slice(0, MAX_RESOURCE), ...dimensions };
		return accessEvents(this.#who, own, build);
	}
}
