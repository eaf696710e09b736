import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromPlain, highestClassification, integerValue, toPlain } from '../src/index.ts';

describe('field values', () => {
	it('types plain values by what they are', () => {
		const plain = { s: 'x', i: 1, f: 1.5, b: false, n: null, l: [1n], u: undefined, y: new Uint8Array([1]) };
		expect(fromPlain(plain)).toEqual({
			fieldType: 'MAP',
			isNull: false,
			mapValue: {
				s: { fieldType: 'STRING', stringValue: 'x', isNull: false },
				i: { fieldType: 'INTEGER', integerValue: 1n, isNull: false },
				f: { fieldType: 'FLOAT', floatValue: 1.5, isNull: false },
				b: { fieldType: 'BOOLEAN', booleanValue: false, isNull: false },
				n: { fieldType: 'NULL', isNull: true },
				l: {
					fieldType: 'ARRAY',
					arrayValue: [{ fieldType: 'INTEGER', integerValue: 1n, isNull: false }],
					isNull: false,
				},
				u: { fieldType: 'NULL', isNull: true },
				y: { fieldType: 'BINARY', binaryValue: new Uint8Array([1]), isNull: false },
			},
		});
	});

	it('gives back every JSON value', () => {
		fc.assert(
			fc.property(fc.jsonValue(), (json) => {
				expect(toPlain(fromPlain(json))).toEqual(json);
			}),
		);
	});

	it('holds 64 bits and no more', () => {
		expect([toPlain(integerValue(2n ** 63n - 1n)), toPlain(integerValue(-(2n ** 63n)))]).toEqual([
			2n ** 63n - 1n,
			-(2n ** 63n),
		]);
		expect(() => integerValue(2n ** 63n)).toThrow(RangeError);
		expect(() => integerValue(-(2n ** 63n) - 1n)).toThrow(RangeError);
		expect(fromPlain(2n ** 63n)).toEqual({ fieldType: 'STRING', stringValue: '9223372036854775808', isNull: false });
	});

	it('ranks classifications', () => {
		expect([highestClassification(['PUBLIC', 'CONFIDENTIAL', 'INTERNAL']), highestClassification([])]).toEqual([
			'CONFIDENTIAL',
			'INTERNAL',
		]);
	});
});
