import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { durationText, offsetText } from '../../src/journey/durations.ts';
import { renderJourneyText } from '../../src/journey/journey-text.ts';
import { HOSTILE, sampleJourney } from './sample-journey.ts';

it('tells a journey in lines', () => {
	const text = renderJourneyText(sampleJourney('records-7'));
	expect(text.split('\n').slice(0, 22)).toEqual([
		'Record records-7                                                       DELIVERED',
		'records-7 · records-7 · tenant records-7',
		'began 2026-11-21T10:00:00.000000Z · took 1 d 1 h · ended +1 d 1 h',
		'lineage records-7',
		'batch records-7',
		'',
		'Trace aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1',
		'9 spans, began +0, took 400 ms',
		'  ALPHA                                    +0   20.0 ms  █▏',
		'✓   record.ingest records-7                +0   20.0 ms  █▏',
		'✓       validation.rule ×6            +250 µs     12 µs  ▏',
		'✗ GAMMA (2 attempts)                  +100 ms    300 ms       ████████████████▌',
		'✗   records-7 DELIV_002_REJECTED      +100 ms    300 ms       ████████████████▌',
		'✗     delivery.attempt #1 records…    +100 ms    100 ms       █████▌',
		'✗     delivery.attempt #2 records…    +290 ms    100 ms                 █████▌',
		'',
		'Replay in trace aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa2',
		'audit only, began +1 d 1 h, took 1.00 s',
		'  GAMMA                                    +0    1.00 s  ██████████████████████',
		'✓   delivery.delivery_attempted #1         +0            ·',
		'✓   delivery.delivery_confirmed       +1.00 s                                 ·',
		'',
	]);
	for (const told of ['replayed by records-7', 'this record -reject-> entry records-7', 'BLOCKED   archive']) {
		expect(text).toContain(told);
	}
});

it('keeps to its width and lets nothing steer the terminal, whatever the names are', () => {
	const name = fc.oneof(fc.string({ minLength: 1, unit: 'binary' }), fc.constant(HOSTILE));
	fc.assert(
		fc.property(name, fc.integer({ min: 60, max: 200 }), (text, width) => {
			const lines = renderJourneyText(sampleJourney(text), { width }).split('\n');
			expect(lines.filter((line) => [...line].length > width)).toEqual([]);
			expect(lines.filter((line) => /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(line))).toEqual([]);
		}),
	);
});

it('cuts long traces and long sections, and says so', () => {
	const journey = sampleJourney('r');
	const [trace] = journey.traces;
	const [module] = trace?.modules ?? [];
	const [stage] = module?.stages ?? [];
	const [error] = journey.errors;
	if (trace === undefined || module === undefined || stage === undefined || error === undefined)
		throw new Error('no stage');
	const long = {
		...journey,
		traces: [{ ...trace, modules: [{ ...module, stages: Array.from({ length: 500 }, () => stage) }] }],
		errors: Array.from({ length: 51 }, () => error),
	};
	const lines = renderJourneyText(long).split('\n');
	expect(lines.filter((line) => line.includes('more'))).toEqual(['  … and 1 more', '  … and 2 more']);
});

it('has colours only where they are asked for, and the same text', () => {
	const journey = sampleJourney('records-7');
	const coloured = renderJourneyText(journey, { isColoured: true });
	expect(coloured).toContain('\u001B[31m✗\u001B[39m');
	expect(stripVTControlCharacters(coloured).replaceAll(/ +$/gm, '')).toBe(renderJourneyText(journey));
});

it.each([0, 59, 401, Number.NaN])('makes the best of a width of %d', (width) => {
	const longest = Math.max(
		...renderJourneyText(sampleJourney('r'), { width })
			.split('\n')
			.map((line) => line.length),
	);
	expect(longest).toBeLessThanOrEqual(400);
});

it.each([
	[0, '0'],
	[0.0004, '1 µs'],
	[0.999, '999 µs'],
	[1, '1.00 ms'],
	[12.34, '12.3 ms'],
	[999.4, '999 ms'],
	[1_000, '1.00 s'],
	[59_949, '59.9 s'],
	[60_000, '1 min'],
	[3_599_000, '59 min 59 s'],
	[3_600_000, '1 h'],
	[90_061_000, '1 d 1 h'],
	[-1_500, '-1.50 s'],
	[Number.NaN, '?'],
])('tells %d ms as %s', (ms, text) => {
	expect(durationText(ms)).toBe(text);
	expect(offsetText(ms)).toBe(ms >= 0 ? `+${text}` : text);
});
