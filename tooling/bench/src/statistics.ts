/** Quartiles and ends of a sample. */
export interface Spread {
	readonly count: number;
	readonly median: number;
	readonly q1: number;
	readonly q3: number;
	readonly min: number;
	readonly max: number;
}

/** A sample without values has no quantiles. */
export class EmptySampleError extends Error {
	readonly code = 'EMPTY_SAMPLE';

	constructor() {
		super('a quantile needs at least one value');
		this.name = 'EmptySampleError';
	}
}

function sorted(values: ArrayLike<number>): Float64Array {
	if (values.length === 0) throw new EmptySampleError();
	return Float64Array.from(values).sort();
}

function quantileOfSorted(ascending: Float64Array, fraction: number): number {
	const position = (ascending.length - 1) * fraction;
	const below = Math.floor(position);
	const low = ascending[below] as number;
	const high = ascending[Math.min(below + 1, ascending.length - 1)] as number;
	return low + (high - low) * (position - below);
}

/**
 * The value below which `fraction` (0 to 1) of the sample lies, interpolated between neighbours.
 *
 * @throws EmptySampleError
 */
export function quantile(values: ArrayLike<number>, fraction: number): number {
	return quantileOfSorted(sorted(values), fraction);
}

/**
 * Middle of the sample.
 *
 * @throws EmptySampleError
 */
export function median(values: ArrayLike<number>): number {
	return quantile(values, 0.5);
}

/**
 * Median, quartiles and ends of the sample.
 *
 * @throws EmptySampleError
 */
export function spread(values: ArrayLike<number>): Spread {
	const ascending = sorted(values);
	return {
		count: ascending.length,
		median: quantileOfSorted(ascending, 0.5),
		q1: quantileOfSorted(ascending, 0.25),
		q3: quantileOfSorted(ascending, 0.75),
		min: ascending[0] as number,
		max: ascending.at(-1) as number,
	};
}

/** `after[i] - before[i]` for each pair: what slow drift of the machine does to both sides falls out. */
export function pairedDifferences(before: ArrayLike<number>, after: ArrayLike<number>): Float64Array {
	return Float64Array.from(before, (value, index) => (after[index] ?? Number.NaN) - value);
}
