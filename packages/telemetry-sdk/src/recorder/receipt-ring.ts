// Hot path: one copy for every record.

import * as Flag from './flag.ts';
import * as HEADER from './header.ts';
import type { JournalMemory } from './journal-memory.ts';

/** What is done with receipts: once with each, and once more with those that are let go. */
export interface ReceiptConsumer {
	consume(words: Int32Array, at: number): void;
	/** The receipt's room is needed. */
	evict(words: Int32Array, at: number): void;
}

/** True for a receipt that somebody may ask for: what began and ended here is the only one of its trace. */
export const isWanted = (flags: number): boolean => (flags & (Flag.PARKED | Flag.ROOT)) !== Flag.ROOT;

/**
 * The newest receipts, in the same memory as the slots: the journals of records that have left this process, one behind the other. Records
 * that wait for a verdict are found here until their room is needed. While there are none that may be asked for, the same few pages are used
 * again and again, which stay in the processor's cache.
 */
export class ReceiptRing {
	readonly #memory: JournalMemory;
	readonly #consumer: ReceiptConsumer;
	readonly #begin: number;
	readonly #end: number;
	/** Where the next receipt is written. */
	#head: number;
	/** The oldest receipt. */
	#tail: number;
	/** The oldest receipt that was not consumed. */
	#read: number;
	#words = 0;
	#pendingWords = 0;
	/** Receipts that may be asked for. */
	#wanted = 0;

	constructor(memory: JournalMemory, consumer: ReceiptConsumer) {
		this.#memory = memory;
		this.#consumer = consumer;
		this.#begin = memory.receiptsAt;
		this.#end = memory.receiptsAt + memory.receiptWords;
		this.#head = this.#begin;
		this.#tail = this.#begin;
		this.#read = this.#begin;
	}

	/** Words of receipts in memory. */
	get words(): number {
		return this.#words;
	}

	/** Copies a slot's journal here. @returns where it is in the arena; -1 for one that is too long, which was consumed at once */
	append(slot: number, length: number): number {
		if (length > (this.#end - this.#begin) >>> 2) return this.#passBy(slot);
		if (this.#end - this.#head < length) this.#turn();
		while (this.#end - this.#begin - this.#words < length) this.#evictOldest();
		const place = this.#head;
		const log = this.#memory.logs[slot]!;
		const from = this.#memory.placeOf(slot);
		const { arena } = this.#memory;
		if (from >= 0) arena.copyWithin(place, from, from + length);
		else arena.set(log.subarray(0, length), place);
		this.#head = place + length;
		this.#words += length;
		this.#pendingWords += length;
		if (isWanted(log[HEADER.FLAGS]!)) this.#wanted++;
		if (this.#pendingWords > (this.#end - this.#begin) >>> 1) this.consume();
		return place;
	}

	/** Hands over what was appended since the last time, or so many words of it and a little more. @returns whether that was all */
	consume(words: number = this.#pendingWords): boolean {
		const left = Math.max(0, this.#pendingWords - words);
		while (this.#pendingWords > left) {
			const place = this.#read;
			const length = this.#lengthAt(place);
			this.#read = place + length === this.#end ? this.#begin : place + length;
			this.#pendingWords -= length;
			const { arena } = this.#memory;
			if (arena[place] !== 0) this.#consumer.consume(arena, place);
		}
		if (this.#pendingWords > 0) return false;
		if (this.#wanted === 0) this.#rewind();
		return true;
	}

	#rewind(): void {
		this.#head = this.#begin;
		this.#tail = this.#begin;
		this.#read = this.#begin;
		this.#words = 0;
	}

	#passBy(slot: number): number {
		const log = this.#memory.logs[slot]!;
		this.#consumer.consume(log, 0);
		this.#consumer.evict(log, 0);
		return -1;
	}

	/** Leaves a gap to the end of memory: the next receipt does not fit there. */
	#turn(): void {
		const gap = this.#end - this.#head;
		while (this.#end - this.#begin - this.#words < gap) this.#evictOldest();
		if (gap > 0) this.#memory.arena[this.#head] = 0;
		this.#words += gap;
		this.#pendingWords += gap;
		this.#head = this.#begin;
		if (gap > 0) return;
		if (this.#read === this.#end) this.#read = this.#begin;
		if (this.#tail === this.#end) this.#tail = this.#begin;
	}

	/** It was consumed: what was not is never more than half of the memory and one gap, and no receipt is longer than a quarter. */
	#evictOldest(): void {
		const { arena } = this.#memory;
		const place = this.#tail;
		const length = this.#lengthAt(place);
		this.#tail = place + length === this.#end ? this.#begin : place + length;
		this.#words -= length;
		if (arena[place] === 0) return;
		if (isWanted(arena[place + HEADER.FLAGS]!)) this.#wanted--;
		this.#consumer.evict(arena, place);
		// Not to be found by its trace id any more.
		arena[place + HEADER.TRACE_ID + 3] = 0;
	}

	/** A gap reaches to the end. */
	#lengthAt(place: number): number {
		const { arena } = this.#memory;
		return arena[place] === 0 ? this.#end - place : arena[place + HEADER.LENGTH]!;
	}
}
