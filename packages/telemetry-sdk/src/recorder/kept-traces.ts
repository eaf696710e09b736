/** So few of the places that an entry may have are taken by one that must not be lost, that one of them is free for sure. */
const PROBES = 16;
const SPARSE = 8;
const MAX_BUCKETS = 524_288;
/** Words of an entry: trace id (4), why, when it was decided (seconds). */
const ENTRY = 6;
const WHY = 4;
const WHEN = 5;
/** Beside the reason: something of the trace was found here. */
const SEEN = 1 << 30;
/** Beside the reason: the ones who may have it were asked. */
const ASKED = 1 << 29;
/** Beside the reason: they have answered. */
const ANSWERED = 1 << 28;
const REASON_MASK = ANSWERED - 1;
/** An entry of which something was found may be forgotten before all others. */
const NOT_YET = 2 ** 32;

/**
 * Traces that were decided to be kept, the newest of them: what arrives later of such a trace is kept, too, and a verdict that is repeated is
 * known. A verdict about a trace of which nothing was here is remembered as well: its record may be worked on at this moment, or be on disk.
 * Those have room however many they are, up to 65,536 and more.
 */
export class KeptTraces {
	#entries: Int32Array;
	#mask: number;
	readonly #onUnseen: () => void;
	#unseen = 0;
	#count = 0;

	/**
	 * @param onUnseen told of each trace that is forgotten before anything of it was here
	 * @param buckets a power of two, to begin with
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

	/** Calls back, once, with the place in `ids` of each trace of which nothing was here so far, and the flag of its reason. */
	forEachUnasked(visit: (ids: Int32Array, from: number, reason: number) => void): void {
		this.#forEachUnseen((at) => {
			if ((this.#entries[at + WHY]! & ASKED) !== 0) return;
			const why = this.#entries[at + WHY]!;
			this.#entries[at + WHY] = why | ASKED;
			visit(this.#entries, at, why & REASON_MASK);
		});
	}

	/** Whoever may have something of the trace was asked, and has said what there is. */
	answered(ids: Int32Array, from: number): void {
		const at = this.#find(ids, from);
		if (at >= 0) this.#entries[at + WHY]! |= ANSWERED;
	}

	/**
	 * Forgets the traces decided before, in seconds, of which nothing was here. Those that are being looked for stay until there is an answer, unless
	 * it is the end.
	 */
	forgetUnseen(before: number): void {
		this.#forEachUnseen((at) => {
			const isAwaited = (this.#entries[at + WHY]! & (ASKED | ANSWERED)) === ASKED;
			if (this.#entries[at + WHEN]! >= before || (isAwaited && before < Number.POSITIVE_INFINITY)) return;
			this.#leave(at);
			this.#entries.fill(0, at, at + ENTRY);
			this.#count--;
		});
	}

	/** The entry of a trace, its own or a new one in the oldest place. */
	#enter(ids: Int32Array, from: number, reason: number, seconds: number): number {
		const known = this.#find(ids, from);
		if (known >= 0) return known;
		if (this.#unseen * SPARSE > this.#mask && this.#mask < MAX_BUCKETS - 1) this.#grow();
		const at = this.#takePlace(ids[from + 3]!);
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

	#grow(): void {
		const before = this.#entries;
		this.#entries = new Int32Array(before.length * 2);
		this.#mask = this.#mask * 2 + 1;
		this.#count = 0;
		for (let from = 0; from < before.length; from += ENTRY) {
			if (before[from + WHY] === 0) continue;
			const at = this.#takePlace(before[from + 3]!);
			for (let word = 0; word < ENTRY; word++) this.#entries[at + word] = before[from + word]!;
		}
	}

	/** A free place, else that of the oldest of which something was found, else that of the oldest. */
	#takePlace(key: number): number {
		let oldest = 0;
		let least = Number.POSITIVE_INFINITY;
		for (let probe = 0; probe < PROBES; probe++) {
			const at = ((key + probe) & this.#mask) * ENTRY;
			const why = this.#entries[at + WHY]!;
			if (why === 0) {
				this.#count++;
				return at;
			}
			const age = this.#entries[at + WHEN]! + ((why & SEEN) === 0 ? NOT_YET : 0);
			if (age >= least) continue;
			oldest = at;
			least = age;
		}
		this.#leave(oldest);
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
