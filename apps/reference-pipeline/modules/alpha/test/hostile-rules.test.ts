import { integerValue } from '@pipeline/model';
import { describe, expect, it } from 'vitest';
import { type RuleConfig, ValidationEngine } from '../src/index.ts';
import { parsedOf, runtime } from './fixtures.ts';

function codesOf(rule: RuleConfig, ...records: Parameters<typeof parsedOf>[0][]): string[] {
	const options = { timeoutMs: 5_000, quarantineThreshold: 0, classification: 'INTERNAL', personalFields: [] } as const;
	const engine = new ValidationEngine({ ...options, runtime: runtime(), rules: [rule] });
	return records.map((values) =>
		engine
			.validate(parsedOf(values))
			.failures.map(({ errorCode }) => errorCode)
			.join(),
	);
}

describe('rules on hostile values', () => {
	it.each(['(a+)+b', '(a|a)*b', '(a|aa)+$b', '(.*a){20}b'])('VR05: %s comes to an end on a long text', (pattern) => {
		expect(codesOf({ id: 'VR05', fieldPatterns: { t: pattern } }, { t: 'a'.repeat(5_000) })).toEqual([
			'VAL_005_PATTERN',
		]);
	});

	it('VR05: refuses a pattern that cannot be run in linear time', () => {
		expect(() => codesOf({ id: 'VR05', fieldPatterns: { t: '(a)\\1' } })).toThrow('VR05');
	});

	it('VR09: a separator inside a value makes no duplicate', () => {
		const rule: RuleConfig = { id: 'VR09', uniqueFields: [['a', 'b']] };
		expect(codesOf(rule, { a: 'x|y', b: 'z' }, { a: 'x', b: 'y|z' }, { a: 'x', b: 'y|z' })).toEqual([
			'',
			'',
			'VAL_009_DUPLICATE',
		]);
	});

	it('VR01: what every object has is not a field', () => {
		expect(codesOf({ id: 'VR01', requiredFields: ['constructor', 'toString'] }, { a: 1 })).toEqual([
			'VAL_002_REQUIRED_MISSING,VAL_002_REQUIRED_MISSING',
		]);
	});

	it('VR04 and VR08: 64-bit integers are compared exactly', () => {
		const bound: RuleConfig = { id: 'VR04', fieldConstraints: { a: { max: 9_007_199_254_740_992 } } };
		const order: RuleConfig = { id: 'VR08', consistencyRules: [{ left: 'a', operator: 'GT', right: 'b' }] };
		const values = { a: integerValue(9_007_199_254_740_993n), b: integerValue(9_007_199_254_740_992n) };
		expect([codesOf(bound, values), codesOf(order, values)]).toEqual([['VAL_004_RANGE'], ['']]);
	});
});
