// Hot path: asked for every record that begins while some are left out.
import type { Admission } from '../recorder/left-out.ts';

/** Steps of the golden ratio fill 0..1 evenly and follow no rhythm that records could have. */
const STEP = 0.618_033_988_749_894_8;

/** Follows a share of the records, by their sequence: the same ones in each run, evenly spread. */
export class ShareAdmission implements Admission {
	#share = 1;
	#phase = 0;

	/** 0..1. */
	get share(): number {
		return this.#share;
	}

	set share(value: number) {
		this.#share = Math.min(1, Math.max(0, value));
	}

	get isPartial(): boolean {
		return this.#share < 1;
	}

	admits(): boolean {
		const next = this.#phase + STEP;
		this.#phase = next >= 1 ? next - 1 : next;
		return this.#phase < this.#share;
	}
}
