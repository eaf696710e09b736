/** How a field is written in OTLP's JSON. */
type Type = 'text' | 'id' | 'number' | 'int64' | 'fixed64' | 'fixed32' | 'boolean' | 'double' | 'base64' | Message;
/** Field number -> name, type and whether it is a list. */
interface Message {
	readonly [field: number]: readonly [name: string, type: Type, isList?: 'list'];
}

const anyValue: Record<number, readonly [string, Type, 'list'?]> = {
	1: ['stringValue', 'text'],
	2: ['boolValue', 'boolean'],
	3: ['intValue', 'int64'],
	4: ['doubleValue', 'double'],
	7: ['bytesValue', 'base64'],
};
const keyValue: Message = { 1: ['key', 'text'], 2: ['value', anyValue] };
anyValue[5] = ['arrayValue', { 1: ['values', anyValue, 'list'] }];
anyValue[6] = ['kvlistValue', { 1: ['values', keyValue, 'list'] }];

const event: Message = {
	1: ['timeUnixNano', 'fixed64'],
	2: ['name', 'text'],
	3: ['attributes', keyValue, 'list'],
	4: ['droppedAttributesCount', 'number'],
};
const link: Message = {
	1: ['traceId', 'id'],
	2: ['spanId', 'id'],
	3: ['traceState', 'text'],
	4: ['attributes', keyValue, 'list'],
	5: ['droppedAttributesCount', 'number'],
	6: ['flags', 'fixed32'],
};
const span: Message = {
	1: ['traceId', 'id'],
	2: ['spanId', 'id'],
	3: ['traceState', 'text'],
	4: ['parentSpanId', 'id'],
	5: ['name', 'text'],
	6: ['kind', 'number'],
	7: ['startTimeUnixNano', 'fixed64'],
	8: ['endTimeUnixNano', 'fixed64'],
	9: ['attributes', keyValue, 'list'],
	10: ['droppedAttributesCount', 'number'],
	11: ['events', event, 'list'],
	12: ['droppedEventsCount', 'number'],
	13: ['links', link, 'list'],
	14: ['droppedLinksCount', 'number'],
	15: ['status', { 2: ['message', 'text'], 3: ['code', 'number'] }],
	16: ['flags', 'fixed32'],
};
const scope: Message = { 1: ['name', 'text'], 2: ['version', 'text'] };
const scopeSpans: Message = { 1: ['scope', scope], 2: ['spans', span, 'list'], 3: ['schemaUrl', 'text'] };
const resource: Message = { 1: ['attributes', keyValue, 'list'], 2: ['droppedAttributesCount', 'number'] };
const resourceSpans: Message = {
	1: ['resource', resource],
	2: ['scopeSpans', scopeSpans, 'list'],
	3: ['schemaUrl', 'text'],
};
const request: Message = { 1: ['resourceSpans', resourceSpans, 'list'] };

const logRecord: Message = {
	1: ['timeUnixNano', 'fixed64'],
	2: ['severityNumber', 'number'],
	3: ['severityText', 'text'],
	5: ['body', anyValue],
	6: ['attributes', keyValue, 'list'],
	8: ['flags', 'fixed32'],
	9: ['traceId', 'id'],
	10: ['spanId', 'id'],
	11: ['observedTimeUnixNano', 'fixed64'],
	12: ['eventName', 'text'],
};
const scopeLogs: Message = { 1: ['scope', scope], 2: ['logRecords', logRecord, 'list'], 3: ['schemaUrl', 'text'] };
const resourceLogs: Message = {
	1: ['resource', resource],
	2: ['scopeLogs', scopeLogs, 'list'],
	3: ['schemaUrl', 'text'],
};
const logsRequest: Message = { 1: ['resourceLogs', resourceLogs, 'list'] };

/** What was given is not what the encoder writes. */
export class OtlpBytesError extends Error {
	readonly code = 'OTLP_BYTES_INVALID';

	constructor(at: number) {
		super(`the bytes are no request of OTLP that is written here, from byte ${at} on`);
		this.name = 'OtlpBytesError';
	}
}

/**
 * An encoded `ExportTraceServiceRequest` as OTLP/JSON: ids in hexadecimal, 64-bit numbers as text. For debugging: it costs more than all the
 * encoding before it.
 *
 * @throws OtlpBytesError
 * @see https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */
export function traceRequestJson(bytes: Uint8Array): unknown {
	return readMessage(new Reader(bytes), bytes.length, request);
}

/** As `traceRequestJson`, for an `ExportLogsServiceRequest`. @throws OtlpBytesError */
export function logsRequestJson(bytes: Uint8Array): unknown {
	return readMessage(new Reader(bytes), bytes.length, logsRequest);
}

function readMessage(reader: Reader, end: number, message: Message): Record<string, unknown> {
	const read: Record<string, unknown> = {};
	while (reader.at < end) {
		const tag = Number(reader.varint());
		const [name, type, isList] = message[tag >>> 3] ?? reader.fail();
		const value = readField(reader, type, end);
		if (isList === undefined) read[name] = value;
		else if (Array.isArray(read[name])) read[name].push(value);
		else read[name] = [value];
	}
	return read;
}

function readField(reader: Reader, type: Type, end: number): unknown {
	switch (type) {
		case 'number':
			return Number(reader.varint());
		case 'boolean':
			return reader.varint() !== 0n;
		case 'int64':
			return BigInt.asIntN(64, reader.varint()).toString();
		case 'fixed64':
			return reader.bytes(8, end).readBigUInt64LE().toString();
		case 'fixed32':
			return reader.bytes(4, end).readUInt32LE();
		case 'double':
			return reader.bytes(8, end).readDoubleLE();
	}
	const length = Number(reader.varint());
	const content = reader.bytes(length, end);
	if (type === 'text') return content.toString();
	if (type === 'id') return content.toString('hex');
	if (type === 'base64') return content.toString('base64');
	return readMessage(new Reader(content), length, type);
}

class Reader {
	at = 0;
	readonly #bytes: Uint8Array;

	constructor(bytes: Uint8Array) {
		this.#bytes = bytes;
	}

	varint(): bigint {
		let value = 0n;
		for (let shift = 0n; shift < 70n; shift += 7n) {
			const byte = this.#bytes[this.at++] ?? this.fail();
			value |= BigInt(byte & 127) << shift;
			if (byte < 128) return value;
		}
		return this.fail();
	}

	bytes(length: number, end: number): Buffer {
		const from = this.at;
		if (!(length >= 0) || from + length > end) this.fail();
		this.at += length;
		return Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset + from, length);
	}

	fail(): never {
		throw new OtlpBytesError(this.at);
	}
}
