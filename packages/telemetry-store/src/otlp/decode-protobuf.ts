import protobuf, { type Reader } from 'protobufjs/minimal.js';
import type { OtlpBudget } from './otlp-budget.ts';
import { invalid, OtlpError } from './otlp-error.ts';
import { type FieldKind, type OtlpField, type OtlpMessage, REQUESTS, RESOURCE, SCOPE } from './otlp-messages.ts';
import type { Attributes, ItemsOf, OtlpGroup, OtlpSource, Signal } from './otlp-types.ts';
import { checkEnd, endOf, readKeyValue, readValue, readVarint, skip } from './protobuf-values.ts';

const BYTES = 2;
/** Wire types of what is no bytes. */
const WIRE_TYPES: Readonly<Partial<Record<FieldKind, number>>> = {
	...{ uint32: 0, int32: 0, sint32: 0, boolean: 0, uint64: 0 },
	...{ double: 1, fixed64: 1, sfixed64: 1, fixed32: 5 },
};
const MAX_ID_BYTES = 32;
const TWO_TO_32 = 4_294_967_296n;
/** Of items that are read at a time. */
const SLICE_BYTES = 32_768;
const SLICE_ITEMS = 64;

/**
 * Reads a request a slice at a time, so that whoever asks can do something else in between. Fields that are not known, and fields of another
 * wire type than theirs, are skipped.
 *
 * @throws OtlpError from `next`
 */
export function* decodeProtobuf<S extends Signal>(
	signal: S,
	body: Uint8Array,
	budget: OtlpBudget,
): Generator<OtlpGroup<ItemsOf[S]>> {
	try {
		const reader = protobuf.Reader.create(Buffer.from(body.buffer, body.byteOffset, body.byteLength));
		for (const resourceEnd of fieldsNamed(reader, reader.len, 1)) {
			yield* decodeResource(signal, reader, resourceEnd, budget);
		}
	} catch (error) {
		if (error instanceof OtlpError) throw error;
		throw invalid('The request is cut off or damaged.', error);
	}
}

function* decodeResource<S extends Signal>(
	signal: S,
	reader: Reader,
	end: number,
	budget: OtlpBudget,
): Generator<OtlpGroup<ItemsOf[S]>> {
	budget.takeSource();
	const start = reader.pos;
	const { part: resource, schemaUrl } = decodeHead(reader, end, RESOURCE, budget);
	reader.pos = start;
	for (const scopeEnd of fieldsNamed(reader, end, 2)) {
		budget.takeSource();
		const scopeStart = reader.pos;
		const { part: scope, schemaUrl: scopeSchemaUrl } = decodeHead(reader, scopeEnd, SCOPE, budget);
		reader.pos = scopeStart;
		const source: OtlpSource = { resource, resourceSchemaUrl: schemaUrl, scope, scopeSchemaUrl };
		yield* decodeItems<S>(reader, scopeEnd, source, REQUESTS[signal].item as OtlpMessage<ItemsOf[S]>, budget);
	}
}

function* decodeItems<S extends Signal>(
	reader: Reader,
	end: number,
	source: OtlpSource,
	message: OtlpMessage<ItemsOf[S]>,
	budget: OtlpBudget,
): Generator<OtlpGroup<ItemsOf[S]>> {
	let items: ItemsOf[S][] = [];
	let sliceEnd = reader.pos + SLICE_BYTES;
	for (const itemEnd of fieldsNamed(reader, end, 2)) {
		budget.takeItem();
		items.push(decodeMessage(reader, itemEnd, message, budget));
		if (reader.pos < sliceEnd && items.length < SLICE_ITEMS) continue;
		yield { source, items };
		items = [];
		sliceEnd = reader.pos + SLICE_BYTES;
	}
	if (items.length > 0) yield { source, items };
}

/** Stops inside each message with this number; whoever asks reads up to its end, which is what it gets. */
function* fieldsNamed(reader: Reader, end: number, number: number): Generator<number> {
	while (reader.pos < end) {
		const tag = reader.uint32();
		if (tag !== number * 8 + BYTES) skip(reader, tag);
		else {
			const fieldEnd = endOf(reader);
			yield fieldEnd;
			reader.pos = fieldEnd;
		}
	}
	checkEnd(reader, end);
}

/** What a resource or scope says of itself, which may stand behind its items. */
function decodeHead<Part extends object>(reader: Reader, end: number, message: OtlpMessage<Part>, budget: OtlpBudget) {
	let part = message.blank();
	let schemaUrl = '';
	while (reader.pos < end) {
		const tag = reader.uint32();
		if (tag === 10) part = decodeMessage(reader, endOf(reader), message, budget);
		else if (tag === 26) schemaUrl = reader.string();
		else skip(reader, tag);
	}
	checkEnd(reader, end);
	return { part, schemaUrl };
}

function decodeMessage<Content extends object>(
	reader: Reader,
	end: number,
	{ blank, fields }: OtlpMessage<Content>,
	budget: OtlpBudget,
): Content {
	const content = blank() as Record<string, unknown>;
	while (reader.pos < end) {
		const tag = reader.uint32();
		const field = fields[tag >>> 3];
		if (field === undefined || !decodeField(reader, tag & 7, field, content, budget)) skip(reader, tag);
	}
	checkEnd(reader, end);
	return content as Content;
}

/** @returns false when it has another wire type than the field */
function decodeField(
	reader: Reader,
	wireType: number,
	{ name, kind, isList }: OtlpField,
	content: Record<string, unknown>,
	budget: OtlpBudget,
): boolean {
	const expected = typeof kind === 'string' ? (WIRE_TYPES[kind] ?? BYTES) : BYTES;
	if (isList && expected !== BYTES && wireType === BYTES) {
		const end = endOf(reader);
		while (reader.pos < end) addTo(content, name, readKind(reader, kind, budget), budget);
		checkEnd(reader, end);
		return true;
	}
	if (wireType !== expected) return false;
	if (kind === 'attributes') content[name] = readKeyValue(reader, content[name] as Attributes, budget);
	else if (isList) addTo(content, name, readKind(reader, kind, budget), budget);
	else content[name] = readKind(reader, kind, budget);
	return true;
}

function addTo(content: Record<string, unknown>, name: string, value: unknown, budget: OtlpBudget): void {
	budget.takeValue();
	const before = content[name] as unknown[];
	// The list of a message that has none yet is shared.
	if (before.length === 0) content[name] = [value];
	else before.push(value);
}

function readKind(reader: Reader, kind: OtlpField['kind'], budget: OtlpBudget): unknown {
	if (typeof kind !== 'string') return decodeMessage(reader, endOf(reader), kind, budget);
	switch (kind) {
		case 'text':
			return reader.string();
		case 'id':
			return idOf(reader.bytes());
		case 'uint32':
			return reader.uint32();
		case 'int32':
			return reader.int32();
		case 'sint32':
			return reader.sint32();
		case 'fixed32':
			return reader.fixed32();
		case 'boolean':
			return readVarint(reader) !== 0;
		case 'double':
			return reader.double();
		case 'uint64':
			return BigInt(readVarint(reader));
		case 'fixed64':
			return readFixed64(reader);
		case 'sfixed64':
			return BigInt.asIntN(64, readFixed64(reader));
		case 'any':
			return readValue(reader, budget);
		case 'attributes':
			return readKeyValue(reader, [], budget);
	}
}

function readFixed64(reader: Reader): bigint {
	const low = BigInt(reader.fixed32());
	return BigInt(reader.fixed32()) * TWO_TO_32 + low;
}

/** Hexadecimal text; empty for none, which is no bytes, or zeros. */
export function idOf(bytes: Uint8Array): string {
	if (bytes.length > MAX_ID_BYTES) throw invalid(`An id has at most ${MAX_ID_BYTES} bytes.`);
	const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
	return isZero(bytes) ? '' : text;
}

function isZero(bytes: Uint8Array): boolean {
	for (const byte of bytes) if (byte !== 0) return false;
	return true;
}
