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
	SPANS,
	STATE_WORDS,
	TIMES,
} from './slot-state.ts';

const HEAP = -1;
/** Words of a slot that may be written. */
const SLOT_ROOM = SLOT_WORDS - HEADROOM;
/**
 * Words for slots at first, 6 MB: enough for some 600 long journals. Pages that were never touched take no room, whereas what a smaller arena
 * leaves behind when it grows does: once the C library has seen megabytes freed, it keeps as much for itself.
 */
const FIRST_WORDS = 1_572_864;
/** Nothing is at place 0: for whoever keeps places, it is none. */
const RECEIPTS_AT = 16;

export interface JournalMemoryOptions {
	/** Records followed at the same time; a power of two, at most 65,536. @default 16384 */
	readonly slots?: number;
	/** Journals that outgrow their slot and still have a place in the same memory, of 8 KB each. @default 2048, at most as many as slots */
	readonly longSlots?: number;
	/** Words for receipts in the same memory. @default 1048576, 4 MB */
	readonly receiptWords?: number;
	/** Words that journals longer than these may take together. @default 16777216, 64 MB */
	readonly extraWords?: number;
}

/**
 * The slots of the records that are being worked on, last in first out, so that few of them are used. A journal that outgrows its slot moves to
 * a long slot, and from there to a log of its own. The arena grows with the slots and long slots that are in use at the same time.
 *
 * A handle is the slot's number and a generation, in 32 bits together: with 16,384 slots one stale handle in 262,144 goes unnoticed.
 */
export class JournalMemory {
	readonly state: Int32Array;
	readonly times: Float64Array;
	/**
	 * Slots, long slots and receipts: a receipt is one copy within it. Another one when it has grown: whoever writes gets it from here each time,
	 * which costs nothing while it has not. `declare`, not a field: that would be undefined first, and no constant for the compiler.
	 */
	declare arena: Int32Array;
	/** The same words, for ids. */
	unsigned: Uint32Array;
	/** Where receipts begin in it, and how many words they have. */
	readonly receiptsAt = RECEIPTS_AT;
	readonly receiptWords: number;
	/** Each slot's words, wherever its journal has moved. */
	readonly logs: Int32Array[] = [];
	readonly #views: Int32Array[] = [];
	readonly slotMask: number;
	readonly #slotBits: number;
	readonly #slots: number;
	readonly #free: Int32Array;
	readonly #freeLong: Int32Array[] = [];
	readonly #longSlots: number;
	readonly #lastGeneration: number;
	/** No more words than all may take together. */
	readonly #maxWords: number;
	/** What is behind it in the arena is free. */
	#end: number;
	#long = 0;
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
		this.receiptWords = receiptWords;
		this.#end = RECEIPTS_AT + receiptWords;
		this.#maxWords = this.#end + slots * SLOT_WORDS + this.#longSlots * LONG_WORDS;
		this.arena = new Int32Array(Math.min(this.#end + FIRST_WORDS, this.#maxWords));
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
		else slot = this.#addSlot();
		if (slot < 0) return 0 as Journal;
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
		if (this.state[at + ROOM] !== SLOT_ROOM) {
			this.#freeLonger(slot);
			this.logs[slot] = this.#views[slot]!;
			this.#useView(slot);
		}
		this.#free[this.#freeCount++] = slot;
	}

	/** Gives back what the journal has beyond its slot. */
	#freeLonger(slot: number): void {
		const log = this.logs[slot]!;
		if (this.placeOf(slot) === HEAP) this.#extraWords += log.length;
		else this.#freeLong.push(log);
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
		const row = slot * STATE_WORDS;
		// Counted only from here on.
		if (own === 0) this.state[row + SPANS] = 0;
		this.state[row + PLACE] = HEAP;
		this.state[row + ROOM] = 0;
		return true;
	}

	/** @returns false when all long slots are taken */
	#moveToLong(slot: number): boolean {
		const long = this.#freeLong.pop() ?? this.#addLong();
		if (long === undefined) return false;
		const place = placeOfView(long);
		const from = this.placeOf(slot);
		this.arena.copyWithin(place, from, from + SLOT_WORDS);
		this.logs[slot] = long;
		this.state[slot * STATE_WORDS + PLACE] = place;
		this.state[slot * STATE_WORDS + ROOM] = LONG_WORDS - HEADROOM;
		return true;
	}

	/** Words of the arena, which grows for them. @returns undefined when there is no memory */
	#take(words: number): Int32Array | undefined {
		const place = this.#end;
		const end = place + words;
		if (end > this.arena.length && !this.#growArena()) return undefined;
		this.#end = end;
		return this.arena.subarray(place, end);
	}

	#growArena(): boolean {
		let larger: Int32Array;
		try {
			larger = new Int32Array(Math.min(this.arena.length * 2, this.#maxWords));
		} catch {
			return false;
		}
		larger.set(this.arena);
		this.arena = larger;
		this.unsigned = new Uint32Array(larger.buffer);
		for (let at = 0; at < this.#freeLong.length; at++) this.#freeLong[at] = moved(this.#freeLong[at]!, larger);
		for (let slot = 0; slot < this.#used; slot++) {
			const isInSlot = this.logs[slot] === this.#views[slot];
			this.#views[slot] = moved(this.#views[slot]!, larger);
			if (isInSlot) this.logs[slot] = this.#views[slot]!;
			else if (this.placeOf(slot) !== HEAP) this.logs[slot] = moved(this.logs[slot]!, larger);
		}
		return true;
	}

	/** Calls back for each slot in use. */
	forEachActive(visit: (slot: number) => void): void {
		for (let slot = 0; slot < this.#used; slot++)
			if (this.state[slot * STATE_WORDS + JOURNAL_HANDLE] !== FREE) visit(slot);
	}

	/** @returns -1 when all slots are taken */
	#addSlot(): number {
		const view = this.#used < this.#slots ? this.#take(SLOT_WORDS) : undefined;
		if (view === undefined) return -1;
		const slot = this.#used++;
		this.#views.push(view);
		this.logs.push(view);
		this.#useView(slot);
		return slot;
	}

	/** The slot's journals are where it has its own words. */
	#useView(slot: number): void {
		const row = slot * STATE_WORDS;
		this.state[row + PLACE] = placeOfView(this.#views[slot]!);
		this.state[row + ROOM] = SLOT_ROOM;
	}

	#addLong(): Int32Array | undefined {
		const long = this.#long < this.#longSlots ? this.#take(LONG_WORDS) : undefined;
		if (long !== undefined) this.#long++;
		return long;
	}
}

const placeOfView = (view: Int32Array): number => view.byteOffset >>> 2;

/** The same words of a larger arena. */
function moved(view: Int32Array, arena: Int32Array): Int32Array {
	const place = placeOfView(view);
	return arena.subarray(place, place + view.length);
}
