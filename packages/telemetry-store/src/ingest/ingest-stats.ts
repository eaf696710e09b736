import { OtlpError } from '../otlp/otlp-error.ts';
import type { Signal } from '../otlp/otlp-types.ts';
import { IngestError } from './ingest-error.ts';

/** Why something was not taken. `busy` and `closed` count requests, the others items; `invalid` and `too_large` count requests. */
export type RejectionReason = 'invalid' | 'too_large' | 'busy' | 'closed' | 'rules' | 'tenant' | 'store';

/** What ingest did since it was made, and what waits. */
export interface IngestStats {
	readonly requests: number;
	/** Of requests, as they came. */
	readonly bytes: number;
	/** Spans, log records and data points that were accepted, duplicates included. */
	readonly items: Readonly<Record<Signal, number>>;
	readonly rejected: Readonly<Record<RejectionReason, number>>;
	/** How often a rule for events was broken, by its number: what could be repaired was, and is stored. */
	readonly findings: Readonly<Record<string, number>>;
	/** Events that were there already. */
	readonly duplicates: number;
	/** Requests that had come before, byte for byte. */
	readonly repeatedRequests: number;
	/** Batches that were stored: one table, or the ledger, each. */
	readonly batches: number;
	readonly insertErrors: number;
	readonly pendingRequests: number;
	readonly pendingBytes: number;
	/** How long the oldest of them waits; 0 when none does. */
	readonly oldestPendingMs: number;
	/** What waits on disk for the store. */
	readonly overflow: { readonly batches: number; readonly bytes: number };
	/** What was refused: written to the file, in no file, and written but gone since its file was needed for later ones. */
	readonly deadLetters: { readonly written: number; readonly lost: number; readonly overwritten: number };
}

/** Of the bytes that may wait, what one signal, and one sender, may have: the others are taken even when it floods. */
const SHARES = { signal: 0.75, sender: 0.5 } as const;
const BUSY_RETRY_MS = 1_000;

const KINDS = ['signal', 'sender'] as const;

/** What a request is of. */
interface Whose {
	readonly signal: Signal;
	/** Empty when nobody says. */
	readonly sender: string;
}

/** A request that waits. */
export interface PendingRequest {
	/** It holds so many bytes now. @throws IngestError `INGEST_BUSY` when there is no room for them beside others */
	resize(bytes: number): void;
	end(): void;
}

/** Counts what happens, and knows how much waits. */
export class IngestCounters {
	readonly items: Record<Signal, number> = { traces: 0, logs: 0, metrics: 0 };
	readonly rejected: Record<RejectionReason, number> = {
		...{ invalid: 0, too_large: 0, busy: 0, closed: 0 },
		...{ rules: 0, tenant: 0, store: 0 },
	};
	readonly findings: Record<string, number> = {};
	duplicates = 0;
	repeatedRequests = 0;
	batches = 0;
	insertErrors = 0;
	#requests = 0;
	#bytes = 0;
	#pendingBytes = 0;
	readonly #pendingOf = { signal: new Map<string, number>(), sender: new Map<string, number>() };
	readonly #pendingSince = new Map<symbol, number>();

	/**
	 * A request waits from now on, until its `end`.
	 *
	 * @throws IngestError `INGEST_BUSY` when so much waits that it must not; one request alone always may
	 */
	begin(whose: Whose, bytes: number, maxBytes: number): PendingRequest {
		const key = Symbol('request');
		let held = 0;
		const resize = (size: number) => {
			const isAlone = this.#pendingSince.size === (this.#pendingSince.has(key) ? 1 : 0);
			if (size > held && !isAlone && !this.#hasRoom(whose, size - held, maxBytes)) {
				throw new IngestError('INGEST_BUSY', 'Too many requests wait.', BUSY_RETRY_MS);
			}
			this.#hold(whose, size - held);
			held = size;
		};
		resize(bytes);
		this.#requests++;
		this.#bytes += bytes;
		this.#pendingSince.set(key, performance.now());
		return {
			resize,
			end: () => {
				if (this.#pendingSince.delete(key)) this.#hold(whose, -held);
			},
		};
	}

	#hasRoom(whose: Whose, bytes: number, maxBytes: number): boolean {
		if (this.#pendingBytes + bytes > maxBytes) return false;
		return KINDS.every((kind) => {
			const isNamed = whose[kind] !== '';
			return !isNamed || (this.#pendingOf[kind].get(whose[kind]) ?? 0) + bytes <= maxBytes * SHARES[kind];
		});
	}

	#hold(whose: Whose, bytes: number): void {
		this.#pendingBytes += bytes;
		for (const kind of KINDS) {
			const of = this.#pendingOf[kind];
			const held = (of.get(whose[kind]) ?? 0) + bytes;
			if (held > 0) of.set(whose[kind], held);
			else of.delete(whose[kind]);
		}
	}

	/** A request was not taken. */
	reject(error: unknown): void {
		if (error instanceof OtlpError) this.rejected[error.code === 'OTLP_INVALID' ? 'invalid' : 'too_large']++;
		else if (error instanceof IngestError) this.rejected[error.code === 'INGEST_BUSY' ? 'busy' : 'closed']++;
	}

	stats(overflow: IngestStats['overflow'], deadLetters: IngestStats['deadLetters']): IngestStats {
		const [oldest] = this.#pendingSince.values();
		return {
			requests: this.#requests,
			bytes: this.#bytes,
			items: { ...this.items },
			rejected: { ...this.rejected },
			findings: { ...this.findings },
			duplicates: this.duplicates,
			repeatedRequests: this.repeatedRequests,
			batches: this.batches,
			insertErrors: this.insertErrors,
			pendingRequests: this.#pendingSince.size,
			pendingBytes: this.#pendingBytes,
			oldestPendingMs: oldest === undefined ? 0 : performance.now() - oldest,
			overflow,
			deadLetters,
		};
	}
}
