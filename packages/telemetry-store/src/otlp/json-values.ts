import { checkDepth, type OtlpBudget } from './otlp-budget.ts';
import { invalid } from './otlp-error.ts';
import { type Attributes, OtlpMap, type OtlpValue } from './otlp-types.ts';

const INTEGER = /^-?\d{1,20}$/;
const BASE64 = /^[\w+/-]*={0,2}$/;
const MIN_INT = -(2n ** 63n);
const MAX_INT = 2n ** 64n - 1n;
const WORDS: Readonly<Record<string, number>> = {
	NaN: Number.NaN,
	Infinity: Number.POSITIVE_INFINITY,
	'-Infinity': Number.NEGATIVE_INFINITY,
};

/** Own member of an object; undefined when absent or null, which mean the same. @throws OtlpError for something that is no object */
export function member(object: unknown, name: string): unknown {
	if (typeof object !== 'object' || object === null || Array.isArray(object)) throw invalid('An object is expected.');
	return Object.hasOwn(object, name) ? ((object as Record<string, unknown>)[name] ?? undefined) : undefined;
}

export function listOf(value: unknown): readonly unknown[] {
	if (value === undefined) return [];
	if (!Array.isArray(value)) throw invalid('A list is expected.');
	return value;
}

export function textOf(value: unknown): string {
	if (typeof value !== 'string') throw invalid('A text is expected.');
	// As in protobuf, where a text is UTF-8.
	return value.toWellFormed();
}

export function booleanOf(value: unknown): boolean {
	if (typeof value !== 'boolean') throw invalid('true or false is expected.');
	return value;
}

/** A double as a number, a decimal text, or one of the words for what JSON has no number for. */
export function doubleOf(value: unknown): number {
	if (typeof value === 'number') return value;
	if (typeof value === 'bigint') return Number(value);
	const number = typeof value === 'string' && value.trim() !== '' ? (WORDS[value] ?? Number(value)) : undefined;
	if (number === undefined || (Number.isNaN(number) && value !== 'NaN')) throw invalid('A number is expected.');
	return number;
}

/** An integer as a number or a decimal text. */
export function integerOf(value: unknown): bigint {
	if (typeof value === 'bigint') return inRange(value);
	if (typeof value === 'number' && Number.isInteger(value)) return inRange(BigInt(value));
	if (typeof value === 'string' && INTEGER.test(value)) return inRange(BigInt(value));
	throw invalid('An integer is expected.');
}

function inRange(value: bigint): bigint {
	if (value < MIN_INT || value > MAX_INT) throw invalid('An integer has more than 64 bits.');
	return value;
}

function bytesOf(value: unknown): Uint8Array {
	if (typeof value !== 'string' || !BASE64.test(value)) throw invalid('Bytes in base64 are expected.');
	return Buffer.from(value, 'base64');
}

/** A list of KeyValues. */
export function attributesOf(value: unknown, budget: OtlpBudget, depth = 0): Attributes {
	return listOf(value).map((entry) => {
		budget.takeValue();
		const key = member(entry, 'key');
		return [key === undefined ? '' : textOf(key), anyValueOf(member(entry, 'value'), budget, depth)] as const;
	});
}

/** An AnyValue. */
export function anyValueOf(value: unknown, budget: OtlpBudget, depth = 0): OtlpValue {
	checkDepth(depth);
	if (value === undefined) return undefined;
	const read = (name: string) => member(value, name);
	let found = read('stringValue');
	if (found !== undefined) return textOf(found);
	found = read('intValue');
	if (found !== undefined) return intOf(found);
	found = read('doubleValue');
	if (found !== undefined) return doubleOf(found);
	found = read('boolValue');
	if (found !== undefined) return booleanOf(found);
	found = read('bytesValue');
	if (found !== undefined) return bytesOf(found);
	found = read('arrayValue');
	if (found !== undefined) return listValueOf(found, budget, depth);
	found = read('kvlistValue');
	if (found === undefined) return undefined;
	// The examples of the specification write the list itself where its rules have an object with `values`.
	return new OtlpMap(attributesOf(Array.isArray(found) ? found : member(found, 'values'), budget, depth + 1));
}

function listValueOf(value: unknown, budget: OtlpBudget, depth: number): OtlpValue {
	return listOf(member(value, 'values')).map((entry) => {
		budget.takeValue();
		return anyValueOf(entry ?? undefined, budget, depth + 1);
	});
}

function intOf(value: unknown): number | bigint {
	const integer = BigInt.asIntN(64, integerOf(value));
	const isSafe = integer <= Number.MAX_SAFE_INTEGER && integer >= Number.MIN_SAFE_INTEGER;
	return isSafe ? Number(integer) : integer;
}
