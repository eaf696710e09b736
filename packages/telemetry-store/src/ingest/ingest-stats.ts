import { OtlpError } from '../otlp/otlp-error.ts';
import type { Signal } from '../otlp/otlp-types.ts';
import { IngestError } from './ingest-error.ts';

/** Why something was not taken. `busy` and `closed` count requests, the others items; `invalid` and `too_large` count requests. */
export type RejectionReason = 'invalid' | 'too_large' | 'busy' | 'closed' | 'rules' | 'store';

/** What ingest did since it was made, and what waits. */
export interface IngestStats {
	readonly requests: number;
	/** Of requests, as they came. */
	readonly bytes: number;
	/** Spans, log records and data points that were accepted, duplicates included. */
	readonly items: Readonly<Record<Signal, number>>;
	readonly rejected: Readonly<Record<RejectionReason, number>>;
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
	readonly deadLetters: { readonly written: number; readonly lost: number };
}

/** Of the bytes that may wait, what one signal may have: the others are taken even when it floods. */
const SIGNAL_SHARE = 0.75;
const BUSY_RETRY_MS = 1_000;

/** Counts what happens, and knows how much waits. */
export class IngestCounters {
	readonly items: Record<Signal, number> = { traces: 0, logs: 0, metrics: 0 };
	readonly rejected: Record<RejectionReason, number> = {
		...{ invalid: 0, too_large: 0, busy: 0, closed: 0 },
		...{ rules: 0, store: 0 },
	};
	duplicates = 0;
	repeatedRequests = 0;
	batches = 0;
	insertErrors = 0;
	#requests = 0;
	#bytes = 0;
	#pendingBytes = 0;
	readonly #pendingOf: Record<Signal, number> = { traces: 0, logs: 0, metrics: 0 };
	readonly #pendingSince = new Map<symbol, number>();

	/**
	 * A request waits from now on.
	 *
	 * @returns called when it does no longer
	 * @throws IngestError `INGEST_BUSY` when so much waits that it must not; one request alone always may
	 */
	begin(signal: Signal, bytes: number, maxBytes: number): () => void {
		const isAlone = this.#pendingSince.size === 0;
		const isFull = this.#pendingBytes + bytes > maxBytes || this.#pendingOf[signal] + bytes > maxBytes * SIGNAL_SHARE;
		if (isFull && !isAlone) throw new IngestError('INGEST_BUSY', 'Too many requests wait.', BUSY_RETRY_MS);
		const key = Symbol('request');
		this.#requests++;
		this.#bytes += bytes;
		this.#pendingBytes += bytes;
		this.#pendingOf[signal] += bytes;
		this.#pendingSince.set(key, performance.now());
		return () => {
			if (!this.#pendingSince.delete(key)) return;
			this.#pendingBytes -= bytes;
			this.#pendingOf[signal] -= bytes;
		};
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
