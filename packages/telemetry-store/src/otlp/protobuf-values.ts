import type { Reader } from 'protobufjs/minimal.js';
import { checkDepth, type OtlpBudget } from './otlp-budget.ts';
import { invalid } from './otlp-error.ts';
import { type Attributes, OtlpMap, type OtlpValue } from './otlp-types.ts';

// Hot path: an attribute is read by these functions, and a record has twenty of them.

const SAFE_BYTES = 7;
const NONE: Attributes = Object.freeze([]);

/** Where a length-delimited field ends that begins here. */
export function endOf(reader: Reader): number {
	const length = reader.uint32();
	const end = reader.pos + length;
	if (end > reader.len) throw invalid('A field is longer than the request.');
	return end;
}

/** A 64-bit varint without a sign: a number where one holds it. */
export function readVarint(reader: Reader): number | bigint {
	let value = 0;
	let factor = 1;
	for (let index = 0; index < SAFE_BYTES; index++, factor *= 128) {
		const byte = byteOf(reader);
		value += (byte & 127) * factor;
		if (byte < 128) return value;
	}
	let long = BigInt(value);
	for (let shift = 49n; shift < 70n; shift += 7n) {
		const byte = byteOf(reader);
		long |= BigInt(byte & 127) << shift;
		if (byte < 128) return BigInt.asUintN(64, long);
	}
	throw invalid('A number has more than 64 bits.');
}

function byteOf(reader: Reader): number {
	const byte = reader.buf[reader.pos++];
	if (byte === undefined || reader.pos > reader.len) throw invalid('The request ends within a number.');
	return byte;
}

/** A signed integer: a number where one holds it. */
export function readInt(reader: Reader): number | bigint {
	const value = readVarint(reader);
	if (typeof value === 'number') return value;
	const signed = BigInt.asIntN(64, value);
	return signed <= Number.MAX_SAFE_INTEGER && signed >= Number.MIN_SAFE_INTEGER ? Number(signed) : signed;
}

/** Adds a KeyValue to those before it. */
export function readKeyValue(reader: Reader, before: Attributes, budget: OtlpBudget, depth = 0): Attributes {
	budget.takeValue();
	const end = endOf(reader);
	let key = '';
	let value: OtlpValue;
	while (reader.pos < end) {
		const tag = reader.uint32();
		if (tag === 10) key = budget.texts.readKey(reader, before.length);
		else if (tag === 18) value = readValue(reader, budget, depth, before.length);
		else skip(reader, tag);
	}
	checkEnd(reader, end);
	// The list of a message that has none yet is shared.
	const entries = before.length === 0 ? [] : (before as [string, OtlpValue][]);
	entries.push([key, value]);
	return entries;
}

/**
 * An AnyValue; the last of its fields counts.
 *
 * @param index of the attribute whose value it is; without one, texts are not expected to be those of the record before
 */
export function readValue(reader: Reader, budget: OtlpBudget, depth = 0, index = Number.POSITIVE_INFINITY): OtlpValue {
	checkDepth(depth);
	const end = endOf(reader);
	let value: OtlpValue;
	while (reader.pos < end) {
		const tag = reader.uint32();
		if (tag === 10) value = budget.texts.readValue(reader, index);
		else if (tag === 16) value = readVarint(reader) !== 0;
		else if (tag === 24) value = readInt(reader);
		else if (tag === 33) value = reader.double();
		else if (tag === 42) value = readList(reader, budget, depth);
		else if (tag === 50) value = readMap(reader, budget, depth);
		else if (tag === 58) value = reader.bytes();
		else skip(reader, tag);
	}
	checkEnd(reader, end);
	return value;
}

function readList(reader: Reader, budget: OtlpBudget, depth: number): OtlpValue {
	const end = endOf(reader);
	const values: OtlpValue[] = [];
	while (reader.pos < end) {
		const tag = reader.uint32();
		if (tag === 10) {
			budget.takeValue();
			values.push(readValue(reader, budget, depth + 1));
		} else skip(reader, tag);
	}
	checkEnd(reader, end);
	return values;
}

function readMap(reader: Reader, budget: OtlpBudget, depth: number): OtlpValue {
	const end = endOf(reader);
	let entries = NONE;
	while (reader.pos < end) {
		const tag = reader.uint32();
		if (tag === 10) entries = readKeyValue(reader, entries, budget, depth + 1);
		else skip(reader, tag);
	}
	checkEnd(reader, end);
	return new OtlpMap(entries);
}

/** A field that nobody asks for. */
export function skip(reader: Reader, tag: number): void {
	if (tag >>> 3 === 0) throw invalid('A field has no number.');
	reader.skipType(tag & 7);
}

export function checkEnd(reader: Reader, end: number): void {
	if (reader.pos !== end) throw invalid('A field ends behind the end of its message.');
}
