import fc from 'fast-check';
import protobuf from 'protobufjs/minimal.js';
import { describe, expect, it } from 'vitest';
import { decodeOtlp } from '../../src/otlp/decode-otlp.ts';
import { encodeOtlpResponse } from '../../src/otlp/encode-otlp-response.ts';
import { OtlpError } from '../../src/otlp/otlp-error.ts';
import { OtlpMap, type Signal } from '../../src/otlp/otlp-types.ts';
import { ARBITRARY_REQUESTS } from './arbitrary-requests.ts';
import { jsonBytes, protobufBytes, responseOf } from './otlp-bytes.ts';

const SIGNALS = ['traces', 'logs', 'metrics'] as const satisfies readonly Signal[];
const logs = (record: object) => ({ resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] });

function codeOf(work: () => unknown): string {
	try {
		work();
		return 'none';
	} catch (error) {
		return error instanceof OtlpError ? error.code : String(error);
	}
}

function nested(depth: number): object {
	let value: object = { stringValue: 'deep' };
	for (let level = 0; level < depth; level++) value = { arrayValue: { values: [value] } };
	return logs({ body: value });
}

describe('both encodings', () => {
	it.each(SIGNALS)('say the same about the same %s', (signal) => {
		fc.assert(
			fc.property(ARBITRARY_REQUESTS[signal], (request) => {
				const json = decodeOtlp(signal, 'json', jsonBytes(request));
				expect(decodeOtlp(signal, 'protobuf', protobufBytes(signal, request))).toEqual(json);
			}),
		);
	});

	it.each(SIGNALS)('of %s throw nothing but their own error, whatever the bytes', (signal) => {
		const valid = ARBITRARY_REQUESTS[signal].map((request) => protobufBytes(signal, request));
		const damaged = fc.tuple(valid, fc.nat(), fc.nat({ max: 255 }), fc.nat()).map(([bytes, at, byte, length]) => {
			const copy = Uint8Array.from(bytes);
			copy[at % (copy.length || 1)] = byte;
			return copy.subarray(0, length % (copy.length + 1));
		});
		fc.assert(
			fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), damaged), (bytes) => {
				expect(codeOf(() => decodeOtlp(signal, 'protobuf', bytes))).toMatch(/^(?:none|OTLP_\w+)$/);
				expect(codeOf(() => decodeOtlp(signal, 'json', bytes))).toMatch(/^(?:none|OTLP_\w+)$/);
			}),
			{ numRuns: 500 },
		);
	});

	it('of JSON values throw nothing but their own error', () => {
		fc.assert(
			fc.property(fc.json(), fc.json(), (body, attributes) => {
				const text = `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":${body},"attributes":${attributes}}]}]}]}`;
				expect(codeOf(() => decodeOtlp('logs', 'json', Buffer.from(text)))).toMatch(/^(?:none|OTLP_\w+)$/);
			}),
		);
	});

	it('read values 32 levels deep and refuse one more', () => {
		for (const [encoding, bytes] of [
			['json', jsonBytes],
			['protobuf', (request: object) => protobufBytes('logs', request)],
		] as const) {
			expect(
				codeOf(() => decodeOtlp('logs', encoding, bytes(nested(32)))),
				encoding,
			).toBe('none');
			expect(
				codeOf(() => decodeOtlp('logs', encoding, bytes(nested(33)))),
				encoding,
			).toBe('OTLP_TOO_LARGE');
		}
	});

	it('refuse more attributes than a record may have', () => {
		const attributes = Array.from({ length: 250_001 }, () => ({}));
		const codes = [jsonBytes(logs({ attributes })), protobufBytes('logs', logs({ attributes }))].map((bytes, index) =>
			codeOf(() => decodeOtlp('logs', index === 0 ? 'json' : 'protobuf', bytes)),
		);
		expect(codes).toEqual(['OTLP_TOO_LARGE', 'OTLP_TOO_LARGE']);
	});

	it('refuse more items than a request may have', () => {
		const spans = Buffer.alloc(2 * 131_073, Uint8Array.of(18, 0));
		const request = protobuf.Writer.create().uint32(10).fork().uint32(18).bytes(spans).ldelim().finish();
		expect(codeOf(() => decodeOtlp('traces', 'protobuf', request))).toBe('OTLP_TOO_LARGE');
		const fewer = protobuf.Writer.create().uint32(10).fork().uint32(18).bytes(spans.subarray(2)).ldelim().finish();
		expect(codeOf(() => decodeOtlp('traces', 'protobuf', fewer))).toBe('none');
	});

	it('refuse more resources and scopes than a request may have, also when nothing is in them', () => {
		const most = 65_536;
		const resources = (count: number) => Buffer.alloc(2 * count, Uint8Array.of(10, 0));
		const scopes = (count: number) =>
			protobuf.Writer.create()
				.uint32(10)
				.bytes(Buffer.alloc(2 * count, Uint8Array.of(18, 0)))
				.finish();
		const json = (count: number) => jsonBytes({ resourceLogs: Array.from({ length: count }, () => ({})) });
		const codes = (bodies: readonly Uint8Array[]) =>
			bodies.map((body, index) => codeOf(() => decodeOtlp('logs', index === 2 ? 'json' : 'protobuf', body)));
		expect(codes([resources(most), scopes(most - 1), json(most)])).toEqual(['none', 'none', 'none']);
		expect(codes([resources(most + 1), scopes(most), json(most + 1)])).toEqual(Array(3).fill('OTLP_TOO_LARGE'));
	});

	it('refuse a body that is too large before they read it', () => {
		const space = Buffer.alloc(8_388_608, ' ');
		space.write('{}');
		expect(codeOf(() => decodeOtlp('logs', 'json', space))).toBe('none');
		expect(codeOf(() => decodeOtlp('logs', 'json', Buffer.concat([space, space.subarray(2, 3)])))).toBe(
			'OTLP_TOO_LARGE',
		);
		const field = protobuf.Writer.create().uint32(26).bytes(Buffer.alloc(33_554_427)).finish();
		expect(codeOf(() => decodeOtlp('logs', 'protobuf', field))).toBe('none');
		expect(codeOf(() => decodeOtlp('logs', 'protobuf', Buffer.concat([field, field.subarray(0, 1)])))).toBe(
			'OTLP_TOO_LARGE',
		);
	});

	it('keep names that reach a prototype as names like any', () => {
		const attributes = ['__proto__', 'constructor'].map((key) => ({ key, value: { stringValue: 'x' } }));
		const body = jsonBytes(logs({ attributes, body: { kvlistValue: { values: attributes } } }));
		const [record] = decodeOtlp('logs', 'json', body).groups[0]?.items ?? [];
		const entries = [
			['__proto__', 'x'],
			['constructor', 'x'],
		];
		expect(record).toMatchObject({ attributes: entries, body: { entries } });
		expect(record?.body).toBeInstanceOf(OtlpMap);
		const polluted = Buffer.from('{"__proto__":{"resourceLogs":[{}]},"resourceLogs":null}');
		expect(decodeOtlp('logs', 'json', polluted).groups).toEqual([]);
		expect('resourceLogs' in {}).toBe(false);
	});
});

describe('protobuf', () => {
	it('finds a resource and a scope behind their items, and skips what it does not know', () => {
		const attribute = (key: string) =>
			protobuf.Writer.create().uint32(10).fork().uint32(10).string(key).ldelim().finish();
		const record = protobuf.Writer.create()
			.uint32(98)
			.string('named')
			.uint32(800)
			.uint32(7)
			.uint32(813)
			.fixed32(1)
			.finish();
		const scope = protobuf.Writer.create()
			.uint32(18)
			.bytes(record)
			.uint32(10)
			.bytes(Buffer.from([10, 1, 115]))
			.finish();
		const resource = protobuf.Writer.create().uint32(18).bytes(scope).uint32(10).bytes(attribute('late')).finish();
		const [group] = decodeOtlp('logs', 'protobuf', protobuf.Writer.create().uint32(10).bytes(resource).finish()).groups;
		expect(group).toMatchObject({
			source: { resource: { attributes: [['late', undefined]] }, scope: { name: 's' } },
			items: [{ eventName: 'named' }],
		});
	});

	it('reads numbers that are not packed', () => {
		const point = protobuf.Writer.create().uint32(49).fixed64(1).uint32(49).fixed64(2).finish();
		const metric = protobuf.Writer.create().uint32(74).fork().uint32(10).bytes(point).ldelim().finish();
		const scope = protobuf.Writer.create().uint32(18).bytes(metric).finish();
		const request = protobuf.Writer.create().uint32(10).fork().uint32(18).bytes(scope).ldelim().finish();
		const [item] = decodeOtlp('metrics', 'protobuf', request).groups[0]?.items ?? [];
		expect(item?.histogram?.dataPoints[0]?.bucketCounts).toEqual([1n, 2n]);
	});

	it('refuses lengths beyond the end', () => {
		expect(codeOf(() => decodeOtlp('logs', 'protobuf', Buffer.from([10, 255, 255, 255, 255, 15])))).toBe(
			'OTLP_INVALID',
		);
		expect(codeOf(() => decodeOtlp('logs', 'protobuf', Buffer.from([10, 4, 18, 5, 18, 0])))).toBe('OTLP_INVALID');
	});
});

describe('JSON', () => {
	it('keeps every digit of 64-bit integers, as numbers or as text', () => {
		const text = `{"resourceLogs":[{"scopeLogs":[{"logRecords":[
			{"timeUnixNano":1544712660300000001,"body":{"intValue":-9223372036854775807}},
			{"timeUnixNano":"1544712660300000001","body":{"intValue":"-9223372036854775807"}}]}]}]}`;
		const items = decodeOtlp('logs', 'json', Buffer.from(text)).groups[0]?.items;
		const expected = { timeUnixNano: 1_544_712_660_300_000_001n, body: -9_223_372_036_854_775_807n };
		expect(items).toMatchObject([expected, expected]);
	});

	it.each([
		'{"timeUnixNano":"x"}',
		'{"timeUnixNano":1.5}',
		'{"timeUnixNano":"99999999999999999999999"}',
		'{"severityNumber":"INFO"}',
		'{"traceId":"xyz"}',
		'{"eventName":7}',
		'{"body":"text"}',
		'{"attributes":{"key":"value"}}',
		'{"body":{"bytesValue":"*"}}',
		`{"body":{"doubleValue":"many"}}`,
		`{"traceId":"${'ab'.repeat(33)}"}`,
	])('refuses %s', (record) => {
		const text = `{"resourceLogs":[{"scopeLogs":[{"logRecords":[${record}]}]}]}`;
		expect(codeOf(() => decodeOtlp('logs', 'json', Buffer.from(text)))).toBe('OTLP_INVALID');
	});

	it('refuses bytes that are no UTF-8', () => {
		expect(codeOf(() => decodeOtlp('logs', 'json', Buffer.from([34, 255, 34])))).toBe('OTLP_INVALID');
	});
});

describe('a response', () => {
	it.each(SIGNALS)('for %s says what was refused, or nothing', (signal) => {
		const partial = { rejected: 3, message: 'because' };
		expect(responseOf(encodeOtlpResponse(signal, 'protobuf', partial))).toEqual({
			partialSuccess: { rejected: 3, errorMessage: 'because' },
		});
		expect(encodeOtlpResponse(signal, 'protobuf', { rejected: 0 })).toHaveLength(0);
		expect(Buffer.from(encodeOtlpResponse(signal, 'json', { rejected: 0 })).toString()).toBe('{}');
		const name = { traces: 'rejectedSpans', logs: 'rejectedLogRecords', metrics: 'rejectedDataPoints' }[signal];
		expect(JSON.parse(Buffer.from(encodeOtlpResponse(signal, 'json', partial)).toString())).toEqual({
			partialSuccess: { [name]: '3', errorMessage: 'because' },
		});
	});
});
