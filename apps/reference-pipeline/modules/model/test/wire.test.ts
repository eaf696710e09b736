import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	arrayValue,
	binaryValue,
	booleanValue,
	CodecError,
	datetimeValue,
	type FieldValue,
	floatValue,
	fromWire,
	integerValue,
	JOURNAL,
	mapValue,
	nullValue,
	stringValue,
	toWire,
} from '../src/index.ts';

const throughJson = (value: unknown): unknown => fromWire(JSON.parse(JSON.stringify(toWire(value))));

const { fieldValue } = fc.letrec<{ fieldValue: FieldValue }>((tie) => ({
	fieldValue: fc.oneof(
		{ maxDepth: 4 },
		fc.string({ unit: 'binary' }).map(stringValue),
		fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(integerValue),
		fc.double().map(floatValue),
		fc.boolean().map(booleanValue),
		fc.constant(datetimeValue('2026-01-02T03:04:05.678901Z')),
		fc.uint8Array().map(binaryValue),
		fc.constant(nullValue),
		fc.array(tie('fieldValue'), { maxLength: 3 }).map(arrayValue),
		fc.dictionary(fc.string(), tie('fieldValue'), { maxKeys: 3, noNullPrototype: true }).map(mapValue),
	),
}));

describe('wire format', () => {
	it('writes snake_case names, base64 bytes and plain integers, and leaves map keys and symbols alone', () => {
		const item = {
			recordId: 'r',
			rawBytes: new Uint8Array([1, 2, 255]),
			sourceMetadata: { keepMe: 'x', keep_me_too: 'y' },
			fields: { someField: integerValue(7n), another_field: integerValue(2n ** 53n) },
			absent: undefined,
			[JOURNAL]: 5,
		};
		expect(toWire(item)).toEqual({
			record_id: 'r',
			raw_bytes: 'AQL/',
			source_metadata: { keepMe: 'x', keep_me_too: 'y' },
			fields: {
				someField: { field_type: 'INTEGER', integer_value: 7, is_null: false },
				another_field: { field_type: 'INTEGER', integer_value: '9007199254740992', is_null: false },
			},
		});
	});

	it('gives back every field value, whatever its type, depth and key', () => {
		fc.assert(
			fc.property(fc.dictionary(fc.string(), fieldValue, { noNullPrototype: true }), (fields) => {
				expect(throughJson({ fields })).toEqual({ fields });
			}),
		);
	});

	it('gives back job parameters untouched, and an error context with its names on the wire', () => {
		fc.assert(
			fc.property(fc.jsonValue({ maxDepth: 4 }), (json) => {
				const message = { parameters: { some_key: json } };
				expect(throughJson(message)).toEqual(JSON.parse(JSON.stringify(message)));
			}),
		);
		expect(toWire({ errorId: 'e', context: { recordId: 'r' } })).toEqual({
			error_id: 'e',
			context: { record_id: 'r' },
		});
		expect(toWire({ message: 'm', context: { recordId: 'r' } })).toEqual({ message: 'm', context: { recordId: 'r' } });
	});

	it.each([
		['a number that is no integer', { integer_value: 1.5 }],
		['a number beyond what a double holds', { integer_value: 2 ** 53 }],
		['one above 64 bits', { integer_value: '9223372036854775808' }],
		['one below 64 bits', { integer_value: '-9223372036854775809' }],
		['text for a double', { float_value: '1.5' }],
		['the name of a prototype method for a double', { float_value: 'toString' }],
		['broken base64', { raw_bytes: 'a' }],
		['a constructor', { constructor: {} }],
		['a prototype', { a: { prototype: {} } }],
		['one property under two names', { record_id: 'a', recordId: 'b' }],
		['something that is not JSON', { a: () => 1 }],
	])('refuses %s', (_, wire) => {
		expect(() => fromWire(wire)).toThrow(CodecError);
	});

	it.each(['9223372036854775807', '-9223372036854775808'])('takes the 64-bit bound %s', (text) => {
		expect(fromWire({ integer_value: text })).toEqual({ integerValue: BigInt(text) });
	});

	it('takes 64 levels and refuses 65, in both directions', () => {
		const nested = (levels: number): unknown => (levels === 0 ? {} : [nested(levels - 1)]);
		expect(fromWire(nested(64))).toEqual(nested(64));
		expect(toWire(nested(64))).toEqual(nested(64));
		expect(() => fromWire(nested(65))).toThrow(CodecError);
		expect(() => toWire(nested(65))).toThrow(CodecError);
	});

	it('takes as many values as allowed and no more', () => {
		expect(fromWire([1, 2], { maxNodes: 3 })).toEqual([1, 2]);
		expect(() => fromWire([1, 2, 3], { maxNodes: 3 })).toThrow(
			new CodecError('[2]', 'the message has too many values'),
		);
	});

	it('never lets a name reach a prototype', () => {
		const hostile = JSON.parse('{"fields":{"__proto__":{"polluted":1},"constructor":2},"__proto__":{"polluted":1}}');
		const decoded = fromWire(hostile) as { fields: object };
		expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
		expect(Object.getPrototypeOf(decoded.fields)).toBe(Object.prototype);
		expect(Object.keys(decoded.fields)).toEqual(['__proto__', 'constructor']);
	});

	it('answers any JSON with a value or a CodecError', () => {
		fc.assert(
			fc.property(fc.jsonValue(), (json) => {
				try {
					fromWire(json);
				} catch (error) {
					expect(error).toBeInstanceOf(CodecError);
				}
			}),
		);
	});
});
