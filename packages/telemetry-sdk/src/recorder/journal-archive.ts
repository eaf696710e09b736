import { type KeepReason, readHexWords, type TraceVerdicts, writeHexWords } from '@pipeline/telemetry-core';
import { isTraceId } from '@pipeline/telemetry-core/propagation';
import * as Flag from './flag.ts';
import * as HEADER from './header.ts';
import type { JournalMemory } from './journal-memory.ts';
import { KeptTraces } from './kept-traces.ts';
import { KEEP_REASONS, keepReasonOf } from './outcomes.ts';
import { ParkedBatches } from './parked-batches.ts';
import { ReceiptIndex } from './receipt-index.ts';
import { isWanted, ReceiptRing } from './receipt-ring.ts';
import { BATCH, LENGTH, S_PER_NS, STATE_WORDS } from './slot-state.ts';

/** Why a record could not be followed to its end. */
export type LossReason = 'OVERWRITTEN' | 'EXPIRED' | 'PRESSURE' | 'LATE_VERDICT' | 'ABANDONED';

/** What is made of journals whose records have left this process. */
export interface JournalProjection {
	/** Once for every record: audit entries, lineage, completion. */
	record(words: Int32Array, at: number): void;
	/** For kept records: spans. */
	spans(words: Int32Array, at: number): void;
	/** For all others, once nothing can keep them any more. */
	dropped?(words: Int32Array, at: number): void;
}

/** Where receipts go whose room is needed before their fate is known, and the way back for those that are to be kept. */
export interface ReceiptSpill {
	/** The words are those of the receipt only during the call. @returns whether it can be found again; else it counts as lost */
	put(words: Int32Array, at: number): boolean;
	/** Calls back, now or later, with each receipt of these traces that was put here, and once when there are no more. Asked once for a trace. */
	find(traceIds: readonly string[], found: (words: Int32Array, at: number) => void, onEnd: () => void): void;
}

export interface ArchiveOptions {
	readonly memory: JournalMemory;
	readonly projection: JournalProjection;
	readonly onLost: (reason: LossReason) => void;
	/** Milliseconds by the recorder's clock. */
	readonly now: () => number;
	/** Whether a trace is sampled by its id alone. */
	readonly isSampled: (ids: Uint32Array, from: number) => boolean;
	readonly spill: ReceiptSpill | undefined;
}

/** A verdict may be faster than its record's way out of this process. */
const LATE_AFTER_SECONDS = 10;
/** Of a verdict's keeps and releases, each. */
const MAX_LISTED = 1_024;
const MAX_PENDING = 65_536;
const CONSUME_AFTER_MS = 50;
/** About 20 records. */
const SLICE_WORDS = 4_096;

/** Keeps receipts until somebody says what becomes of their records, and hands kept ones on. */
export class JournalArchive {
	readonly #options: ArchiveOptions;
	readonly #memory: JournalMemory;
	readonly #projection: JournalProjection;
	readonly #ring: ReceiptRing;
	readonly #index: ReceiptIndex;
	readonly #kept: KeptTraces;
	readonly #batches: ParkedBatches;
	readonly #verdicts = new Map<string, KeepReason>();
	readonly #traceId = new Int32Array(4);
	readonly #unsigned = new Uint32Array(this.#traceId.buffer);
	#timer: NodeJS.Timeout | undefined;
	// Not made where it is used: each call there would take 40 B.
	readonly #onTime = () => this.#consumeSome();

	constructor(options: ArchiveOptions) {
		this.#options = options;
		this.#memory = options.memory;
		this.#projection = options.projection;
		this.#ring = new ReceiptRing(options.memory, {
			consume: (words, at) => this.#consume(words, at),
			evict: (words, at) => this.#evict(words, at),
		});
		this.#index = new ReceiptIndex(options.memory);
		this.#batches = new ParkedBatches(options.memory.receiptWords);
		this.#kept = new KeptTraces(() => options.onLost('LATE_VERDICT'));
	}

	/** Words of receipts in memory. */
	get words(): number {
		return this.#ring.words;
	}

	/** Records that have left and wait for a verdict. */
	get waiting(): number {
		return this.#batches.waiting;
	}

	/** The number that a slot notes for the batch it leaves with. */
	batchNumber(batchId: string): number {
		return this.#batches.numberOf(batchId);
	}

	/** The record has left: its slot's journal becomes a receipt. */
	add(slot: number, flags: number): void {
		const row = slot * STATE_WORDS;
		const { state, logs } = this.#memory;
		const length = state[row + LENGTH]!;
		const log = logs[slot]!;
		log[HEADER.LENGTH] = length;
		log[HEADER.FLAGS] = flags;
		const place = this.#ring.append(slot, length);
		if (place >= 0) {
			if (isWanted(flags)) this.#index.add(place);
			if ((flags & Flag.PARKED) !== 0) this.#batches.park(state[row + BATCH]!);
		}
		this.#timer ??= setTimeout(this.#onTime, CONSUME_AFTER_MS).unref();
	}

	/** A few records at a time: what is made of them does not hold up the next ones. */
	#consumeSome(): void {
		if (this.#ring.consume(SLICE_WORDS)) this.#timer = undefined;
		else this.#timer = setTimeout(this.#onTime, 0).unref();
	}

	/** Hands on what has not been handed on yet; gives up verdicts about records that were not here for 10 s, or at the end. */
	flush(isLast = false): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		this.#ring.consume();
		this.#recover();
		this.#kept.forgetUnseen(isLast ? Number.POSITIVE_INFINITY : this.#seconds() - LATE_AFTER_SECONDS);
	}

	/** Verdicts come from outside: what makes no sense is ignored, what is unknown is waited for. */
	apply({ keep, released }: TraceVerdicts): void {
		this.#ring.consume();
		for (const { traceId, reason } of keep.slice(0, MAX_LISTED)) {
			const flag = Object.hasOwn(KEEP_REASONS, reason) ? KEEP_REASONS[reason] : 0;
			if (isTraceId(traceId) && flag !== 0) this.#applyOne(traceId, flag);
		}
		for (const batchId of released.slice(0, MAX_LISTED)) this.#batches.release(batchId);
		this.#recover();
	}

	/** Traces that were kept here and came from elsewhere, at most 1,024; undefined when there are none. */
	takeVerdicts(): TraceVerdicts | undefined {
		this.#ring.consume();
		if (this.#verdicts.size === 0) return undefined;
		const keep: { traceId: string; reason: KeepReason }[] = [];
		for (const [traceId, reason] of this.#verdicts) {
			if (keep.length === MAX_LISTED) break;
			keep.push({ traceId, reason });
			this.#verdicts.delete(traceId);
		}
		return { keep, released: [] };
	}

	#applyOne(traceId: string, flag: number): void {
		readHexWords(traceId, this.#traceId, 0);
		if (this.#kept.reasonOf(this.#traceId, 0) !== 0) return;
		if (this.#keepOthers(this.#traceId, flag) > 0) return;
		// Everything of a sampled trace was exported when it left.
		if (!this.#options.isSampled(this.#unsigned, 0)) this.#kept.expect(this.#traceId, 0, flag, this.#seconds());
	}

	#consume(words: Int32Array, at: number): void {
		this.#projection.record(words, at);
		const flags = words[at + HEADER.FLAGS]! | this.#kept.reasonOf(words, at + HEADER.TRACE_ID);
		if ((flags & Flag.KEEP) !== 0) this.#keep(words, at, flags);
		else if ((flags & Flag.SAMPLED) !== 0) this.#encode(words, at, flags);
		else if ((flags & Flag.PARKED) === 0) this.#projection.dropped?.(words, at);
	}

	/** This journal, and what else of its trace has left this process. */
	#keep(words: Int32Array, at: number, flags: number): void {
		if ((words[at + HEADER.FLAGS]! & Flag.ENCODED) === 0) this.#encode(words, at, flags);
		const ids = at + HEADER.TRACE_ID;
		const isNew = this.#kept.add(words, ids, flags & Flag.KEEP, this.#seconds());
		if ((flags & (Flag.ROOT | Flag.SAMPLED)) === 0) this.#tellUpstream(words, ids, flags);
		if (isNew) this.#keepOthers(words.subarray(ids, ids + 4), flags & Flag.KEEP);
	}

	/** @returns how many receipts of the trace there are */
	#keepOthers(traceId: Int32Array, flag: number): number {
		const { arena } = this.#memory;
		return this.#index.find(traceId, (place) => {
			const flags = arena[place + HEADER.FLAGS]! | flag;
			arena[place + HEADER.FLAGS] = flags;
			this.#keep(arena, place, flags);
		});
	}

	#encode(words: Int32Array, at: number, flags: number): void {
		words[at + HEADER.FLAGS] = flags | Flag.ENCODED;
		this.#projection.spans(words, at);
	}

	#tellUpstream(words: Int32Array, from: number, flags: number): void {
		const reason = keepReasonOf(flags);
		if (reason === undefined) return;
		const traceId = hexOf(words, from);
		if (this.#verdicts.size < MAX_PENDING || this.#verdicts.has(traceId)) this.#verdicts.set(traceId, reason);
		else this.#options.onLost('PRESSURE');
	}

	#evict(words: Int32Array, at: number): void {
		const flags = words[at + HEADER.FLAGS]!;
		if ((flags & Flag.PARKED) === 0) return;
		// A journal that is too long for the ring was never in it.
		const isReleased = words === this.#memory.arena && this.#batches.leave();
		if ((flags & Flag.ENCODED) !== 0) return;
		if (!isReleased && this.#options.spill?.put(words, at) === true) return;
		this.#projection.dropped?.(words, at);
		if (!isReleased) this.#options.onLost('OVERWRITTEN');
	}

	/** Asks for what memory has let go. */
	#recover(): void {
		const { spill } = this.#options;
		if (spill === undefined) return;
		const reasons = new Map<string, number>();
		this.#kept.forEachUnasked((ids, from, reason) => {
			reasons.set(hexOf(ids, from), reason);
		});
		if (reasons.size === 0) return;
		const keep = (words: Int32Array, at: number) => {
			const reason = reasons.get(hexOf(words, at + HEADER.TRACE_ID)) ?? 0;
			this.#keep(words, at, words[at + HEADER.FLAGS]! | reason);
		};
		// The answer may take longer than a verdict is waited with.
		spill.find([...reasons.keys()], keep, () => {
			for (const traceId of reasons.keys()) {
				readHexWords(traceId, this.#traceId, 0);
				this.#kept.answered(this.#traceId, 0);
			}
		});
	}

	#seconds(): number {
		return Math.floor(this.#options.now() * S_PER_NS);
	}
}

function hexOf(ids: Int32Array, from: number): string {
	return writeHexWords(new Uint32Array(ids.subarray(from, from + 4)), 0, 4);
}
