import { fromWire, JOURNAL, STAGE, toPlain, toWire } from '@pipeline/model';
import { describe, expect, it } from 'vitest';
import { MAX_BYTES, parserWith, rawOf } from './fixtures.ts';

const codeOf = (text: string | Uint8Array, overrides: Parameters<typeof rawOf>[1] = {}) =>
	parserWith().parse(rawOf(text, overrides)).failure?.errorCode;

function plainOf(text: string | Uint8Array, overrides: Parameters<typeof rawOf>[1] = {}) {
	const [record] = parserWith().parse(rawOf(text, overrides)).records;
	return record && Object.fromEntries(Object.entries(record.fields).map(([name, value]) => [name, toPlain(value)]));
}

const csv = (columns: readonly string[], contentType = 'text/csv') => ({
	contentType,
	sourceMetadata: { columns: JSON.stringify(columns) },
});
const nested = (levels: number) => `${'{"a":'.repeat(levels - 1)}{}${'}'.repeat(levels - 1)}`;

describe('RecordParser', () => {
	it('makes a record that keeps reference, lineage, trace and carrier', () => {
		const { records } = parserWith().parse(rawOf('{"a":1}', { traceId: 't' }));
		const [{ recordId, fields, ...record } = { recordId: '', fields: {} }] = records;
		expect([record, recordId.length, fields]).toEqual([
			{
				rawRecordRef: 'batch-1#3',
				schemaId: 'FILE:test',
				schemaVersion: 1,
				parseTimestamp: '2026-01-01T00:00:00.000000Z',
				parseDurationMs: 0,
				parseWarnings: [],
				sourceId: 'FILE:test',
				batchId: 'batch-1',
				ingestionTimestamp: '2026-01-01T00:00:00.000000Z',
				sourceTimestamp: null,
				lineageId: 'lineage-1',
				traceId: 't',
				[JOURNAL]: 41,
				[STAGE]: 42,
			},
			36,
			{ a: { fieldType: 'INTEGER', integerValue: 1n, isNull: false } },
		]);
	});

	it('a failure keeps the raw record, its lineage and its carrier', () => {
		const raw = rawOf('{"a":');
		expect(parserWith().parse(raw)).toMatchObject({
			records: [],
			failure: { rawRecord: raw, parserState: 'application/json', lineageId: 'lineage-1', [JOURNAL]: 41, [STAGE]: 42 },
		});
	});

	it.each<[string, string | Uint8Array, Record<string, unknown>]>([
		[
			'types',
			'{"s":"x","i":1,"f":1.5,"b":true,"n":null,"l":[1,"x"],"m":{"k":2}}',
			{ s: 'x', i: 1, f: 1.5, b: true, n: null, l: [1, 'x'], m: { k: 2 } },
		],
		['a byte order mark', '\ufeff{"a":1}', { a: 1 }],
		['a repeated key: the last one', '{"a":1,"a":2}', { a: 2 }],
		['the empty object', '{}', {}],
	])('reads %s', (_name, text, expected) => {
		expect(plainOf(text)).toEqual(expected);
	});

	it('a key `__proto__` is a field like others', () => {
		const [record] = parserWith().parse(rawOf('{"__proto__":{"polluted":true},"a":1}')).records;
		expect([Object.keys(record?.fields ?? {}), ({} as Record<string, unknown>)['polluted']]).toEqual([
			['__proto__', 'a'],
			undefined,
		]);
	});

	it.each<[string, string | Uint8Array, string]>([
		['no JSON', 'hello', 'PARSE_001_INVALID_JSON'],
		['a trailing comma', '{"a":1,}', 'PARSE_001_INVALID_JSON'],
		['a number', '12', 'PARSE_007_UNEXPECTED_SCHEMA'],
		['null', 'null', 'PARSE_007_UNEXPECTED_SCHEMA'],
		['a list of numbers', '[1,2]', 'PARSE_007_UNEXPECTED_SCHEMA'],
		['broken UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'PARSE_004_ENCODING'],
		['NUL', '{"a":"\0"}', 'PARSE_004_ENCODING'],
	])('refuses %s', (_name, text, expected) => {
		expect(codeOf(text)).toBe(expected);
	});

	it.each([
		[MAX_BYTES, undefined],
		[MAX_BYTES + 1, 'PARSE_006_TOO_LARGE'],
	])('%d bytes: %s', (size, expected) => {
		expect(codeOf(`{"a":"${'x'.repeat(size - 8)}"}`)).toBe(expected);
	});

	it('falls back to the configured encoding where the declared one does not fit', () => {
		const parser = parserWith({ encodingFallback: 'ISO-8859-1' });
		const [record] = parser.parse(rawOf(Buffer.from('{"a":"caf\xe9"}', 'latin1'))).records;
		expect(record?.fields['a']).toMatchObject({ stringValue: 'café' });
	});

	it('splits an array where that is wanted; the parts name what they came from', () => {
		const { records } = parserWith({ splitsArrays: true }).parse(rawOf('[{"a":1},{"a":2}]'));
		expect(records.map(({ fields, parentIds }) => [toPlain(fields['a'] as never), parentIds?.length])).toEqual([
			[1, 1],
			[2, 1],
		]);
		expect(new Set(records.map(({ lineageId }) => lineageId)).size).toBe(2);
	});

	it.each<[string, string, Record<string, unknown>]>([
		['cells', '1,x,2.5', { a: 1, b: 'x', c: 2.5 }],
		['empty cells as NULL', ',,', { a: null, b: null, c: null }],
		[
			'quotes, delimiters and line ends inside quotes',
			'"x ""y""","1,2","l1\nl2"',
			{ a: 'x "y"', b: '1,2', c: 'l1\nl2' },
		],
		['digits with leading zeros as text', '007,1e3,-0.5', { a: '007', b: 1000, c: -0.5 }],
	])('CSV: %s', (_name, text, expected) => {
		expect(plainOf(text, csv(['a', 'b', 'c']))).toEqual(expected);
	});

	it('TSV: tabs separate', () => {
		expect(plainOf('1,5\tx', csv(['a', 'b'], 'text/tab-separated-values'))).toEqual({ a: '1,5', b: 'x' });
	});

	it.each(['1,2', '1,2,3,4', '"1,2,3', '1,"2"x,3'])('CSV: refuses %s under three columns', (text) => {
		expect(codeOf(text, csv(['a', 'b', 'c']))).toBe('PARSE_002_INVALID_CSV');
	});

	describe('numbers keep their value', () => {
		it.each<[string, unknown]>([
			['9007199254740991', 9_007_199_254_740_991],
			['9007199254740993', 9_007_199_254_740_993n],
			['-9223372036854775808', -9_223_372_036_854_775_808n],
			['9223372036854775807', 9_223_372_036_854_775_807n],
			['9223372036854775808', '9223372036854775808'],
			['1e999', '1e999'],
			['1e21', 1e21],
		])('%s', (number, expected) => {
			expect(plainOf(`{"a":${number}}`)).toEqual({ a: expected });
		});

		it('in CSV as well', () => {
			expect(plainOf('9007199254740993,9007199254740991', csv(['a', 'b']))).toEqual({
				a: '9007199254740993',
				b: 9_007_199_254_740_991,
			});
		});
	});

	it('warns of repeated keys, at any depth', () => {
		const warningsOf = (text: string) => parserWith().parse(rawOf(text)).records[0]?.parseWarnings;
		expect([
			warningsOf('{"a":1,"a":2}'),
			warningsOf('{"a":[{"b":1,"b":1}]}'),
			warningsOf('{"a":": \\":","b":1}'),
		]).toEqual([['DUPLICATE_KEYS'], ['DUPLICATE_KEYS'], []]);
	});

	it.each([
		[24, undefined],
		[25, 'PARSE_007_UNEXPECTED_SCHEMA'],
		[100_000, 'PARSE_007_UNEXPECTED_SCHEMA'],
	])('%d levels: %s', (levels, expected) => {
		const parser = parserWith({ maxRecordSizeBytes: 10_000_000 });
		expect(parser.parse(rawOf(nested(levels))).failure?.errorCode).toBe(expected);
	});

	it('what it accepts, the wire carries', () => {
		const { records } = parserWith().parse(rawOf(nested(24)));
		const message = JSON.parse(JSON.stringify(toWire({ metadata: {}, records })));
		expect(fromWire(message)).toMatchObject({ records: [{ fields: records[0]?.fields }] });
	});

	it('what ends too early is truncated, what is wrong inside is invalid', () => {
		expect(['{"a":', '{"a":"x', '[[', '{"a":x}', '{]}'].map((text) => codeOf(text))).toEqual([
			'PARSE_005_TRUNCATED',
			'PARSE_005_TRUNCATED',
			'PARSE_005_TRUNCATED',
			'PARSE_001_INVALID_JSON',
			'PARSE_001_INVALID_JSON',
		]);
	});

	it('an array with one object is still an array', () => {
		expect(codeOf('[{"a":1}]')).toBe('PARSE_007_UNEXPECTED_SCHEMA');
	});

	it.each<[string, Buffer, string | undefined]>([
		['ASCII', Buffer.from('{"a":"x"}'), undefined],
		['ASCII', Buffer.from('{"a":"é"}'), 'PARSE_004_ENCODING'],
		['UTF-16', Buffer.from('{"a":"é"}', 'utf16le'), undefined],
		['UTF-16', Buffer.from('{"a":"é"}x', 'latin1'), 'PARSE_001_INVALID_JSON'],
		['EBCDIC', Buffer.from('{"a":"x"}'), 'PARSE_004_ENCODING'],
	])('in %s', (encoding, bytes, expected) => {
		const parser = parserWith({ encodingFallback: encoding === 'EBCDIC' ? 'UTF-16' : (encoding as never) });
		expect(parser.parse(rawOf(bytes, { encoding })).failure?.errorCode).toBe(expected);
	});
});
