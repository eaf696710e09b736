const NS_PER_MS = 1_000_000;
const TWO_16 = 2 ** 16;
const TWO_32 = 2 ** 32;
/** The year 2554: nanoseconds of 64 bits end there. */
const MAX_MS = 18_000_000_000_000;
/** 104 days: nanoseconds up to here are whole numbers. */
const MAX_OFFSET = Number.MAX_SAFE_INTEGER;

/**
 * Points in time as 64-bit nanoseconds since the Unix epoch, without BigInt: bases in two words, and offsets from them that a double
 * holds exactly.
 */
export class UnixNanos {
	#milliseconds = new Float64Array(8);
	#low = new Float64Array(8);
	#high = new Float64Array(8);
	#count = 0;

	/** Forgets all bases. */
	clear(): void {
		this.#count = 0;
	}

	/** @returns the number of the base; anything that is no time counts as the epoch itself */
	addBase(milliseconds: number): number {
		if (this.#count === this.#low.length) this.#grow();
		this.#milliseconds[this.#count] = milliseconds;
		const safe = milliseconds > 0 && milliseconds < MAX_MS ? milliseconds : 0;
		const whole = Math.floor(safe);
		const first = whole % TWO_16;
		const second = ((whole - first) / TWO_16) * NS_PER_MS;
		const low = (second % TWO_16) * TWO_16 + first * NS_PER_MS + Math.round((safe - whole) * NS_PER_MS);
		this.#low[this.#count] = low % TWO_32;
		this.#high[this.#count] = Math.floor(second / TWO_16) + Math.floor(low / TWO_32);
		return this.#count++;
	}

	/** A base as it was given. */
	milliseconds(base: number): number {
		return this.#milliseconds[base]!;
	}

	/** Writes a base plus an offset in nanoseconds, little endian. */
	write(base: number, offset: number, view: DataView, at: number): void {
		const safe = offset >= 0 ? Math.min(offset, MAX_OFFSET) : 0;
		const low = this.#low[base]! + (safe < TWO_32 ? safe : safe % TWO_32);
		const carried = low >= TWO_32 ? 1 : 0;
		view.setUint32(at, low, true);
		view.setUint32(at + 4, this.#high[base]! + carried + (safe < TWO_32 ? 0 : Math.floor(safe / TWO_32)), true);
	}

	/** True when the first point in time is later than the second. */
	isLater(base: number, offset: number, otherBase: number, otherOffset: number): boolean {
		const high = (this.#high[base]! - this.#high[otherBase]!) * TWO_32;
		return high + (this.#low[base]! - this.#low[otherBase]!) + (offset - otherOffset) > 0;
	}

	#grow(): void {
		this.#milliseconds = doubled(this.#milliseconds);
		this.#low = doubled(this.#low);
		this.#high = doubled(this.#high);
	}
}

function doubled(numbers: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
	const larger = new Float64Array(numbers.length * 2);
	larger.set(numbers);
	return larger;
}
