import type { CheckOptions, TelemetryEvent } from '@pipeline/telemetry-core/schema';
import type { StoreDatabase } from '../connection/store-database.ts';
import { otlpGroups } from '../otlp/decode-otlp.ts';
import type { OtlpEncoding, Signal } from '../otlp/otlp-types.ts';
import type { TenantScope } from '../tenancy/tenant-scope.ts';
import { type Ledger, type LedgerPart, storeEntries } from './audit-batches.ts';
import { Batches } from './batches.ts';
import { DeadLetters } from './dead-letters.ts';
import { closed } from './ingest-error.ts';
import { IngestCounters, type IngestStats, type PendingRequest } from './ingest-stats.ts';
import type { InsertRowsOptions } from './insert-rows.ts';
import { LoopTurns } from './loop-turns.ts';
import { PlainEvents } from './plain-event.ts';
import { RecentRequests } from './recent-requests.ts';
import { RequestReader } from './request-reader.ts';
import { SeenEvents } from './seen-events.ts';
import { TableBatches } from './table-batches.ts';

export interface IngestOptions {
	readonly ledger: Ledger;
	/** Bytes of requests that may wait at the same time; a request beyond them is answered with `INGEST_BUSY`. @default 64 MiB */
	readonly maxPendingBytes?: number;
	/** Rows that are inserted together. @default 10,000 */
	readonly maxRows?: number;
	/** How long a small batch waits for more after the one before it. @default 100 */
	readonly maxDelayMs?: number;
	/** How long a batch is tried while the store is away. @default 5,000 */
	readonly maxRetryMs?: number;
	/** File for what is refused; without one it is only counted. */
	readonly deadLetterPath?: string;
	/** @default 32 MiB */
	readonly maxDeadLetterBytes?: number;
	/** Folder for spans, logs, metrics and events while the store is away; without one their senders keep them. Never for audit. */
	readonly overflowPath?: string;
	/** @default 1 GiB */
	readonly maxOverflowBytes?: number;
	/** How rules see events. @default mode `prod` */
	readonly check?: Partial<CheckOptions>;
	/** Told of each event that came and is to be stored; again when its request is sent again. Must not throw. */
	readonly onEvent?: (event: TelemetryEvent) => void;
	/** Milliseconds since the Unix epoch. @default Date.now */
	readonly now?: () => number;
}

/** What became of a request: spans, log records and data points. */
export interface IngestResult {
	readonly accepted: number;
	readonly rejected: number;
	/** Of those, the ones of tenants for which the sender may not write; absent when there are none. */
	readonly foreign?: number;
	/** Why some were rejected. */
	readonly message?: string;
}

interface Request {
	readonly signal: Signal;
	readonly encoding: OtlpEncoding;
	readonly body: Uint8Array;
	readonly sender: string;
	readonly tenants: TenantScope | undefined;
}

const DEFAULT_PENDING_BYTES = 67_108_864;
const DEFAULT_ROWS = 10_000;
const DEFAULT_DELAY_MS = 100;
const DEFAULT_RETRY_MS = 5_000;
/** Characters of the rows that one request may become: what its items share is repeated in each of them. */
const MAX_ROWS_LENGTH = 67_108_864;
/** Longest that the event loop is held up by reading, but for one slice of a request. */
const TURN_MS = 4;

/**
 * Takes OTLP requests into the store. Telemetry events go to their tables and to the audit ledger, everything else to the tables that the
 * Collector's exporter writes. Many requests are stored together; each is answered when all that it holds is stored.
 */
export class Ingest {
	readonly #options: IngestOptions;
	readonly #counters = new IngestCounters();
	readonly #turns = new LoopTurns();
	readonly #recent = new RecentRequests<IngestResult>();
	readonly #seen = new SeenEvents();
	readonly #plain = new PlainEvents();
	readonly #deadLetters: DeadLetters;
	readonly #ledger: Batches<LedgerPart>;
	readonly #tables: TableBatches;
	readonly #running = new Set<Promise<unknown>>();
	#closing: Promise<void> | undefined;

	constructor(database: StoreDatabase, options: IngestOptions) {
		const { deadLetterPath: path, maxDeadLetterBytes, now = Date.now } = options;
		this.#options = options;
		this.#deadLetters = new DeadLetters({ path, maxBytes: maxDeadLetterBytes, now });
		const batching = {
			maxRows: options.maxRows ?? DEFAULT_ROWS,
			maxDelayMs: options.maxDelayMs ?? DEFAULT_DELAY_MS,
		};
		const counters = this.#counters;
		const inserting: InsertRowsOptions = {
			database,
			onInsertError: () => counters.insertErrors++,
			onRefused: async (table, row) => {
				counters.rejected.store++;
				await this.#deadLetters.add([{ reason: 'refused by the store', signal: table, service: '', record: row }]);
			},
		};
		this.#tables = new TableBatches({
			...batching,
			...inserting,
			maxRetryMs: options.maxRetryMs ?? DEFAULT_RETRY_MS,
			overflowPath: options.overflowPath,
			maxOverflowBytes: options.maxOverflowBytes,
			onStored: () => counters.batches++,
		});
		this.#ledger = new Batches({
			...batching,
			// The ledger makes the rows of one while the other is stored.
			atOnce: 2,
			store: async (parts) => {
				await storeEntries(parts, {
					...inserting,
					ledger: options.ledger,
					onDuplicates: (count) => {
						counters.duplicates += count;
					},
				});
				counters.batches++;
			},
		});
	}

	/**
	 * Resolves when what was accepted is stored; of a request with audit entries nothing is stored unless they are. What the rules refuse is
	 * written to the dead letters, and counts as rejected.
	 *
	 * @param sender who sent it, where that is known: one of them cannot take the room of all others, or speak for a producer of another one. It has
	 * to be the same for as long as a producer's entries come
	 * @param tenants whose telemetry the sender may write, audit included: items of other tenants are refused. Without it, everybody's
	 * @throws OtlpError for a body that is no request, `IngestError` when it may be sent again
	 */
	async accept(
		signal: Signal,
		encoding: OtlpEncoding,
		body: Uint8Array,
		sender = '',
		tenants?: TenantScope,
	): Promise<IngestResult> {
		// What was refused of one who may write less is not refused of another.
		const kind = JSON.stringify([signal, encoding, sender, tenants?.tenants]);
		const { result, isRepeated } = this.#recent.answer(kind, body, () => {
			const handled = this.#handle({ signal, encoding, body, sender, tenants });
			this.#running.add(handled);
			return handled.finally(() => this.#running.delete(handled));
		});
		if (isRepeated) this.#counters.repeatedRequests++;
		return await result;
	}

	stats(): IngestStats {
		const { overflow } = this.#tables;
		const { written, lost, overwritten } = this.#deadLetters;
		return this.#counters.stats(
			{ batches: overflow?.batches ?? 0, bytes: overflow?.bytes ?? 0 },
			{ written, lost, overwritten },
		);
	}

	/** Stores what was accepted so far, without waiting for more. */
	async flush(): Promise<void> {
		const running = [...this.#running];
		const isDone = Promise.allSettled(running).then(() => true);
		while (!(await Promise.race([isDone, this.#turns.next()]))) {
			await Promise.all([this.#ledger.flush(), this.#tables.flush()]);
		}
	}

	/**
	 * Takes nothing any more, stores what was accepted, and stops. While the store is away it tries for `maxRetryMs`; what waits on disk is left
	 * to the next process, what could not be stored is refused. May be called twice.
	 */
	close(): Promise<void> {
		this.#closing ??= this.#close();
		return this.#closing;
	}

	async #close(): Promise<void> {
		const flushed = this.flush();
		const timer = setTimeout(() => this.#tables.stopRetries(), this.#options.maxRetryMs ?? DEFAULT_RETRY_MS);
		await flushed;
		clearTimeout(timer);
		await this.#tables.close();
	}

	async #handle(request: Request): Promise<IngestResult> {
		try {
			if (this.#closing !== undefined) throw closed();
			const pending = this.#counters.begin(
				request,
				request.body.length,
				this.#options.maxPendingBytes ?? DEFAULT_PENDING_BYTES,
			);
			try {
				return await this.#store(request.signal, await this.#read(request, pending));
			} finally {
				pending.end();
			}
		} catch (error) {
			this.#counters.reject(error);
			throw error;
		}
	}

	async #read({ signal, encoding, body, sender, tenants }: Request, pending: PendingRequest): Promise<RequestReader> {
		const { now = Date.now, check, onEvent } = this.#options;
		const time = now();
		const reader = new RequestReader({
			maxLength: MAX_ROWS_LENGTH,
			receivedAt: new Date(time).toISOString().replace('Z', '000Z'),
			sender,
			tenants,
			check: { mode: 'prod', ...check, now: time },
			plain: this.#plain,
			isSeen: (key) => this.#seen.has(key),
			onEvent,
		});
		await this.#turns.next();
		let until = performance.now() + TURN_MS;
		for (const group of otlpGroups(signal, encoding, body)) {
			reader.read(signal, group);
			// The body is held as long as its rows, by whoever sent it.
			pending.resize(body.length + reader.length);
			if (performance.now() < until) continue;
			await this.#turns.next();
			until = performance.now() + TURN_MS;
		}
		return reader;
	}

	async #store(signal: Signal, reader: RequestReader): Promise<IngestResult> {
		const { entries, edges, rows, refused, refusedPlaces, foreign, eventKeys, items, duplicates, findings } = reader;
		const counters = this.#counters;
		// Entries first: when they cannot be stored the whole request is sent again, and nothing else of it may be there then.
		if (entries.length > 0) {
			const { chunks = [], bytes = 0 } = edges.tables()[0] ?? {};
			await this.#ledger.add({ rows: entries.length, bytes, entries, edges: chunks });
		}
		await Promise.all(rows.tables().map((part) => this.#tables.add(part)));
		const isKept = await this.#deadLetters.add(refused);
		if (isKept && refusedPlaces.length > 0) await this.#options.ledger.settle(refusedPlaces);
		this.#seen.add(eventKeys);
		for (const { rule } of findings) counters.findings[rule] = (counters.findings[rule] ?? 0) + 1;
		counters.duplicates += duplicates;
		counters.rejected.rules += refused.length - foreign;
		counters.rejected.tenant += foreign;
		const accepted = items - refused.length;
		counters.items[signal] += accepted;
		const [first] = refused;
		if (first === undefined) return { accepted, rejected: 0 };
		const rejected = { rejected: refused.length, ...(foreign === 0 ? {} : { foreign }) };
		return { accepted, ...rejected, message: `refused: ${first.reason}` };
	}
}
