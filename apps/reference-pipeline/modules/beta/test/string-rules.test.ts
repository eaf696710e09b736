import { nullValue } from '@pipeline/model';
import { i, s, table } from './rule-table.ts';

table(
	'TR03',
	[
		['upper', { fieldCases: { v: 'UPPER' } }, { v: s('straße i') }, { v: s('STRASSE I') }],
		['lower', { fieldCases: { v: 'LOWER' } }, { v: s('IÀ') }, { v: s('ià') }],
		['title', { fieldCases: { v: 'TITLE' } }, { v: s("o'NEILL saint-jean élan") }, { v: s("O'neill Saint-Jean Élan") }],
		['null stays', { fieldCases: { v: 'UPPER' } }, { v: nullValue }, { v: nullValue }],
	],
	[['a number', { fieldCases: { v: 'UPPER' } }, { v: i(1) }, 'TRX_008_RULE_CONFIG']],
);

const formatting = (v: object) => ({ fieldFormatting: { v } });
table('TR04', [
	['trims both ends', formatting({}), { v: s(' a ') }, { v: s('a') }],
	['trims the start', formatting({ trim: 'START' }), { v: s(' a ') }, { v: s('a ') }],
	['trims the end', formatting({ trim: 'END' }), { v: s(' a ') }, { v: s(' a') }],
	['pads left by code points', formatting({ padLeft: '0', targetLength: 3 }), { v: s(' 😀 ') }, { v: s('00😀') }],
	['pads right in turn', formatting({ padRight: 'xy', targetLength: 4 }), { v: s('a') }, { v: s('axyx') }],
	['keeps longer text', formatting({ padLeft: '0', targetLength: 2 }), { v: s('abc') }, { v: s('abc') }],
]);

const extract = (pattern: string, group?: number) => ({
	extractions: [{ source: 'v', target: 'w', pattern, ...(group !== undefined && { group }) }],
});
table(
	'TR05',
	[
		['first group', extract('(\\d+)-(\\d+)'), { v: s('a 12-34') }, { v: s('a 12-34'), w: s('12') }],
		['second group', extract('(\\d+)-(\\d+)', 2), { v: s('12-34') }, { v: s('12-34'), w: s('34') }],
		['longest text', extract('(a)', 0), { v: s('a'.repeat(10_000)) }, { v: s('a'.repeat(10_000)), w: s('a') }],
		['null stays', extract('(a)'), { v: nullValue }, { v: nullValue }],
	],
	[
		['no match', extract('(\\d+)'), { v: s('abc') }, 'TRX_003_PATTERN_MISMATCH'],
		['too long', extract('(a)'), { v: s('a'.repeat(10_001)) }, 'TRX_003_PATTERN_MISMATCH'],
	],
);

table('TR06', [
	[
		'skips null',
		{ composites: [{ target: 't', sources: ['a', 'b', 'c'] }] },
		{ a: s('x'), b: nullValue, c: i(1) },
		{ a: s('x'), b: nullValue, c: i(1), t: s('x 1') },
	],
	[
		'template',
		{ composites: [{ target: 't', sources: ['a', 'b'], template: '{b}/{a}{z}' }] },
		{ a: s('$&') },
		{ a: s('$&'), t: s('/$&{z}') },
	],
	['nothing', { composites: [{ target: 't', sources: ['a'] }] }, {}, { t: nullValue }],
]);
