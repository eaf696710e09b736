import type { Journal } from '../journal/tracer.ts';
import type { TraceFields } from '../propagation/trace-fields.ts';
import { ActiveRecord } from './active-record.ts';

/** Slots in a handle: journal = generation * SLOT_SPAN + slot. Generations start at random, so a stale handle of another life rarely matches. */
const SLOT_SPAN = 2 ** 20;
const GENERATIONS = 2 ** 32;

/** Which record a handle means. Slots are reused last in, first out; a handle of an earlier use finds nothing. */
export class RecordSlots {
	readonly #capacity: number;
	readonly #records: (ActiveRecord | undefined)[] = [];
	readonly #free: number[] = [];
	#generation = 1 + Math.floor(Math.random() * (GENERATIONS - 2));

	constructor(capacity: number) {
		this.#capacity = Math.min(capacity, SLOT_SPAN);
	}

	get active(): number {
		return this.#records.length - this.#free.length;
	}

	/** 0 when all slots are taken. */
	open(startMs: number, remote: Readonly<TraceFields> | undefined): Journal {
		const slot = this.#free.pop() ?? this.#records.length;
		if (slot >= this.#capacity) return 0 as Journal;
		this.#generation = (this.#generation % (GENERATIONS - 1)) + 1;
		this.#records[slot] = new ActiveRecord(this.#generation, startMs, remote);
		return (this.#generation * SLOT_SPAN + slot) as Journal;
	}

	find(journal: Journal): ActiveRecord | undefined {
		const record = this.#records[journal % SLOT_SPAN];
		return record !== undefined && record.generation === Math.floor(journal / SLOT_SPAN) ? record : undefined;
	}

	discard(journal: Journal): void {
		if (this.find(journal) === undefined) return;
		const slot = journal % SLOT_SPAN;
		this.#records[slot] = undefined;
		this.#free.push(slot);
	}

	/** Frees every record that began before this time and hands it over. */
	sweep(beforeMs: number, ended: (record: ActiveRecord) => void): void {
		for (let slot = 0; slot < this.#records.length; slot++) {
			const record = this.#records[slot];
			if (record === undefined || record.startMs >= beforeMs) continue;
			this.#records[slot] = undefined;
			this.#free.push(slot);
			ended(record);
		}
	}
}
