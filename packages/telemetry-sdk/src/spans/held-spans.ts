import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { JournalNumber } from '../recorder/record-call.ts';

export interface HeldSpansOptions {
	/** Told of each span with the fate of its record; those that were not waited for are not kept. */
	readonly onFate: (span: ReadableSpan, isKept: boolean) => void;
	/** Told of spans whose record's fate was not waited for. */
	readonly onLost: (spans: number) => void;
	/** Records whose spans wait. @default 4096 */
	readonly maxRecords?: number;
	/** Spans of one record. @default 128 */
	readonly maxSpansOfRecord?: number;
	/** Spans that wait, of all records. @default 8192 */
	readonly maxSpans?: number;
	/** Milliseconds that spans wait. @default 600000 */
	readonly maxAgeMs?: number;
	/** Monotonic milliseconds. */
	readonly now?: () => number;
}

/** Spans below one record's calls. */
export interface HeldRecord {
	readonly spans: ReadableSpan[];
	readonly sinceMs: number;
	/** Spans that began, the waiting ones included. */
	begun: number;
	/** Undefined while it is open. */
	isKept: boolean | undefined;
}

/**
 * Spans that libraries made inside calls of records: HTTP requests, database queries. They wait here until it is known whether their record
 * is kept. Spans that end after that need not wait.
 */
export class HeldSpans {
	readonly #options: HeldSpansOptions;
	readonly #records = new Map<JournalNumber, HeldRecord>();
	readonly #maxRecords: number;
	readonly #maxSpansOfRecord: number;
	readonly #maxSpans: number;
	readonly #maxAgeMs: number;
	readonly #now: () => number;
	#waiting = 0;

	constructor(options: HeldSpansOptions) {
		this.#options = options;
		this.#maxRecords = options.maxRecords ?? 4_096;
		this.#maxSpansOfRecord = options.maxSpansOfRecord ?? 128;
		this.#maxSpans = options.maxSpans ?? 8_192;
		this.#maxAgeMs = options.maxAgeMs ?? 600_000;
		this.#now = options.now ?? (() => performance.now());
	}

	/** Spans that wait. */
	get size(): number {
		return this.#waiting;
	}

	/** A span is about to begin. @returns whether it may: its record has not had too many */
	admit(journal: JournalNumber): boolean {
		const known = this.#records.get(journal);
		if (known !== undefined) {
			const hasRoom = known.begun < this.#maxSpansOfRecord;
			if (hasRoom) known.begun++;
			else this.#options.onLost(1);
			return hasRoom;
		}
		this.#expire();
		if (this.#records.size >= this.#maxRecords) this.#giveUpOldest();
		this.#records.set(journal, { spans: [], sinceMs: this.#now(), begun: 1, isKept: undefined });
		return true;
	}

	/** The record that an admitted span belongs to. */
	recordOf(journal: JournalNumber): HeldRecord | undefined {
		return this.#records.get(journal);
	}

	/** A span has ended. */
	add(record: HeldRecord, span: ReadableSpan): void {
		if (record.isKept === undefined) this.#makeRoom(record);
		if (record.isKept !== undefined) {
			this.#options.onFate(span, record.isKept);
			return;
		}
		record.spans.push(span);
		this.#waiting++;
	}

	/** A record's fate is known. */
	decide(journal: JournalNumber, isKept: boolean): void {
		const record = this.#records.get(journal);
		if (record !== undefined) this.#settle(journal, record, isKept);
	}

	/** Lets go all that wait. */
	clear(): void {
		for (const [journal, record] of this.#records) this.#giveUp(journal, record);
	}

	/** The oldest come first. */
	#expire(): void {
		const before = this.#now() - this.#maxAgeMs;
		for (const [journal, record] of this.#records) {
			if (record.sinceMs > before) return;
			this.#giveUp(journal, record);
		}
	}

	/** Of those that wait, the oldest have most probably ended well. */
	#makeRoom(record: HeldRecord): void {
		while (record.isKept === undefined && this.#waiting >= this.#maxSpans) this.#giveUpOldest();
		if (record.isKept !== undefined) this.#options.onLost(1);
	}

	#giveUpOldest(): void {
		for (const [journal, record] of this.#records) {
			this.#giveUp(journal, record);
			return;
		}
	}

	#giveUp(journal: JournalNumber, record: HeldRecord): void {
		if (record.spans.length > 0) this.#options.onLost(record.spans.length);
		this.#settle(journal, record, false);
	}

	#settle(journal: JournalNumber, record: HeldRecord, isKept: boolean): void {
		this.#records.delete(journal);
		record.isKept = isKept;
		this.#waiting -= record.spans.length;
		for (const span of record.spans.splice(0)) this.#options.onFate(span, isKept);
	}
}
