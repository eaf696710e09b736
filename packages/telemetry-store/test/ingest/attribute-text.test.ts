import fc from 'fast-check';
import { expect, it } from 'vitest';
import { attributeTexts, serviceNameOf, valueText } from '../../src/ingest/rows/attribute-text.ts';
import { instantText, secondsOf } from '../../src/ingest/rows/nanosecond-text.ts';
import { OtlpMap, type OtlpValue } from '../../src/otlp/otlp-types.ts';

it.each<readonly [OtlpValue, string]>([
	['text', 'text'],
	[1, '1'],
	[-0, '-0'],
	[1e21, '1e+21'],
	[1e-7, '1e-7'],
	[Number.NaN, 'json: unsupported value: NaN'],
	[Number.POSITIVE_INFINITY, 'json: unsupported value: +Inf'],
	[Number.NEGATIVE_INFINITY, 'json: unsupported value: -Inf'],
	[-(2n ** 63n), '-9223372036854775808'],
	[false, 'false'],
	[undefined, ''],
	[Uint8Array.of(1, 2, 255), 'AQL/'],
	[[], '[]'],
	[[1, 'a', undefined, 2n ** 62n, Uint8Array.of(0)], '[1,"a",null,4611686018427387904,"AA=="]'],
	[[Number.NaN], ''],
	[new OtlpMap([['b', Number.NaN]]), ''],
	[new OtlpMap([]), '{}'],
	[
		new OtlpMap([
			['b', '<&>'],
			['a', [true, new OtlpMap([['"', 0.5]])]],
			['b', '\u2028'],
		]),
		'{"a":[true,{"\\"":0.5}],"b":"\\u2028"}',
	],
])('writes a value as the Collector does: %o', (value, text) => {
	expect(valueText(value)).toBe(text);
});

it('gives a key its last value, whatever the key', () => {
	const texts = attributeTexts([
		['__proto__', 'x'],
		['a', 1],
		['a', 2],
	]);
	expect(JSON.stringify(texts)).toBe('{"__proto__":"x","a":"2"}');
	expect(serviceNameOf([['service.name', 7]])).toBe('7');
	expect(serviceNameOf([])).toBe('');
});

it('writes instants that the engine reads, all of them', () => {
	expect(instantText(0n)).toBe('1970-01-01T00:00:00.000000000Z');
	expect(instantText(999_999_999_999_999_999n)).toBe('2001-09-09T01:46:39.999999999Z');
	expect(instantText(1_000_000_000_000_000_000n)).toBe('1000000000.000000000');
	expect(instantText(2n ** 63n - 1n)).toBe('9223372035.999999999');
	fc.assert(
		fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (nanos) => {
			expect(instantText(nanos)).toMatch(/^(?:\d{10}\.\d{9}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z)$/);
			expect(secondsOf(nanos)).toBeLessThanOrEqual(4_294_967_295);
		}),
	);
});
