import { createHash } from 'node:crypto';
import { type Fields, floatValue, fromPlain, integerValue, JOURNAL, STAGE, stringValue } from '@pipeline/model';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	DestinationRegistry,
	type FormattingRules,
	GammaModule,
	gammaConfig,
	isRenderingFailure,
	Renderer,
	type RenderFormat,
} from '../src/index.ts';
import { registrationOf } from './support/module-under-test.ts';
import { recordOf, withFields } from './support/records.ts';
import { ScriptedAdapter } from './support/scripted-adapter.ts';
import { VirtualRuntime } from './support/virtual-runtime.ts';

function rendererFor(format: RenderFormat, formatting: FormattingRules, overrides = {}) {
	const runtime = new VirtualRuntime();
	const config = gammaConfig(overrides);
	const events = new GammaModule({ runtime, destinations: [], routing: { rules: [] } }).events;
	const registry = new DestinationRegistry(config, runtime, events);
	const options = { registration: registrationOf('out', { format }), adapter: new ScriptedAdapter(), formatting };
	const destination = registry.register(options, 'test');
	const renderer = new Renderer(config, runtime);
	return { renderer, render: (fields: Fields) => renderer.render(withFields('r1', fields), destination) };
}

function text(format: RenderFormat, plain: Record<string, unknown>, formatting: FormattingRules = {}): string {
	const fields = recordOf('r1', plain).fields;
	const outcome = rendererFor(format, formatting).render(fields);
	if (isRenderingFailure(outcome)) return `${outcome.errorCode}:${outcome.fieldName ?? ''}`;
	return Buffer.from(outcome.renderedContent).toString();
}

const json = (plain: Record<string, unknown>, formatting?: FormattingRules) => text('JSON', plain, formatting);
const csv = (plain: Record<string, unknown>, formatting?: FormattingRules) => text('CSV', plain, formatting);

describe('a rendered record', () => {
	it('carries its checksum, its type and the slots of its record', () => {
		const { render } = rendererFor('JSON', {});
		const content = Buffer.from('{"a":1}');
		expect(render({ a: integerValue(1n) })).toEqual({
			recordId: 'r1',
			destinationId: 'out',
			format: 'JSON',
			renderedContent: content,
			contentType: 'application/json',
			encoding: 'UTF-8',
			renderTimestamp: '2026-01-01T00:00:00.000000Z',
			renderDurationMs: 0,
			contentChecksum: createHash('sha256').update(content).digest('hex'),
			lineageId: 'lineage-r1',
			[JOURNAL]: 7,
			[STAGE]: 3,
		});
	});

	it('never shows the trace position of its record', () => {
		const { renderer } = rendererFor('JSON', {});
		const runtime = new VirtualRuntime();
		const { events } = new GammaModule({ runtime, destinations: [], routing: { rules: [] } });
		const registry = new DestinationRegistry(gammaConfig(), runtime, events);
		const options = { registration: registrationOf('out'), adapter: new ScriptedAdapter() };
		const destination = registry.register(options, 'test');
		const plain = renderer.render(recordOf('r1'), destination);
		const traced = renderer.render(recordOf('r1', undefined, { traceId: 'a'.repeat(32), traceFlags: 1 }), destination);
		expect('contentChecksum' in plain && plain.contentChecksum).toBe(
			'contentChecksum' in traced && traced.contentChecksum,
		);
		expect(traced).toMatchObject({ traceId: 'a'.repeat(32), traceFlags: 1 });
	});
});

describe('formatting rules', () => {
	const abc = { b: 2, a: 1, c: null };

	it.each<[string, FormattingRules, string]>([
		['nothing', {}, '{"b":2,"a":1,"c":null}'],
		['FR01 include', { inclusion: { mode: 'INCLUDE_ONLY', includedFields: ['a', 'x'] } }, '{"a":1}'],
		['FR01 exclude', { inclusion: { mode: 'EXCLUDE_ONLY', excludedFields: ['a'] } }, '{"b":2,"c":null}'],
		['FR02 end', { ordering: { fieldOrder: ['c', 'x'] } }, '{"c":null,"b":2,"a":1}'],
		['FR02 start', { ordering: { fieldOrder: ['b'], unspecifiedPosition: 'START' } }, '{"a":1,"c":null,"b":2}'],
		[
			'FR02 alphabetical',
			{ ordering: { fieldOrder: [], unspecifiedPosition: 'ALPHABETICAL' } },
			'{"a":1,"b":2,"c":null}',
		],
		['FR03 text', { nulls: { representation: { JSON: 'n/a', CSV: '-' } } }, '{"b":2,"a":1,"c":"n/a"}'],
		['FR03 omit', { nulls: { omitNullFields: true } }, '{"b":2,"a":1}'],
	])('%s', (_name, rules, expected) => {
		expect(json(abc, rules)).toBe(expected);
	});

	it.each([
		['HALF_UP', 2.5, 3],
		['HALF_UP', -2.5, -3],
		['HALF_EVEN', 2.5, 2],
		['FLOOR', -2.1, -3],
		['CEILING', -2.9, -2],
		['DOWN', -2.9, -2],
	] as const)('FR04 rounds %s %d to %d', (roundingMode, value, expected) => {
		const precision = { defaultPrecision: 0, roundingMode };
		expect(json({ x: value }, { precision })).toBe(`{"x":${expected}}`);
	});

	it('FR04 prefers the rule of a field, rounds the decimal form, and leaves integers', () => {
		const precision = { precisionRules: { price: 2 }, defaultPrecision: 0 };
		expect(json({ price: 1.005, other: 1.5, whole: 7 }, { precision })).toBe('{"price":1.01,"other":2,"whole":7}');
	});

	it('FR05 formats and shifts datetimes, microseconds kept in ISO', () => {
		const at = { fieldType: 'DATETIME', datetimeValue: '2026-07-01T12:00:00.123456Z', isNull: false } as const;
		const render = (datetimes: FormattingRules['datetimes']) => {
			const outcome = rendererFor('JSON', datetimes === undefined ? {} : { datetimes }).render({ at });
			return 'renderedContent' in outcome ? JSON.parse(Buffer.from(outcome.renderedContent).toString()).at : outcome;
		};
		expect([
			render(undefined),
			render({ timezone: 'Europe/Berlin' }),
			render({ includeTimezone: false }),
			render({ datetimeFormat: 'yyyy/MM/dd HH:mm', timezone: 'America/New_York', includeTimezone: false }),
			render({ datetimeFormat: 'HH:mm', timezone: 'Asia/Kolkata' }),
		]).toEqual([
			'2026-07-01T12:00:00.123456Z',
			'2026-07-01T14:00:00.123456+02:00',
			'2026-07-01T12:00:00.123456',
			'2026/07/01 08:00',
			'17:30 +05:30',
		]);
	});

	it('FR06 replaces text, longest first, and escapes above U+007F', () => {
		const escaping = { escapeRules: { JSON: { a: '1', ab: '2', '.': '!' } }, escapeUnicode: true };
		expect(json({ x: 'ab.a é' }, { escaping })).toBe('{"x":"2!1 \\u00e9"}');
	});

	it('FR07 keeps, joins or numbers arrays', () => {
		const list = { tags: ['x', 2, null] };
		expect([
			json(list),
			json(list, { arrays: { arrayFormat: 'DELIMITED', delimiter: '|' } }),
			json(list, { arrays: { arrayFormat: 'REPEATED' } }),
			csv(list, { columns: ['tags'] }),
		]).toEqual([
			'{"tags":["x",2,null]}',
			'{"tags":"x|2|"}',
			'{"tags_1":"x","tags_2":2,"tags_3":null}',
			'"[""x"",2,null]"',
		]);
	});
});

describe('rendering failures', () => {
	it.each<[string, string, () => string]>([
		['a number that is not finite', 'RENDER_001_UNSUPPORTED_TYPE:x', () => failure({ x: floatValue(Number.NaN) })],
		[
			'a text beyond the encoding',
			'RENDER_002_ENCODING:',
			() => failure({ x: stringValue('é') }, { encoding: 'ASCII' }),
		],
		['half a character in CSV', 'RENDER_002_ENCODING:', () => csv({ x: '\ud800' }, { columns: ['x'] })],
		['a field without column', 'RENDER_003_SCHEMA_VIOLATION:y', () => csv({ x: 1, y: 2 }, { columns: ['x'] })],
		[
			'a required field that is null',
			'RENDER_003_SCHEMA_VIOLATION:x',
			() => json({ x: null }, { requiredFields: ['x'] }),
		],
		[
			'a name that occurs twice',
			'RENDER_003_SCHEMA_VIOLATION:t_1',
			() => json({ t: ['a'], t_1: 'b' }, { arrays: { arrayFormat: 'REPEATED' } }),
		],
	])('%s', (_name, expected, render) => {
		expect(render()).toBe(expected);
	});

	it('keeps latin text in ISO-8859-1', () => {
		const outcome = rendererFor('JSON', { encoding: 'ISO-8859-1' }).render({ x: stringValue('é') });
		expect('renderedContent' in outcome && Buffer.from(outcome.renderedContent).toString('latin1')).toBe('{"x":"é"}');
	});

	it('accepts a record of the largest size and refuses one byte more', () => {
		const { renderer, render } = rendererFor('JSON', {}, { maxRecordSizeBytes: 1024 });
		const fits = render({ x: stringValue('a'.repeat(1024 - '{"x":""}'.length)) });
		const over = render({ x: stringValue('a'.repeat(1025 - '{"x":""}'.length)) });
		expect('renderedContent' in fits && fits.renderedContent.byteLength).toBe(1024);
		expect(over).toMatchObject({ errorCode: 'RENDER_005_TOO_LARGE', recordId: 'r1', destinationId: 'out' });
		expect(renderer.errorRate).toBe(0.5);
	});

	it('renders values nested 32 deep, not 33', () => {
		const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
		expect(json({ x: nested(32) })).toContain('[1]');
		expect(json({ x: nested(33) })).toBe('RENDER_001_UNSUPPORTED_TYPE:x');
	});
});

function failure(fields: Fields, formatting: FormattingRules = {}): string {
	const outcome = rendererFor('JSON', formatting).render(fields);
	return isRenderingFailure(outcome) ? `${outcome.errorCode}:${outcome.fieldName ?? ''}` : 'rendered';
}

describe('round trips', () => {
	const names = fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 6 });
	const scalars = fc.oneof(
		fc.string({ unit: 'binary' }),
		fc.constantFrom('2024', '__proto__', 'constructor', '=1+1', 'a,b', 'line\nend', '"quoted"'),
		fc.integer(),
		fc.double({ noNaN: true, noDefaultInfinity: true }),
		fc.boolean(),
		fc.constant(null),
	);

	it('JSON gives back every name and value, in order', () => {
		fc.assert(
			fc.property(names, fc.infiniteStream(fc.oneof(scalars, fc.array(scalars, { maxLength: 3 }))), (keys, values) => {
				const entries = keys.map((key): [string, unknown] => [key, values.next().value]);
				const { render } = rendererFor('JSON', {});
				const fields = Object.fromEntries(entries.map(([key, value]) => [key, fromPlain(value)]));
				const outcome = render(fields);
				if (isRenderingFailure(outcome)) throw new Error(outcome.errorMessage);
				const content = Buffer.from(outcome.renderedContent).toString();
				expect(content).not.toContain('\n');
				expect(JSON.parse(content)).toEqual(JSON.parse(JSON.stringify(Object.fromEntries(entries))));
			}),
		);
	});

	it('CSV gives back every cell; text that starts a formula is guarded', () => {
		const cells = fc.array(
			fc.oneof(
				fc.string({ unit: 'grapheme' }),
				fc.constantFrom('=A1', '+1', '-1', '@x', '\tx', 'a"b', 'a,b', 'a\nb', ''),
			),
			{
				minLength: 1,
				maxLength: 5,
			},
		);
		fc.assert(
			fc.property(cells, (values) => {
				const columns = values.map((_, index) => `c${index}`);
				const plain = Object.fromEntries(values.map((value, index) => [`c${index}`, value]));
				const row = csv(plain, { columns });
				const [parsed] = parse(`${columns.join(',')}\n${row}\n`, { columns: true }) as Record<string, string>[];
				const guarded = values.map((value) =>
					/^[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/.test(value) ? `'${value}` : value,
				);
				expect(columns.map((name) => parsed?.[name])).toEqual(guarded);
			}),
		);
	});

	it('leaves the sign of numbers in CSV', () => {
		const columns = ['a', 'b', 'c', 'd'];
		expect(csv({ a: -1, b: -1.5, c: null, d: true }, { columns, nulls: { representation: { CSV: 'NULL' } } })).toBe(
			'-1,-1.5,NULL,true',
		);
	});

	it('writes integers beyond 2^53 as text', () => {
		const { render } = rendererFor('JSON', {});
		const outcome = render({ safe: integerValue(9007199254740991n), big: integerValue(-9007199254740992n) });
		expect('renderedContent' in outcome && Buffer.from(outcome.renderedContent).toString()).toBe(
			'{"safe":9007199254740991,"big":"-9007199254740992"}',
		);
	});
});
