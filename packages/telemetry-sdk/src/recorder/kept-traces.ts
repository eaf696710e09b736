const PROBES = 8;
/** Words of an entry: trace id (4), why, when it was decided (seconds). */
const ENTRY = 6;
const WHY = 4;
const WHEN = 5;
/** Beside the reason: something of the trace was found here. */
const SEEN = 1 << 30;
/** Beside the reason: the ones who may have it were asked. */
const ASKED = 1 << 29;
const REASON_MASK = ASKED - 1;

/**
 * Traces that were decided to be kept, the newest of them: what arrives later of such a trace is kept, too, and a verdict that is repeated is
 * known. A verdict about a trace of which nothing was here is remembered as well: its record may be worked on at this moment.
 */
export class KeptTraces {
	readonly #entries: Int32Array;
	readonly #mask: number;
	readonly #onUnseen: () => void;
	#unseen = 0;
	#count = 0;

	/**
	 * @param onUnseen told of each trace that is forgotten before anything of it was here
	 * @param buckets a power of two
	 */
	constructor(onUnseen: () => void, buckets = 16_384) {
		this.#onUnseen = onUnseen;
		this.#entries = new Int32Array(buckets * ENTRY);
		this.#mask = buckets - 1;
	}

	/** The flag of the reason for which a trace is kept; 0 for any other. `ids`: 4 words. */
	reasonOf(ids: Int32Array, from: number): number {
		if (this.#count === 0) return 0;
		const at = this.#find(ids, from);
		return at < 0 ? 0 : this.#entries[at + WHY]! & REASON_MASK;
	}

	/** The trace is kept, and something of it was found here. @returns whether that is new */
	add(ids: Int32Array, from: number, reason: number, seconds: number): boolean {
		const at = this.#enter(ids, from, reason, seconds);
		if ((this.#entries[at + WHY]! & SEEN) !== 0) return false;
		this.#entries[at + WHY]! |= SEEN;
		this.#unseen--;
		return true;
	}

	/** The trace is kept; nothing of it is here so far. */
	expect(ids: Int32Array, from: number, reason: number, seconds: number): void {
		this.#enter(ids, from, reason, seconds);
	}

	/** Calls back, once, with the place in `ids` of each trace of which nothing was here so far. */
	forEachUnasked(visit: (ids: Int32Array, from: number) => void): void {
		this.#forEachUnseen((at) => {
			if ((this.#entries[at + WHY]! & ASKED) !== 0) return;
			this.#entries[at + WHY]! |= ASKED;
			visit(this.#entries, at);
		});
	}

	/** Forgets the traces decided before, in seconds, of which nothing was here. */
	forgetUnseen(before: number): void {
		this.#forEachUnseen((at) => {
			if (this.#entries[at + WHEN]! >= before) return;
			this.#leave(at);
			this.#entries.fill(0, at, at + ENTRY);
			this.#count--;
		});
	}

	/** The entry of a trace, its own or a new one in the oldest place. */
	#enter(ids: Int32Array, from: number, reason: number, seconds: number): number {
		const known = this.#find(ids, from);
		if (known >= 0) return known;
		const at = this.#place(ids[from + 3]!);
		if (this.#entries[at + WHY] === 0) this.#count++;
		else this.#leave(at);
		for (let word = 0; word < 4; word++) this.#entries[at + word] = ids[from + word]!;
		this.#entries[at + WHY] = reason;
		this.#entries[at + WHEN] = seconds;
		this.#unseen++;
		return at;
	}

	#leave(at: number): void {
		if ((this.#entries[at + WHY]! & SEEN) !== 0) return;
		this.#unseen--;
		this.#onUnseen();
	}

	#place(key: number): number {
		let oldest = (key & this.#mask) * ENTRY;
		for (let probe = 0; probe < PROBES; probe++) {
			const at = ((key + probe) & this.#mask) * ENTRY;
			if (this.#entries[at + WHY] === 0) return at;
			if (this.#entries[at + WHEN]! < this.#entries[oldest + WHEN]!) oldest = at;
		}
		return oldest;
	}

	#find(ids: Int32Array, from: number): number {
		const key = ids[from + 3]!;
		for (let probe = 0; probe < PROBES; probe++) {
			const at = ((key + probe) & this.#mask) * ENTRY;
			if (this.#entries[at + WHY] !== 0 && isSame(this.#entries, at, ids, from)) return at;
		}
		return -1;
	}

	#forEachUnseen(visit: (at: number) => void): void {
		if (this.#unseen === 0) return;
		for (let at = 0; at < this.#entries.length; at += ENTRY) {
			const why = this.#entries[at + WHY]!;
			if (why !== 0 && (why & SEEN) === 0) visit(at);
		}
	}
}

function isSame(entries: Int32Array, at: number, ids: Int32Array, from: number): boolean {
	for (let word = 0; word < 4; word++) if (entries[at + word] !== ids[from + word]) return false;
	return true;
}
