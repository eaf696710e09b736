const double = new Float64Array(1);
const words = new Int32Array(double.buffer);

/** Writes a double as two words, low one first. */
export function writeDouble(value: number, out: Int32Array, at: number): void {
	double[0] = value;
	out[at] = words[0]!;
	out[at + 1] = words[1]!;
}

export function readDouble(from: Int32Array, at: number): number {
	words[0] = from[at]!;
	words[1] = from[at + 1]!;
	return double[0]!;
}
