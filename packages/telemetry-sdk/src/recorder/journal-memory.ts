// Hot path: every call on a record's journal begins here.
import type { Journal } from '@pipeline/telemetry-core';
import { FREE, JOURNAL_HANDLE, ROOM, SLOT_WORDS, STATE_WORDS, TIMES } from './slot-state.ts';

export interface JournalMemoryOptions {
	/** Records followed at the same time; a power of two, at most 65,536. @default 16384 */
	readonly slots?: number;
	/** Words for receipts, behind the slots in the same memory. @default 1048576, 4 MB */
	readonly receiptWords?: number;
	/** Words that journals longer than a slot may take together. @default 16777216, 64 MB */
	readonly extraWords?: number;
}

/**
 * The slots of the records that are being worked on, last in first out, so that few of them are touched (memory that was never touched
 * takes no room). A journal that outgrows its slot moves to a longer log of its own.
 *
 * A handle is the slot's number and a generation, in 32 bits together: with 16,384 slots one stale handle in 262,144 goes unnoticed.
 */
export class JournalMemory {
	readonly state: Int32Array;
	readonly times: Float64Array;
	/** All slots, one behind the other, then the receipts: a receipt is one copy within it. */
	readonly arena: Int32Array;
	/** Where receipts begin in it. */
	readonly receiptsAt: number;
	/** The same words, for ids. */
	readonly unsigned: Uint32Array;
	/** Each slot's words. */
	readonly logs: Int32Array[] = [];
	readonly slotMask: number;
	readonly #slotBits: number;
	readonly #slots: number;
	readonly #free: Int32Array;
	readonly #lastGeneration: number;
	#freeCount = 0;
	#used = 0;
	#generation: number;
	#extraWords: number;

	/** @throws RangeError when `slots` is no power of two up to 65,536 */
	constructor({ slots = 16_384, receiptWords = 1_048_576, extraWords = 16_777_216 }: JournalMemoryOptions = {}) {
		this.#slotBits = Math.log2(slots);
		if (!Number.isInteger(this.#slotBits) || this.#slotBits > 16)
			throw new RangeError(`The number of slots is a power of two up to 65536, not ${slots}.`);
		this.#slots = slots;
		this.slotMask = slots - 1;
		this.receiptsAt = slots * SLOT_WORDS;
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

	/** Where a slot's words are in the arena, until its journal moves to a log of its own. */
	placeOf(slot: number): number {
		return slot * SLOT_WORDS;
	}

	free(slot: number): void {
		const at = slot * STATE_WORDS;
		if (this.state[at] === FREE) return;
		this.state[at] = FREE;
		const log = this.logs[slot]!;
		if (log.length > SLOT_WORDS) {
			this.#extraWords += log.length;
			this.logs[slot] = this.#viewOf(slot);
		}
		this.#free[this.#freeCount++] = slot;
	}

	/** Makes room for more words than the slot's log has. @returns false when there is none; the journal stays as it is */
	grow(slot: number, words: number, maxWords: number): boolean {
		const log = this.logs[slot]!;
		if (words > maxWords) return false;
		let length = log.length;
		while (length < words) length *= 2;
		length = Math.min(length, maxWords);
		const own = log.length > SLOT_WORDS ? log.length : 0;
		if (length - own > this.#extraWords) return false;
		const longer = new Int32Array(length);
		longer.set(log);
		this.#extraWords -= length - own;
		this.logs[slot] = longer;
		this.state[slot * STATE_WORDS + ROOM] = 0;
		return true;
	}

	/** Calls back for each slot in use. */
	forEachActive(visit: (slot: number) => void): void {
		for (let slot = 0; slot < this.#used; slot++)
			if (this.state[slot * STATE_WORDS + JOURNAL_HANDLE] !== FREE) visit(slot);
	}

	#addSlot(): number {
		const slot = this.#used++;
		this.logs.push(this.#viewOf(slot));
		return slot;
	}

	#viewOf(slot: number): Int32Array {
		return this.arena.subarray(slot * SLOT_WORDS, (slot + 1) * SLOT_WORDS);
	}
}
