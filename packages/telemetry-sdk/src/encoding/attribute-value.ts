import type { AttributeValue } from '@pipeline/telemetry-core';
import { ProtobufWriter, tag } from './protobuf-writer.ts';

const KEY = tag(1, 2);
const VALUE = tag(2, 2);
export const STRING = tag(1, 2);
export const BOOLEAN = tag(2, 0);
export const INTEGER = tag(3, 0);
export const DOUBLE = tag(4, 1);
const ARRAY = tag(5, 2);
const ELEMENT = tag(1, 2);

const MIN_INT64 = -(2 ** 63);
const MAX_INT64 = 2 ** 63;

/** Writes one KeyValue as field `field`. Not for the ordinary attributes of stages, whose keys are written once and copied. */
export function writeAttribute(writer: ProtobufWriter, field: number, key: string, value: AttributeValue): void {
	const start = openAttribute(writer, field, key);
	const inner = writer.open();
	writeValue(writer, value);
	writer.close(inner);
	writer.close(start);
}

/** The bytes of one KeyValue. */
export function attributeBytes(field: number, key: string, value: AttributeValue): Uint8Array {
	const writer = new ProtobufWriter(1_024);
	writeAttribute(writer, field, key, value);
	return writer.bytes.slice(0, writer.pos);
}

/** Writes a KeyValue up to its value's length. @returns where its own length is */
export function openAttribute(writer: ProtobufWriter, field: number, key: string): number {
	writer.reserve(32);
	writer.bytes[writer.pos++] = tag(field, 2);
	const start = writer.open();
	writer.bytes[writer.pos++] = KEY;
	writer.text(key);
	writer.reserve(32);
	writer.bytes[writer.pos++] = VALUE;
	return start;
}

/** Writes an AnyValue. */
export function writeValue(writer: ProtobufWriter, value: AttributeValue): void {
	writer.reserve(32);
	switch (typeof value) {
		case 'string':
			writer.bytes[writer.pos++] = STRING;
			writer.text(value);
			break;
		case 'number':
			writeNumber(writer, value);
			break;
		case 'boolean':
			writer.bytes[writer.pos++] = BOOLEAN;
			writer.bytes[writer.pos++] = value ? 1 : 0;
			break;
		default: {
			writer.bytes[writer.pos++] = ARRAY;
			const start = writer.open();
			for (const element of value) writeElement(writer, element);
			writer.close(start);
		}
	}
}

/** Whole numbers of 64 bits as integers, all others as doubles. There is room. */
export function writeNumber(writer: ProtobufWriter, value: number): void {
	const isInteger = Number.isInteger(value) && value >= MIN_INT64 && value < MAX_INT64;
	writer.bytes[writer.pos++] = isInteger ? INTEGER : DOUBLE;
	if (isInteger) writer.int64(value);
	else writer.double(value);
}

function writeElement(writer: ProtobufWriter, element: string): void {
	writer.reserve(32);
	writer.bytes[writer.pos++] = ELEMENT;
	const start = writer.open();
	writeValue(writer, element);
	writer.close(start);
}
