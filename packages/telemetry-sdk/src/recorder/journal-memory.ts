// Hot path: every call on a record's journal begins here.
import type { Journal } from '@pipeline/telemetry-core';
import {
	FREE,
	HEADROOM,
	JOURNAL_HANDLE,
	LONG_WORDS,
	PLACE,
	ROOM,
	SLOT_WORDS,
	STATE_WORDS,
	TIMES,
} from './slot-state.ts';

const HEAP = -1;

export interface JournalMemoryOptions {
	/** Records followed at the same time; a power of two, at most 65,536. @default 16384 */
	readonly slots?: number;
	/** Journals that outgrow their slot and still have a place in the same memory, of 8 KB each. @default 2048, at most as many as slots */
	readonly longSlots?: number;
	/** Words for receipts, behind the slots in the same memory. @default 1048576, 4 MB */
	readonly receiptWords?: number;
	/** Words that journals longer than these may take together. @default 16777216, 64 MB */
	readonly extraWords?: number;
}

/**
 * The slots of the records that are being worked on, last in first out, so that few of them are touched (memory that was never touched
 * takes no room). A journal that outgrows its slot moves to a long slot, and from there to a log of its own.
 *
 * A handle is the slot's number and a generation, in 32 bits together: with 16,384 slots one stale handle in 262,144 goes unnoticed.
 */
export class JournalMemory {
	readonly state: Int32Array;
	readonly times: Float64Array;
	/** All slots, one behind the other, then the long slots, then the receipts: a receipt is one copy within it. */
	readonly arena: Int32Array;
	/** Where receipts begin in it. */
	readonly receiptsAt: number;
	/** The same words, for ids. */
	readonly unsigned: Uint32Array;
	/** Each slot's words, wherever its journal has moved. */
	readonly logs: Int32Array[] = [];
	readonly #views: Int32Array[] = [];
	readonly slotMask: number;
	readonly #slotBits: number;
	readonly #slots: number;
	readonly #free: Int32Array;
	readonly #longAt: number;
	readonly #longViews: Int32Array[] = [];
	readonly #freeLong: number[] = [];
	readonly #longSlots: number;
	readonly #lastGeneration: number;
	#freeCount = 0;
	#used = 0;
	#generation: number;
	#extraWords: number;

	/** @throws RangeError when `slots` is no power of two up to 65,536 */
	constructor({
		slots = 16_384,
		longSlots = 2_048,
		receiptWords = 1_048_576,
		extraWords = 16_777_216,
	}: JournalMemoryOptions = {}) {
		this.#slotBits = Math.log2(slots);
		if (!Number.isInteger(this.#slotBits) || this.#slotBits > 16)
			throw new RangeError(`The number of slots is a power of two up to 65536, not ${slots}.`);
		this.#slots = slots;
		this.slotMask = slots - 1;
		this.#longSlots = Math.min(slots, longSlots);
		this.#longAt = slots * SLOT_WORDS;
		this.receiptsAt = this.#longAt + this.#longSlots * LONG_WORDS;
		this.arena = new Int32Array(this.receiptsAt + receiptWords);
		this.unsigned = new Uint32Array(this.arena.buffer);
		this.state = new Int32Array(slots * STATE_WORDS);
		// The others hold 0, which no handle of theirs is.
		this.state[JOURNAL_HANDLE] = FREE;
		this.times = new Float64Array(slots * TIMES);
		this.#free = new Int32Array(slots);
		// One less than there could be: the last of the last slot would be FREE.
		this.#lastGeneration = 2 ** (32 - this.#slotBits) - 2;
		this.#generation = Math.floor(Math.random() * this.#lastGeneration);
		this.#extraWords = extraWords;
	}

	/** Records being followed now. */
	get active(): number {
		return this.#used - this.#freeCount;
	}

	/** A free slot's new handle; 0 when all are taken. */
	open(): Journal {
		let slot: number;
		if (this.#freeCount > 0) slot = this.#free[--this.#freeCount]!;
		else if (this.#used < this.#slots) slot = this.#addSlot();
		else return 0 as Journal;
		this.#generation = this.#generation === this.#lastGeneration ? 1 : this.#generation + 1;
		const journal = ((this.#generation << this.#slotBits) | slot) as Journal;
		this.state[slot * STATE_WORDS + JOURNAL_HANDLE] = journal;
		return journal;
	}

	/** The slot that serves this journal; -1 when it is 0 or another's. */
	slotOf(journal: Journal): number {
		const slot = journal & this.slotMask;
		return this.state[slot * STATE_WORDS + JOURNAL_HANDLE] === journal ? slot : -1;
	}

	/** Where a slot's words are in the arena; negative once its journal has moved to a log of its own. */
	placeOf(slot: number): number {
		return this.state[slot * STATE_WORDS + PLACE]!;
	}

	free(slot: number): void {
		const at = slot * STATE_WORDS;
		if (this.state[at] === FREE) return;
		this.state[at] = FREE;
		if (this.logs[slot]!.length > SLOT_WORDS) {
			this.#freeLonger(slot);
			this.logs[slot] = this.#views[slot]!;
			this.state[at + PLACE] = slot * SLOT_WORDS;
		}
		this.#free[this.#freeCount++] = slot;
	}

	/** Gives back what the journal has beyond its slot. */
	#freeLonger(slot: number): void {
		const place = this.placeOf(slot);
		if (place === HEAP) this.#extraWords += this.logs[slot]!.length;
		else this.#freeLong.push((place - this.#longAt) / LONG_WORDS);
	}

	/** Makes room for more words than the slot's log has. @returns false when there is none; the journal stays as it is */
	grow(slot: number, words: number, maxWords: number): boolean {
		const log = this.logs[slot]!;
		if (words > maxWords) return false;
		if (words <= LONG_WORDS && log.length === SLOT_WORDS && this.#moveToLong(slot)) return true;
		let length = log.length;
		while (length < words) length *= 2;
		length = Math.min(length, maxWords);
		const own = this.placeOf(slot) === HEAP ? log.length : 0;
		if (length - own > this.#extraWords) return false;
		const longer = new Int32Array(length);
		longer.set(log);
		if (log.length > SLOT_WORDS) this.#freeLonger(slot);
		this.#extraWords -= length;
		this.logs[slot] = longer;
		this.state[slot * STATE_WORDS + PLACE] = HEAP;
		this.state[slot * STATE_WORDS + ROOM] = 0;
		return true;
	}

	/** @returns false when all long slots are taken */
	#moveToLong(slot: number): boolean {
		const free = this.#freeLong.pop();
		const index = free ?? this.#longViews.length;
		if (index >= this.#longSlots) return false;
		const place = this.#longAt + index * LONG_WORDS;
		if (free === undefined) this.#longViews.push(this.arena.subarray(place, place + LONG_WORDS));
		this.arena.copyWithin(place, slot * SLOT_WORDS, (slot + 1) * SLOT_WORDS);
		this.logs[slot] = this.#longViews[index]!;
		this.state[slot * STATE_WORDS + PLACE] = place;
		this.state[slot * STATE_WORDS + ROOM] = LONG_WORDS - HEADROOM;
		return true;
	}

	/** Calls back for each slot in use. */
	forEachActive(visit: (slot: number) => void): void {
		for (let slot = 0; slot < this.#used; slot++)
			if (this.state[slot * STATE_WORDS + JOURNAL_HANDLE] !== FREE) visit(slot);
	}

	#addSlot(): number {
		const slot = this.#used++;
		const view = this.arena.subarray(slot * SLOT_WORDS, (slot + 1) * SLOT_WORDS);
		this.#views.push(view);
		this.logs.push(view);
		this.state[slot * STATE_WORDS + PLACE] = slot * SLOT_WORDS;
		return slot;
	}
}
