import type { AuditQueryRequest } from '../audit/audit-query-request.ts';
import { queryAudit } from '../audit/query-audit.ts';
import type { StoreDatabase } from '../connection/store-database.ts';
import { StoreError } from '../connection/store-error.ts';
import { type LineageRecord, lineageRecord } from '../lineage/lineage-record.ts';
import type { LineageRequest } from '../lineage/lineage-request.ts';
import { type LineageGraph, traceLineage } from '../lineage/trace-lineage.ts';
import { searchTraces, type TracePage } from '../traces/search-traces.ts';
import { type Trace, type TraceOptions, traceById } from '../traces/trace-by-id.ts';
import type { TraceSearchRequest } from '../traces/trace-search-request.ts';
import { type Access, accessEvents, filtersText, type ReaderIdentity } from './access-events.ts';
import type { AccessLog } from './access-log.ts';
import { type FailedRecord, type FailedRecordsRequest, failedRecords } from './failed-records.ts';
import { type AuditQueryAnswer, queryRecentAudit } from './recent-audit.ts';
import type { RecentEvents } from './recent-events.ts';

/** What readers of a store share. */
export interface ReaderParts {
	readonly database: StoreDatabase;
	readonly access: AccessLog;
	readonly recent: RecentEvents;
	/** Signs continuation tokens. */
	readonly tokenKey: Uint8Array;
}

/** A read as the audit has it. */
interface Read<Result> {
	/** What was read: a kind of thing, or the id of one. */
	readonly resource: string;
	readonly request: object;
	readonly run: () => Promise<Result>;
	/** How much of it there was. */
	readonly countOf: (result: Result) => number;
	/** The same from memory, when the store is away. */
	readonly recall?: () => Result | undefined;
}

const foundOne = (result: unknown): number => (result === undefined ? 0 : 1);

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
		const { database, recent, tokenKey } = this.#parts;
		const { scope } = this.#who;
		return this.#read<AuditQueryAnswer>({
			resource: 'audit',
			request,
			run: () => queryAudit(database, scope, request, { tokenKey }),
			recall: () => queryRecentAudit(recent, scope, request),
			countOf: ({ entries }) => entries.length,
		});
	}

	traceLineage(request: LineageRequest): Promise<LineageGraph> {
		return this.#read({
			resource: Object.values(request.start)[0] ?? 'lineage',
			request,
			run: () => traceLineage(this.#parts.database, this.#who.scope, request),
			countOf: ({ edges }) => edges.length,
		});
	}

	lineageRecord(lineageId: string): Promise<LineageRecord | undefined> {
		return this.#read({
			resource: lineageId,
			request: { lineageId },
			run: () => lineageRecord(this.#parts.database, this.#who.scope, lineageId),
			countOf: foundOne,
		});
	}

	traceById(traceId: string, options: TraceOptions = {}): Promise<Trace | undefined> {
		return this.#read({
			resource: traceId,
			request: { traceId, ...options },
			run: () => traceById(this.#parts.database, this.#who.scope, traceId, options),
			countOf: foundOne,
		});
	}

	searchTraces(request: TraceSearchRequest): Promise<TracePage> {
		return this.#read({
			resource: 'traces',
			request,
			run: () => searchTraces(this.#parts.database, this.#who.scope, request),
			countOf: ({ traces }) => traces.length,
		});
	}

	/** The records that failed last, newest first, and why. */
	failedRecords(request: FailedRecordsRequest): Promise<readonly FailedRecord[]> {
		return this.#read({
			resource: 'failed records',
			request,
			run: () => failedRecords(this.#parts.database, this.#who.scope, request),
			countOf: ({ length }) => length,
		});
	}

	async #read<Result>({ resource, request, run, countOf, recall }: Read<Result>): Promise<Result> {
		const startedMs = performance.now();
		const accessTo = (result: Result, outcome: Access['outcome']): Access => ({
			name: 'pipeline.telemetry.query.audit.audit_queried',
			resourceId: resource,
			outcome,
			details: {
				'pipeline.filters': filtersText(request),
				'pipeline.count': String(countOf(result)),
				'pipeline.duration_ms': (performance.now() - startedMs).toFixed(3),
			},
		});
		try {
			const result = await run();
			await this.#audit(accessTo(result, 'SUCCESS'));
			return result;
		} catch (error) {
			const isAway = error instanceof StoreError && error.code === 'STORE_UNAVAILABLE';
			const recalled = isAway ? recall?.() : undefined;
			if (recalled === undefined) throw error;
			for (const event of accessEvents(this.#who, accessTo(recalled, 'PARTIAL'))) this.#parts.access.hold(event);
			return recalled;
		}
	}

	async #audit(access: Access): Promise<void> {
		await Promise.all(accessEvents(this.#who, access).map((event) => this.#parts.access.record(event)));
	}
}
