import { arrayValue, fromPlain, mapValue, nullValue } from '@pipeline/model';
import { f, i, s, table } from './rule-table.ts';

const rounding = (decimalPlaces: number, roundMode?: string, scaleFactor?: string) => ({
	numericRules: { v: { decimalPlaces, ...(roundMode && { roundMode }), ...(scaleFactor && { scaleFactor }) } },
});
table(
	'TR07',
	[
		['half up', rounding(2), { v: f(1.005) }, { v: f(1.01) }],
		['half up below zero', rounding(0), { v: f(-2.5) }, { v: f(-3) }],
		['half even', rounding(0, 'HALF_EVEN'), { v: f(2.5) }, { v: f(2) }],
		['floor', rounding(1, 'FLOOR'), { v: f(-1.23) }, { v: f(-1.3) }],
		['ceiling', rounding(1, 'CEILING'), { v: f(-1.29) }, { v: f(-1.2) }],
		['down', rounding(1, 'DOWN'), { v: f(1.29) }, { v: f(1.2) }],
		['scales first', rounding(2, 'HALF_UP', '0.1'), { v: s('12.345') }, { v: s('1.23') }],
		['decimal text keeps its zeros', rounding(2), { v: s('1') }, { v: s('1.00') }],
		['integers stay integers', rounding(0, 'HALF_UP', '3'), { v: i(2n ** 61n) }, { v: i(3n * 2n ** 61n) }],
		['integers that gain decimals', rounding(1, 'HALF_UP', '0.25'), { v: i(10) }, { v: f(2.5) }],
		['no negative zero', rounding(0), { v: f(-0.2) }, { v: f(0) }],
	],
	[
		['overflow', rounding(0, 'HALF_UP', '4'), { v: i(2n ** 61n) }, 'TRX_002_NUMERIC_OVERFLOW'],
		['no number', rounding(0), { v: s('x') }, 'TRX_001_COERCION'],
	],
);

const aggregate = (operation: string, more: object = {}) => ({
	aggregations: [{ source: 'v', target: 't', operation, ...more }],
});
const array = arrayValue([i(1), nullValue, i(4), i(2)]);
table(
	'TR12',
	[
		['count', aggregate('COUNT'), { v: array }, { v: array, t: i(3) }],
		['sum of integers', aggregate('SUM'), { v: array }, { v: array, t: i(7) }],
		[
			'sum without binary error',
			aggregate('SUM'),
			{ v: fromPlain([0.1, 0.2]) },
			{ v: fromPlain([0.1, 0.2]), t: f(0.3) },
		],
		['average', aggregate('AVG'), { v: fromPlain([1, 2]) }, { v: fromPlain([1, 2]), t: f(1.5) }],
		['minimum', aggregate('MIN'), { v: array }, { v: array, t: i(1) }],
		['maximum', aggregate('MAX'), { v: array }, { v: array, t: i(4) }],
		['sum of nothing', aggregate('SUM'), { v: arrayValue([]) }, { v: arrayValue([]), t: i(0) }],
		['average of nothing', aggregate('AVG'), { v: arrayValue([]) }, { v: arrayValue([]), t: nullValue }],
		[
			'field of maps',
			aggregate('SUM', { itemField: 'n' }),
			{ v: arrayValue([mapValue({ n: i(2) }), mapValue({})]) },
			{ v: arrayValue([mapValue({ n: i(2) }), mapValue({})]), t: i(2) },
		],
	],
	[
		['no array', aggregate('SUM'), { v: i(1) }, 'TRX_008_RULE_CONFIG'],
		['no numbers', aggregate('SUM'), { v: fromPlain(['x']) }, 'TRX_001_COERCION'],
		['overflow', aggregate('SUM'), { v: arrayValue([i(2n ** 62n), i(2n ** 62n)]) }, 'TRX_002_NUMERIC_OVERFLOW'],
	],
);
