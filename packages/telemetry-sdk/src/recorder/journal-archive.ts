import { type KeepReason, readHexWords, type TraceVerdicts, writeHexWords } from '@pipeline/telemetry-core';
import { isTraceId } from '@pipeline/telemetry-core/propagation';
import type { JournalMemory } from './journal-memory.ts';
import { Flag, HEADER, KEEP_FLAGS } from './layout.ts';
import { KEEP_REASONS, keepReasonOf } from './outcomes.ts';
import { ParkedIndex } from './parked-index.ts';
import { ReceiptRing } from './receipt-ring.ts';
import { BATCH, LENGTH, STATE_WORDS } from './slot-state.ts';

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

const MAX_BATCHES = 4_096;
const MAX_KEEPS = 1_024;
const MAX_PENDING = 65_536;
const CONSUME_AFTER_MS = 50;
/** About 20 records. */
const SLICE_WORDS = 4_096;
/** Records of one batch that can be released early. */
const MAX_PLACES = 65_536;

/** Left with a batch, and nobody has said what becomes of it. */
const isWaiting = (flags: number) => (flags & Flag.PARKED) !== 0 && (flags & (Flag.RELEASED | Flag.ENCODED)) === 0;

/** Keeps receipts until somebody says what becomes of their records, and hands kept ones on. */
export class JournalArchive {
	readonly #memory: JournalMemory;
	readonly #projection: JournalProjection;
	readonly #onLost: (reason: LossReason) => void;
	readonly #ring: ReceiptRing;
	readonly #parked: ParkedIndex;
	readonly #batches = new Map<string, { readonly number: number; readonly places: number[] }>();
	readonly #batchOf = new Map<number, number[]>();
	readonly #verdicts = new Map<string, KeepReason>();
	readonly #traceId = new Int32Array(4);
	#lastBatch = 0;
	#waiting = 0;
	#timer: NodeJS.Timeout | undefined;

	constructor(memory: JournalMemory, projection: JournalProjection, onLost: (reason: LossReason) => void) {
		this.#memory = memory;
		this.#projection = projection;
		this.#onLost = onLost;
		this.#ring = new ReceiptRing(memory, {
			consume: (words, at) => this.#consume(words, at),
			evict: (words, at) => this.#evict(words, at),
		});
		this.#parked = new ParkedIndex(memory.arena);
	}

	/** Words of receipts in memory. */
	get words(): number {
		return this.#ring.words;
	}

	/** Records that have left and wait for a verdict. */
	get waiting(): number {
		return Math.max(0, this.#waiting);
	}

	/** The number that a slot notes for the batch it leaves with. */
	batchNumber(batchId: string): number {
		const known = this.#batches.get(batchId);
		if (known !== undefined) return known.number;
		const number = ++this.#lastBatch;
		const places: number[] = [];
		this.#batches.set(batchId, { number, places });
		this.#batchOf.set(number, places);
		if (this.#batches.size > MAX_BATCHES) {
			const [oldest] = this.#batches.keys();
			this.#forgetBatch(oldest as string);
		}
		return number;
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
		if (place >= 0 && (flags & Flag.PARKED) !== 0) {
			this.#waiting++;
			this.#parked.add(place);
			const places = this.#batchOf.get(state[row + BATCH]!);
			if (places !== undefined && places.length < MAX_PLACES) places.push(place);
		}
		this.#timer ??= setTimeout(() => this.#consumeSome(), CONSUME_AFTER_MS).unref();
	}

	/** A few records at a time: what is made of them does not hold up the next ones. */
	#consumeSome(): void {
		if (this.#ring.consume(SLICE_WORDS)) this.#timer = undefined;
		else this.#timer = setTimeout(() => this.#consumeSome(), 0).unref();
	}

	/** Hands on what has not been handed on yet. */
	flush(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		this.#ring.consume();
	}

	apply({ keep, released }: TraceVerdicts): void {
		this.#ring.consume();
		for (const { traceId, reason } of keep.slice(0, MAX_KEEPS)) {
			const flag = KEEP_REASONS[reason];
			if (!isTraceId(traceId) || flag === undefined) continue;
			readHexWords(traceId, this.#traceId, 0);
			const found = this.#parked.find(this.#traceId, (place) => this.#keep(place, flag));
			if (found === 0) this.#onLost('LATE_VERDICT');
		}
		for (const batchId of released) {
			for (const place of this.#batches.get(batchId)?.places ?? []) this.#release(place);
			this.#forgetBatch(batchId);
		}
	}

	/** Traces that were kept here and came from elsewhere, at most 1,024; undefined when there are none. */
	takeVerdicts(): TraceVerdicts | undefined {
		this.#ring.consume();
		if (this.#verdicts.size === 0) return undefined;
		const keep: { traceId: string; reason: KeepReason }[] = [];
		for (const [traceId, reason] of this.#verdicts) {
			if (keep.length === MAX_KEEPS) break;
			keep.push({ traceId, reason });
			this.#verdicts.delete(traceId);
		}
		return { keep, released: [] };
	}

	#consume(words: Int32Array, at: number): void {
		const flags = words[at + HEADER.FLAGS]!;
		this.#projection.record(words, at);
		if ((flags & (Flag.SAMPLED | KEEP_FLAGS)) !== 0) this.#encode(words, at, flags);
		else if ((flags & Flag.PARKED) === 0) this.#projection.dropped?.(words, at);
	}

	#release(place: number): void {
		const { arena } = this.#memory;
		const flags = arena[place + HEADER.FLAGS]!;
		if (isWaiting(flags)) this.#waiting--;
		arena[place + HEADER.FLAGS] = flags | Flag.RELEASED;
		if ((flags & (Flag.RELEASED | Flag.ENCODED)) === 0) this.#projection.dropped?.(arena, place);
	}

	#keep(place: number, flag: number): void {
		const { arena } = this.#memory;
		arena[place + HEADER.FLAGS]! |= flag;
		const flags = arena[place + HEADER.FLAGS]!;
		if ((flags & Flag.ENCODED) === 0) this.#encode(arena, place, flags);
	}

	#encode(words: Int32Array, at: number, flags: number): void {
		if (isWaiting(flags)) this.#waiting--;
		words[at + HEADER.FLAGS] = flags | Flag.ENCODED;
		this.#projection.spans(words, at);
		const reason = keepReasonOf(flags);
		if (reason !== undefined && (flags & Flag.ROOT) === 0) this.#tellUpstream(words, at, reason);
	}

	#tellUpstream(words: Int32Array, at: number, reason: KeepReason): void {
		if (this.#verdicts.size >= MAX_PENDING) {
			this.#onLost('PRESSURE');
			return;
		}
		const ids = new Uint32Array(4);
		for (let word = 0; word < 4; word++) ids[word] = words[at + HEADER.TRACE_ID + word]!;
		this.#verdicts.set(writeHexWords(ids, 0, 4), reason);
	}

	#evict(words: Int32Array, at: number): void {
		if (!isWaiting(words[at + HEADER.FLAGS]!)) return;
		this.#waiting--;
		this.#projection.dropped?.(words, at);
		this.#onLost('OVERWRITTEN');
	}

	#forgetBatch(batchId: string): void {
		const batch = this.#batches.get(batchId);
		if (batch === undefined) return;
		this.#batches.delete(batchId);
		this.#batchOf.delete(batch.number);
	}
}
