import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';
import type { Signal } from '../../src/otlp/otlp-types.ts';

const { root } = protobuf.parse(readFileSync(new URL('otlp.proto', import.meta.url), 'utf8'), { keepCase: false });
// Without it numbers are not packed.
root.resolveAll();
const REQUESTS: Readonly<Record<Signal, protobuf.Type>> = {
	traces: root.lookupType('ExportTraceServiceRequest'),
	logs: root.lookupType('ExportLogsServiceRequest'),
	metrics: root.lookupType('ExportMetricsServiceRequest'),
};
const RESPONSE = root.lookupType('ExportServiceResponse');

/** A request in the form of OTLP's JSON as protobuf. */
export function protobufBytes(signal: Signal, request: unknown): Uint8Array {
	const type = REQUESTS[signal];
	return type.encode(messageOf(type, request as Fields)).finish();
}

export function jsonBytes(request: unknown): Uint8Array {
	return Buffer.from(JSON.stringify(request));
}

export function responseOf(bytes: Uint8Array): unknown {
	return RESPONSE.toObject(RESPONSE.decode(bytes), { longs: Number });
}

type Fields = Readonly<Record<string, unknown>>;

/** What `fromObject` would make of it if it could read 64-bit integers and hexadecimal ids. */
function messageOf(type: protobuf.Type, fields: Fields): Record<string, unknown> {
	return Object.fromEntries(
		Object.entries(fields).flatMap(([name, value]) => {
			const field = type.fields[name]?.resolve();
			if (field === undefined) return [];
			return [[name, Array.isArray(value) ? value.map((entry) => fieldOf(field, entry)) : fieldOf(field, value)]];
		}),
	);
}

function fieldOf({ name, type, resolvedType }: protobuf.Field, value: unknown): unknown {
	if (resolvedType instanceof protobuf.Type) return messageOf(resolvedType, value as Fields);
	if (type === 'bytes') return Buffer.from(String(value), /(?:trace|span)Id$/i.test(name) ? 'hex' : 'base64');
	if (type === 'double') return Number(value);
	if (!type.endsWith('64')) return value;
	const bits = BigInt.asUintN(64, BigInt(String(value)));
	return { low: Number(BigInt.asIntN(32, bits)), high: Number(BigInt.asIntN(32, bits >> 32n)), unsigned: true };
}
