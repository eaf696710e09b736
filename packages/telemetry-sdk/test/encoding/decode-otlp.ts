import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';

const { root } = protobuf.parse(readFileSync(new URL('otlp.proto', import.meta.url), 'utf8'), { keepCase: false });
const request = root.lookupType('ExportTraceServiceRequest');

interface KeyValue {
	readonly key: string;
}

/** Bytes as plain objects: ids in hexadecimal, 64-bit numbers as text, absent fields as their defaults; attributes by key, since they have no order. */
export function decodeOtlp(bytes: Uint8Array): unknown {
	const decoded = request.toObject(request.decode(bytes), { longs: String, bytes: Array, defaults: true, json: true });
	return JSON.parse(JSON.stringify(decoded), (key, value: unknown) => {
		if (key === 'attributes') return [...(value as KeyValue[])].sort((one, other) => (one.key < other.key ? -1 : 1));
		if (/(?:trace|span)Id$/i.test(key)) return Buffer.from(value as number[]).toString('hex');
		return value;
	});
}
