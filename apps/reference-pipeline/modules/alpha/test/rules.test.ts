import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { ConfigError, datetimeValue, floatValue, integerValue } from '@pipeline/model';
import { describe, expect, it } from 'vitest';
import { ReferenceLookup, type RuleConfig, ValidationEngine } from '../src/index.ts';
import { parsedOf, runtime } from './fixtures.ts';

const lookup = new ReferenceLookup({ airports: ['LAX', 'SFO'] });

function engineOf(...rules: RuleConfig[]): ValidationEngine {
	const options = { timeoutMs: 5_000, quarantineThreshold: 0, classification: 'INTERNAL', personalFields: [] } as const;
	return new ValidationEngine({ ...options, runtime: runtime(), rules, lookup });
}

/** PASS, SKIP, or the codes of what failed. */
function verdict(rule: RuleConfig, values: Parameters<typeof parsedOf>[0]): string {
	const { ruleOutcomes, failures } = engineOf(rule).validate(parsedOf(values));
	return failures.map(({ errorCode }) => errorCode).join() || (ruleOutcomes[0]?.outcome ?? 'none');
}

const long = (length: number) => 'x'.repeat(length);
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const lengths: RuleConfig = { id: 'VR03', fieldConstraints: { a: { minLength: 2, maxLength: 4 } } };
const bytes: RuleConfig = { ...lengths, countBytes: true };
const range: RuleConfig = { id: 'VR04', fieldConstraints: { a: { min: 0, max: 10 } } };
const open: RuleConfig = { ...range, inclusiveBounds: false };
const big: RuleConfig = { id: 'VR04', fieldConstraints: { a: { max: 9_007_199_254_740_992 } } };
const dates: RuleConfig = { id: 'VR07', fieldConstraints: { a: { min: '2020-01-01T00:00:00Z', max: 'NOW+1D' } } };
const today: RuleConfig = { id: 'VR07', fieldConstraints: { a: { min: 'START_OF_DAY-2W', max: 'START_OF_DAY+90M' } } };
const cross = (operator: 'LT' | 'LE' | 'EQ' | 'NE' | 'GE' | 'GT'): RuleConfig => ({
	id: 'VR08',
	consistencyRules: [{ left: 'a', operator, right: 'b' }],
});
const checksum = (checksumAlgorithm?: 'CRC32' | 'MD5' | 'SHA256'): RuleConfig => ({
	id: 'VR12',
	checksumField: 'sum',
	checksumScope: ['b', 'a'],
	...(checksumAlgorithm && { checksumAlgorithm }),
});

describe('each rule at its last accepted and first rejected value', () => {
	it.each<[string, RuleConfig, Parameters<typeof parsedOf>[0], string]>([
		['VR01 present', { id: 'VR01', requiredFields: ['a'] }, { a: 0 }, 'PASS'],
		['VR01 missing', { id: 'VR01', requiredFields: ['a'] }, { b: 1 }, 'VAL_002_REQUIRED_MISSING'],
		['VR01 null', { id: 'VR01', requiredFields: ['a'] }, { a: null }, 'VAL_002_REQUIRED_MISSING'],
		['VR01 empty text', { id: 'VR01', requiredFields: ['a'] }, { a: '' }, 'VAL_002_REQUIRED_MISSING'],
		['VR01 empty text allowed', { id: 'VR01', requiredFields: ['a'], allowEmptyString: true }, { a: '' }, 'PASS'],
		['VR02 same type', { id: 'VR02', fieldTypes: { a: 'INTEGER' } }, { a: 12 }, 'PASS'],
		['VR02 strict', { id: 'VR02', fieldTypes: { a: 'INTEGER' } }, { a: '12' }, 'VAL_001_TYPE_MISMATCH'],
		['VR02 coercible', { id: 'VR02', fieldTypes: { a: 'INTEGER' }, strictMode: false }, { a: '12' }, 'PASS'],
		[
			'VR02 not coercible',
			{ id: 'VR02', fieldTypes: { a: 'INTEGER' }, strictMode: false },
			{ a: '12.5' },
			'VAL_001_TYPE_MISMATCH',
		],
		['VR02 null', { id: 'VR02', fieldTypes: { a: 'INTEGER' } }, { a: null }, 'SKIP'],
		['VR03 shortest', lengths, { a: 'xx' }, 'PASS'],
		['VR03 too short', lengths, { a: 'x' }, 'VAL_003_LENGTH'],
		['VR03 longest', lengths, { a: 'xxxx' }, 'PASS'],
		['VR03 too long', lengths, { a: 'xxxxx' }, 'VAL_003_LENGTH'],
		['VR03 counts code points', lengths, { a: '😀😀😀😀' }, 'PASS'],
		['VR03 counts bytes', bytes, { a: '😀' }, 'PASS'],
		['VR03 too many bytes', bytes, { a: '😀x' }, 'VAL_003_LENGTH'],
		['VR04 lowest', range, { a: 0 }, 'PASS'],
		['VR04 too low', range, { a: -0.001 }, 'VAL_004_RANGE'],
		['VR04 highest', range, { a: 10 }, 'PASS'],
		['VR04 too high', range, { a: 10.001 }, 'VAL_004_RANGE'],
		['VR04 exclusive bound', open, { a: 10 }, 'VAL_004_RANGE'],
		['VR04 inside exclusive bounds', open, { a: 9.999 }, 'PASS'],
		['VR04 not a number value', range, { a: floatValue(Number.NaN) }, 'VAL_004_RANGE'],
		['VR04 64 bits, highest', big, { a: integerValue(9_007_199_254_740_992n) }, 'PASS'],
		['VR05 whole text', { id: 'VR05', fieldPatterns: { a: '[A-Z]{3}' } }, { a: 'LAX' }, 'PASS'],
		['VR05 part of the text', { id: 'VR05', fieldPatterns: { a: '[A-Z]{3}' } }, { a: 'LAXX' }, 'VAL_005_PATTERN'],
		['VR05 case', { id: 'VR05', fieldPatterns: { a: '[A-Z]{3}' } }, { a: 'lax' }, 'VAL_005_PATTERN'],
		['VR05 any case', { id: 'VR05', fieldPatterns: { a: '[A-Z]{3}' }, caseSensitive: false }, { a: 'lax' }, 'PASS'],
		['VR05 longest text', { id: 'VR05', fieldPatterns: { a: 'x*' } }, { a: long(10_000) }, 'PASS'],
		['VR05 text too long', { id: 'VR05', fieldPatterns: { a: 'x*' } }, { a: long(10_001) }, 'VAL_005_PATTERN'],
		['VR06 member', { id: 'VR06', fieldEnums: { a: ['x', 'y'] } }, { a: 'y' }, 'PASS'],
		['VR06 no member', { id: 'VR06', fieldEnums: { a: ['x', 'y'] } }, { a: 'Y' }, 'VAL_006_ENUM'],
		['VR06 any case', { id: 'VR06', fieldEnums: { a: ['x', 'y'] }, caseSensitive: false }, { a: 'Y' }, 'PASS'],
		['VR07 earliest', dates, { a: '2020-01-01T00:00:00.000Z' }, 'PASS'],
		['VR07 too early', dates, { a: '2019-12-31T23:59:59.999Z' }, 'VAL_007_DATETIME_RANGE'],
		['VR07 latest', dates, { a: '2026-01-02T00:00:00.000Z' }, 'PASS'],
		['VR07 too late', dates, { a: '2026-01-02T00:00:00.001Z' }, 'VAL_007_DATETIME_RANGE'],
		['VR07 no date', dates, { a: 'yesterday' }, 'VAL_007_DATETIME_RANGE'],
		['VR07 typed', dates, { a: datetimeValue('2025-01-01T00:00:00.000000Z') }, 'PASS'],
		['VR07 offset before', today, { a: '2025-12-18T00:00:00Z' }, 'PASS'],
		['VR07 before the offset', today, { a: '2025-12-17T23:59:59Z' }, 'VAL_007_DATETIME_RANGE'],
		['VR07 offset after', today, { a: '2026-01-01T01:30:00Z' }, 'PASS'],
		['VR07 after the offset', today, { a: '2026-01-01T01:30:01Z' }, 'VAL_007_DATETIME_RANGE'],
		['VR08 LT', cross('LT'), { a: 1, b: 2 }, 'PASS'],
		['VR08 LT equal', cross('LT'), { a: 2, b: 2 }, 'VAL_008_CROSS_FIELD'],
		['VR08 LE', cross('LE'), { a: 2, b: 2.5 }, 'PASS'],
		['VR08 LE above', cross('LE'), { a: 3, b: 2 }, 'VAL_008_CROSS_FIELD'],
		['VR08 EQ', cross('EQ'), { a: 'x', b: 'x' }, 'PASS'],
		['VR08 EQ other', cross('EQ'), { a: 'x', b: 'y' }, 'VAL_008_CROSS_FIELD'],
		['VR08 NE', cross('NE'), { a: 'x', b: 'y' }, 'PASS'],
		['VR08 NE equal', cross('NE'), { a: 'x', b: 'x' }, 'VAL_008_CROSS_FIELD'],
		['VR08 GE', cross('GE'), { a: 2, b: 2 }, 'PASS'],
		['VR08 GE below', cross('GE'), { a: 1, b: 2 }, 'VAL_008_CROSS_FIELD'],
		['VR08 GT', cross('GT'), { a: 10, b: 9 }, 'PASS'],
		['VR08 GT equal', cross('GT'), { a: 9, b: 9 }, 'VAL_008_CROSS_FIELD'],
		['VR08 null', cross('EQ'), { a: null, b: 1 }, 'SKIP'],
		['VR10 known', { id: 'VR10', references: { a: { lookupSource: 'airports' } } }, { a: 'LAX' }, 'PASS'],
		[
			'VR10 unknown',
			{ id: 'VR10', references: { a: { lookupSource: 'airports' } } },
			{ a: '###' },
			'VAL_010_REFERENCE',
		],
		['VR11 null allowed', { id: 'VR11', fieldPolicies: {} }, { a: null }, 'PASS'],
		['VR11 null refused', { id: 'VR11', fieldPolicies: { a: 'REJECT' } }, { a: null }, 'VAL_011_NULL'],
		[
			'VR11 refused by default',
			{ id: 'VR11', fieldPolicies: {}, defaultPolicy: 'REJECT' },
			{ a: null },
			'VAL_011_NULL',
		],
		['VR12 SHA256', checksum(), { a: 'x', b: 2, sum: sha256('2|x') }, 'PASS'],
		['VR12 order', checksum(), { a: 'x', b: 2, sum: sha256('x|2') }, 'VAL_012_CHECKSUM'],
		['VR12 MD5', checksum('MD5'), { a: 'x', b: 2, sum: createHash('md5').update('2|x').digest('hex') }, 'PASS'],
		['VR12 CRC32', checksum('CRC32'), { a: 'x', b: 2, sum: crc32('2|x').toString(16).padStart(8, '0') }, 'PASS'],
		['VR12 CRC32 wrong', checksum('CRC32'), { a: 'x', b: 2, sum: '00000000' }, 'VAL_012_CHECKSUM'],
		['VR12 none given', checksum(), { a: 'x', b: 2 }, 'SKIP'],
	])('%s', (_name, rule, values, expected) => {
		expect(verdict(rule, values)).toBe(expected);
	});

	it('VR09 knows a key again within a batch, and forgets it with the next', () => {
		const engine = engineOf({ id: 'VR09', uniqueFields: [['a', 'b']] });
		const seen = (values: Record<string, unknown>, batchId: string) =>
			engine
				.validate(parsedOf(values, { batchId }))
				.failures.map(({ errorCode }) => errorCode)
				.join();
		expect([
			seen({ a: 1, b: 2 }, 'one'),
			seen({ a: 1, b: 3 }, 'one'),
			seen({ a: 1, b: 2 }, 'one'),
			seen({ a: 1, b: 2 }, 'two'),
		]).toEqual(['', '', 'VAL_009_DUPLICATE', '']);
	});

	it('VR09 GLOBAL knows a key in every batch', () => {
		const engine = engineOf({ id: 'VR09', uniqueFields: [['a']], scope: 'GLOBAL' });
		const outcomes = ['one', 'two'].map((batchId) => engine.validate(parsedOf({ a: 1 }, { batchId })).failures.length);
		expect(outcomes).toEqual([0, 1]);
	});

	it('VR02 and VR11 rewrite the value of the record that goes on, and leave the parsed one alone', () => {
		const parsed = parsedOf({ count: '12', name: null });
		const engine = engineOf(
			{ id: 'VR11', fieldPolicies: { name: 'DEFAULT:none' } },
			{ id: 'VR02', fieldTypes: { count: 'INTEGER' }, strictMode: false },
		);
		expect([engine.validate(parsed).record?.fields, parsed.fields]).toEqual([
			parsedOf({ count: 12, name: 'none' }).fields,
			parsedOf({ count: '12', name: null }).fields,
		]);
	});
});

describe('a rule that cannot be run', () => {
	it.each<[string, RuleConfig]>([
		['VR05 pattern', { id: 'VR05', fieldPatterns: { a: '(' } }],
		['VR07 bound', { id: 'VR07', fieldConstraints: { a: { min: 'TOMORROW' } } }],
		['VR10 source', { id: 'VR10', references: { a: { lookupSource: 'nowhere' } } }],
		['unknown id', { id: 'VR99' } as unknown as RuleConfig],
	])('%s is refused when the engine is made', (_name, rule) => {
		expect(() => engineOf(rule)).toThrow(ConfigError);
	});
});
