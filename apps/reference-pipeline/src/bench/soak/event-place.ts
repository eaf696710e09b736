import type protobuf from 'protobufjs/minimal.js';

/** Where an event of audit comes from. */
export interface EventPlace {
	readonly producerId: string;
	readonly seq: number;
	readonly eventId: string;
}

const ATTRIBUTES = 6;
const STRING_VALUE = 1;
const INT_VALUE = 3;

/** Reads a LogRecord that ends at `end`. @returns undefined for a log record that is no event of a spool */
export function readEventPlace(reader: protobuf.Reader, end: number): EventPlace | undefined {
	const values = new Map<string, string | number>();
	while (reader.pos < end) {
		const tag = reader.uint32();
		if (tag >>> 3 === ATTRIBUTES) readAttribute(reader, reader.uint32() + reader.pos, values);
		else reader.skipType(tag & 7);
	}
	const producerId = values.get('audit.producer_id');
	const seq = values.get('audit.producer_seq');
	const eventId = values.get('pipeline.event.id');
	if (producerId === undefined || seq === undefined || eventId === undefined) return undefined;
	return { producerId: String(producerId), seq: Number(seq), eventId: String(eventId) };
}

function readAttribute(reader: protobuf.Reader, end: number, values: Map<string, string | number>): void {
	let key = '';
	while (reader.pos < end) {
		const tag = reader.uint32();
		if (tag >>> 3 === 1) key = reader.string();
		else if (tag >>> 3 === 2) {
			const value = readValue(reader, reader.uint32() + reader.pos);
			if (value !== undefined) values.set(key, value);
		} else reader.skipType(tag & 7);
	}
}

function readValue(reader: protobuf.Reader, end: number): string | number | undefined {
	let value: string | number | undefined;
	while (reader.pos < end) {
		const tag = reader.uint32();
		if (tag >>> 3 === STRING_VALUE) value = reader.string();
		else if (tag >>> 3 === INT_VALUE) value = Number(String(reader.int64()));
		else reader.skipType(tag & 7);
	}
	return value;
}
