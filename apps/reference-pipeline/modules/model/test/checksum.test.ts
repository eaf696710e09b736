import { describe, expect, it } from 'vitest';
import {
	ADDED_FIELDS,
	canonicalJson,
	checksumOf,
	fromWire,
	integerValue,
	JOURNAL,
	mapValue,
	STAGE,
	stringValue,
	toWire,
} from '../src/index.ts';

const record = { recordId: 'r', fields: { b: stringValue('x'), a: integerValue(1n) }, [JOURNAL]: 0, [STAGE]: 0 };

describe('checksum', () => {
	it('does not depend on the order of keys, on carriers, or on what observers add', () => {
		const observed = {
			[JOURNAL]: 7,
			fields: { a: integerValue(1n), b: stringValue('x') },
			recordId: 'r',
			...Object.fromEntries(ADDED_FIELDS.map((name) => [name, 'x'])),
			contextOrigin: 'ORIGINAL',
			upstreamQualityScore: 0.5,
		};
		expect(checksumOf(observed)).toBe(checksumOf(record));
	});

	it('covers data fields that are named like added ones', () => {
		const one = { fields: { traceId: stringValue('1'), baggage: stringValue('2') } };
		expect(canonicalJson(one)).toContain('traceId');
		expect(checksumOf(one)).not.toBe(
			checksumOf({ fields: { traceId: stringValue('other'), baggage: stringValue('2') } }),
		);
		expect(checksumOf(one.fields)).not.toBe(checksumOf({}));
	});

	it.each([
		['a map of plain values', (key: string, value: string) => ({ sourceMetadata: { [key]: value } })],
		[
			'a field inside a field',
			(key: string, value: string) => ({ fields: { m: mapValue({ [key]: stringValue(value) }) } }),
		],
		['parameters of a job', (key: string, value: string) => ({ parameters: { deep: [{ [key]: value }] } })],
		['details of a response', (key: string, value: string) => ({ records: [{ details: { [key]: value } }] })],
	])('covers names of added fields as keys of %s', (_, make) => {
		for (const key of [...ADDED_FIELDS, 'contextOrigin', 'traceVerdicts']) {
			expect(checksumOf(make(key, 'one'))).not.toBe(checksumOf(make(key, 'other')));
		}
	});

	it('leaves out what observers add to structures, however deep', () => {
		const plain = { records: [{ recordId: 'r', errorId: 'e', context: { recordId: 'r' } }] };
		const observed = {
			records: [{ recordId: 'r', traceId: 't', errorId: 'e', context: { recordId: 'r', traceId: 't' } }],
		};
		expect(checksumOf(observed)).toBe(checksumOf(plain));
	});

	it('survives the wire', () => {
		expect(checksumOf(fromWire(JSON.parse(JSON.stringify(toWire(record)))))).toBe(checksumOf(record));
	});

	it('is SHA-256 in hex, of bytes as they are', () => {
		expect(checksumOf(new TextEncoder().encode('abc'))).toBe(
			'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
		);
	});
});
