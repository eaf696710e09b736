// biome-ignore-all lint/suspicious/noThenProperty: a text, never called; the rule's key has this name
import { booleanValue, nullValue } from '@pipeline/model';
import { describe, expect, it } from 'vitest';
import { f, i, type Rule, run, s, table } from './rule-table.ts';

const check = (more: object) => ({ validations: [{ field: 'v', pattern: '[A-Z]{3}', ...more }] });
table(
	'TR14',
	[
		['valid', check({ onInvalid: 'FAIL' }), { v: s('ABC') }, { v: s('ABC') }],
		['null', check({ onInvalid: 'NULL' }), { v: s('ABCD') }, { v: nullValue }],
		[
			'flag field',
			check({ onInvalid: 'FLAG', flagField: 'bad' }),
			{ v: s('x') },
			{ v: s('x'), bad: booleanValue(true) },
		],
		[
			'correct',
			check({ onInvalid: 'CORRECT', correction: { pattern: '[^A-Z]', replacement: '' } }),
			{ v: s('A-B-C') },
			{ v: s('ABC') },
		],
	],
	[
		['fail', check({ onInvalid: 'FAIL' }), { v: s('abc') }, 'TRX_003_PATTERN_MISMATCH'],
		[
			'not corrected',
			check({ onInvalid: 'CORRECT', correction: { pattern: '-', replacement: '' } }),
			{ v: s('x') },
			'TRX_003_PATTERN_MISMATCH',
		],
		[
			'alternatives match whole',
			check({ pattern: 'a|b', onInvalid: 'FAIL' }),
			{ v: s('ax') },
			'TRX_003_PATTERN_MISMATCH',
		],
	],
);

table('TR16', [
	[
		'sha256 over a|1|',
		{ hashRules: [{ target: 'h', sourceFields: ['a', 'n', 'x'] }] },
		{ a: s('a'), n: i(1) },
		{ a: s('a'), n: i(1), h: s('d9fe4942cfbbd6c568f3d32100afe89839ddbe2dcbdbae6c324203ee9b9a76f3') },
	],
	[
		'md5',
		{ hashRules: [{ target: 'h', sourceFields: ['a'], algorithm: 'MD5' }] },
		{ a: s('a') },
		{ a: s('a'), h: s('0cc175b9c0f1b6a831c399e269772661') },
	],
]);

describe('TR14 FLAG', () => {
	it('marks the record', () => {
		const { flags } = run([{ type: 'TR14', config: check({ onInvalid: 'FLAG' }) }], { v: s('x') });
		expect(flags).toEqual(['INVALID:v']);
	});
});

describe('TR13', () => {
	const ruleSets = {
		loud: [{ type: 'TR03', id: 'shout', config: { fieldCases: { v: 'UPPER' } } }],
		quiet: [{ type: 'TR03', id: 'whisper', config: { fieldCases: { v: 'LOWER' } } }],
	};
	const rule = (condition: object) => ({
		type: 'TR13' as const,
		config: { conditionals: [{ condition: { field: 'n', ...condition }, then: 'loud', else: 'quiet' }] },
	});
	it.each([
		['EQUALS', 2, i(2), 'AB'],
		['EQUALS', 2, f(2), 'AB'],
		['EQUALS', '2', i(2), 'ab'],
		['IN', [1, 2], i(2), 'AB'],
		['IN', [1], i(2), 'ab'],
		['GT', 1, i(2), 'AB'],
		['GT', 2, i(2), 'ab'],
		['LT', 3, i(2), 'AB'],
		['LT', 2, i(2), 'ab'],
		['EXISTS', undefined, i(0), 'AB'],
		['EXISTS', undefined, nullValue, 'ab'],
		['EQUALS', null, nullValue, 'ab'],
	])('%s %s on %o', (operator, value, n, expected) => {
		const { fields, applied } = run(
			[rule({ operator, ...(value !== undefined && { value }) })],
			{ v: s('aB'), n },
			{ ruleSets },
		);
		expect({ v: fields['v'], applied }).toEqual({ v: s(expected), applied: [expected === 'AB' ? 'shout' : 'whisper'] });
	});

	it('does nothing without else', () => {
		const config = { conditionals: [{ condition: { field: 'n', operator: 'EXISTS' }, then: 'loud' }] };
		expect(run([{ type: 'TR13', config }], { v: s('aB') }, { ruleSets }).fields).toEqual({ v: s('aB') });
	});
});

describe('TR17', () => {
	it.each([
		[{ target: 'n' }, 4, '5'],
		[{ target: 'n', prefix: 'F', start: 10, padding: 4 }, 2, 'F0012'],
		[{ target: 'n', prefix: 'F', scope: 'PROFILE', padding: 3 }, 0, 'F01890000000070008000000000000001-001'],
	])('%o at %i', (rule, index, expected) => {
		const { fields } = run([{ type: 'TR17', config: { sequences: [rule] } }], {}, { index });
		expect(fields).toEqual({ n: s(expected) });
	});
});

describe('order', () => {
	it('runs rules by type order, not as listed', () => {
		const rules: Rule[] = [
			{ type: 'TR17', config: { sequences: [{ target: 'n' }] } },
			{ type: 'TR06', config: { composites: [{ target: 'name', sources: ['first', 'last'] }] } },
			{ type: 'TR03', config: { fieldCases: { last: 'UPPER' } } },
			{ type: 'TR01', config: { fieldMappings: { l: 'last' } } },
		];
		const { fields, applied } = run(rules, { first: s('a'), l: s('b') });
		expect({ name: fields['name'], applied }).toEqual({ name: s('a B'), applied: ['TR01', 'TR03', 'TR06', 'TR17'] });
	});
});
