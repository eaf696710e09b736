/** Numbers of google.rpc.Code, by status of HTTP. */
const CODES: Readonly<Record<number, number>> = {
	400: 3,
	401: 16,
	403: 7,
	404: 5,
	408: 4,
	413: 3,
	415: 3,
	421: 3,
	429: 8,
	503: 14,
	504: 4,
};
const INTERNAL = 13;

const VARINT = 0;
const LENGTH_DELIMITED = 2;

/** What OTLP answers errors with: a `google.rpc.Status`, in the encoding of the request. */
export function rpcStatus(status: number, message: string, encoding: 'protobuf' | 'json'): Buffer {
	const code = CODES[status] ?? INTERNAL;
	if (encoding === 'json') return Buffer.from(JSON.stringify({ code, message }));
	const text = Buffer.from(message);
	const tag = (field: number, type: number) => (field << 3) | type;
	return Buffer.concat([
		Buffer.from([tag(1, VARINT), ...varint(code), tag(2, LENGTH_DELIMITED), ...varint(text.length)]),
		text,
	]);
}

function varint(value: number): readonly number[] {
	return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}
