import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import { type Access, auditQueried, type ReadOutcome } from '../audit/audit-of-access.ts';
import type { StoreDatabase } from '../connection/store-database.ts';
import { StoreError } from '../connection/store-error.ts';
import { accessEvents, type ReaderIdentity } from './access-events.ts';
import type { AccessLog } from './access-log.ts';

/** A read as the audit has it. */
export interface Read<Result> {
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

/** Reads of one who asks, each of which the audit gets to know. */
export class AuditedReads {
	readonly #database: StoreDatabase;
	readonly #access: AccessLog;
	readonly #who: ReaderIdentity;

	constructor(database: StoreDatabase, access: AccessLog, who: ReaderIdentity) {
		this.#database = database;
		this.#access = access;
		this.#who = who;
	}

	/** @throws StoreError as the read does, and when the audit cannot have it */
	async read<Result>({
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
			const result = await run(this.#database, this.#who.scope);
			const build = (who: Access) => auditQueried(who, request, outcomeOf(result));
			if (isAuditedFirst) await this.record(resource, {}, build);
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

	/** Resolves when the audit has it. */
	async record(resource: string, dimensions: Dimensions, build: (who: Access) => TelemetryEvent): Promise<void> {
		const events = this.#eventsOf(resource, dimensions, build);
		await Promise.all(events.map((event) => this.#access.record(event)));
	}

	#recordLater(resource: string, dimensions: Dimensions, build: (who: Access) => TelemetryEvent): void {
		this.#access.recordLater(this.#eventsOf(resource, dimensions, build));
	}

	#eventsOf(resource: string, dimensions: Dimensions, build: (who: Access) => TelemetryEvent) {
		const own = { 'audit.resource_id': resource.slice(0, MAX_RESOURCE), ...dimensions };
		return accessEvents(this.#who, own, build);
	}
}
