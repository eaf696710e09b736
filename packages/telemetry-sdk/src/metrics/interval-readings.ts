import type { Instrument } from './instrument.ts';
import type { Series } from './series.ts';

/** What one reader saw last, so that it can be given the difference. */
export class IntervalReadings {
	readonly #last = new WeakMap<Series, Float64Array>();

	/** Sums that may fall, and gauges, stay as they are. */
	covers({ entry }: Instrument): boolean {
		return entry.kind === 'counter' || entry.kind === 'histogram';
	}

	/** Values since the last call for this series; undefined when there was no measurement. */
	since(series: Series, values: Float64Array): Float64Array | undefined {
		const last = this.#last.get(series);
		this.#last.set(series, values);
		if (last === undefined) return values;
		const difference = values.map((value, at) => value - (last[at] ?? 0));
		return difference.every((value) => value === 0) ? undefined : difference;
	}
}
