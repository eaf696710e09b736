// Hot path: `add` runs for every record that leaves the process or came from another.

import * as HEADER from './header.ts';
import type { JournalMemory } from './journal-memory.ts';

const PROBES = 32;
/** Words of an entry: low word of the trace id, place of the receipt. */
const ENTRY = 2;
/** Half of the shortest receipt: so many buckets that few entries meet. */
const WORDS_PER_BUCKET = 8;

/** Finds receipts by trace id while they are in memory. Newer ones take the place of older ones. */
export class ReceiptIndex {
	readonly #memory: JournalMemory;
	readonly #entries: Int32Array;
	readonly #mask: number;

	constructor(memory: JournalMemory) {
		const buckets = 2 ** Math.ceil(Math.log2(Math.max(PROBES, memory.receiptWords / WORDS_PER_BUCKET)));
		this.#memory = memory;
		this.#entries = new Int32Array(buckets * ENTRY);
		this.#mask = buckets - 1;
	}

	add(place: number): void {
		const { arena } = this.#memory;
		const key = arena[place + HEADER.TRACE_ID + 3]!;
		const entries = this.#entries;
		let at = (key & this.#mask) * ENTRY;
		for (let probe = 0; probe < PROBES; probe++) {
			const candidate = ((key + probe) & this.#mask) * ENTRY;
			const other = entries[candidate + 1]!;
			// Free, or its receipt is no longer there.
			if (other === 0 || arena[other + HEADER.TRACE_ID + 3] !== entries[candidate]) {
				at = candidate;
				break;
			}
		}
		entries[at] = key;
		entries[at + 1] = place;
	}

	/** Calls back with the place of each receipt of a trace (4 words). @returns how many there were */
	find(traceId: Int32Array, visit: (place: number) => void): number {
		const key = traceId[3]!;
		let found = 0;
		for (let probe = 0; probe < PROBES; probe++) {
			const at = ((key + probe) & this.#mask) * ENTRY;
			const place = this.#entries[at + 1]!;
			if (place === 0 || this.#entries[at] !== key || !this.#is(place, traceId)) continue;
			found++;
			visit(place);
		}
		return found;
	}

	#is(place: number, traceId: Int32Array): boolean {
		const { arena } = this.#memory;
		for (let word = 0; word < 4; word++) if (arena[place + HEADER.TRACE_ID + word] !== traceId[word]) return false;
		return true;
	}
}
