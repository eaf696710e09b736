import { arrayValue, binaryValue, booleanValue, datetimeValue, nullValue } from '@pipeline/model';
import { f, i, s, table } from './rule-table.ts';
import { fieldsOf } from './support.ts';

table('TR01', [
	['renames and keeps the rest', { fieldMappings: { a: 'b' } }, fieldsOf({ a: 1, c: 2 }), fieldsOf({ c: 2, b: 1 })],
	[
		'drops unmapped',
		{ fieldMappings: { a: 'b' }, preserveUnmapped: false },
		fieldsOf({ a: 1, c: 2 }),
		fieldsOf({ b: 1 }),
	],
	['leaves a missing source', { fieldMappings: { x: 'y' } }, fieldsOf({ a: 1 }), fieldsOf({ a: 1 })],
	['knows no inherited names', { fieldMappings: { toString: 'y' } }, fieldsOf({ a: 1 }), fieldsOf({ a: 1 })],
]);

const to = (targetType: string, strictMode = true) => ({ typeConversions: { v: { targetType } }, strictMode });
table(
	'TR02',
	[
		['text to integer', to('INTEGER'), { v: s(' +12 ') }, { v: i(12) }],
		['largest integer', to('INTEGER'), { v: s('9223372036854775807') }, { v: i(9223372036854775807n) }],
		['loosely cuts decimals', to('INTEGER', false), { v: f(-1.9) }, { v: i(-1) }],
		['loosely from boolean', to('INTEGER', false), { v: booleanValue(true) }, { v: i(1) }],
		['text to float', to('FLOAT'), { v: s('0.1') }, { v: f(0.1) }],
		['integer to float', to('FLOAT'), { v: i(2n ** 53n) }, { v: f(2 ** 53) }],
		['loosely loses digits', to('FLOAT', false), { v: i(2n ** 53n + 1n) }, { v: f(2 ** 53) }],
		['number to text', to('STRING'), { v: f(1e21) }, { v: s('1e+21') }],
		['bytes to text', to('STRING'), { v: binaryValue(new TextEncoder().encode('é')) }, { v: s('é') }],
		['text to bytes', to('BINARY'), { v: s('é') }, { v: binaryValue(new Uint8Array([0xc3, 0xa9])) }],
		['text to boolean', to('BOOLEAN'), { v: s('TRUE') }, { v: booleanValue(true) }],
		['loosely from yes', to('BOOLEAN', false), { v: s('no') }, { v: booleanValue(false) }],
		[
			'keeps microseconds and applies the offset',
			to('DATETIME'),
			{ v: s('2026-03-01T10:00:00.123456+02:00') },
			{ v: datetimeValue('2026-03-01T08:00:00.123456Z') },
		],
		[
			'loosely without offset',
			to('DATETIME', false),
			{ v: s('2026-03-01') },
			{ v: datetimeValue('2026-03-01T00:00:00.000000Z') },
		],
		[
			'loosely from milliseconds',
			to('DATETIME', false),
			{ v: i(0) },
			{ v: datetimeValue('1970-01-01T00:00:00.000000Z') },
		],
		['loosely wraps', to('ARRAY', false), { v: i(1) }, { v: arrayValue([i(1)]) }],
		['null stays', to('INTEGER'), { v: nullValue }, { v: nullValue }],
		[
			'only values of the source type',
			{ typeConversions: { v: { sourceType: 'FLOAT', targetType: 'STRING' } } },
			{ v: i(1) },
			{ v: i(1) },
		],
	],
	[
		['beyond 64 bits', to('INTEGER'), { v: s('9223372036854775808') }, 'TRX_002_NUMERIC_OVERFLOW'],
		['far beyond 64 bits', to('INTEGER', false), { v: s('1e300') }, 'TRX_002_NUMERIC_OVERFLOW'],
		['strictly no cut', to('INTEGER'), { v: f(1.5) }, 'TRX_001_COERCION'],
		['strictly no lost digits', to('FLOAT'), { v: i(2n ** 53n + 1n) }, 'TRX_001_COERCION'],
		['too large for a double', to('FLOAT', false), { v: s('1e400') }, 'TRX_002_NUMERIC_OVERFLOW'],
		['not a number', to('FLOAT'), { v: s('0x10') }, 'TRX_001_COERCION'],
		['not UTF-8', to('STRING'), { v: binaryValue(new Uint8Array([0xff])) }, 'TRX_006_ENCODING'],
		['strictly no yes', to('BOOLEAN'), { v: s('yes') }, 'TRX_001_COERCION'],
		['no date', to('DATETIME', false), { v: s('2026-13-01') }, 'TRX_004_DATE_PARSE'],
		['strictly with offset', to('DATETIME'), { v: s('2026-03-01T10:00:00') }, 'TRX_001_COERCION'],
		['strictly no date only', to('DATETIME'), { v: s('2026-03-01') }, 'TRX_001_COERCION'],
		['never a map', to('MAP', false), { v: s('x') }, 'TRX_001_COERCION'],
	],
);

const nulls = (v: object) => ({ nullHandling: { v } });
table(
	'TR11',
	[
		['preserve', nulls({ action: 'PRESERVE' }), { v: nullValue }, { v: nullValue }],
		['default for null', nulls({ action: 'DEFAULT', default: 7 }), { v: nullValue }, { v: i(7) }],
		['default for missing', nulls({ action: 'DEFAULT', default: [1] }), {}, { v: arrayValue([i(1)]) }],
		['value', nulls({ action: 'FAIL' }), { v: i(1) }, { v: i(1) }],
	],
	[['fail', nulls({ action: 'FAIL' }), {}, 'TRX_001_COERCION']],
);
