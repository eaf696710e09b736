import { ENTRY_STAGE, type NumberDef, type Stage, type TextDef } from '@pipeline/telemetry-core';
import { attribute, span } from '@pipeline/telemetry-core/alpha';
import { describe, expect, it } from 'vitest';
import { begin, end, INGEST, PARSE, recorded, UNSET } from './recorded.ts';

const COUNT = attribute['pipeline.field_count'] as NumberDef;
const SOURCE = attribute['pipeline.source_id'] as TextDef;

describe('journals that outgrow their slot', () => {
	it('keep every stage, number and text', () => {
		const { recorder, spans } = recorded();
		const journal = begin(recorder);
		for (let index = 0; index < 500; index++) {
			const stage = recorder.lap(journal, PARSE, ENTRY_STAGE, UNSET);
			recorder.setNumber(journal, stage, COUNT, index);
		}
		end(recorder, journal);
		recorder.flush();
		expect(spans).toHaveLength(501);
		expect(spans.slice(1).map(({ attributes }) => attributes['pipeline.field_count'])).toEqual(
			Array.from({ length: 500 }, (_, index) => index),
		);
	});

	it('stop at 10,000 spans, but for minimal ones, and time the others all the same', () => {
		const { recorder, spans, clock } = recorded({ extraWords: 1_000_000 });
		const journal = begin(recorder);
		for (let index = 0; index < 10_100; index++) recorder.lap(journal, PARSE, ENTRY_STAGE, UNSET);
		const unwritten = recorder.enter(journal, PARSE, ENTRY_STAGE);
		expect(unwritten).toBeLessThan(0);
		clock.ms += 7;
		recorder.exit(journal, unwritten, UNSET);
		expect(recorder.seconds[0]).toBeCloseTo(0.007, 6);
		const minimal = recorder.enter(journal, INGEST, ENTRY_STAGE);
		expect(minimal).toBeGreaterThan(0);
		recorder.exit(journal, minimal, UNSET);
		end(recorder, journal);
		recorder.flush();
		expect(spans).toHaveLength(10_001);
	});

	it('are cut when there is no room left for long journals, and other records are not', () => {
		const { recorder, spans, lost, finishes } = recorded({ longSlots: 0, extraWords: 0 });
		const journal = begin(recorder);
		for (let index = 0; index < 100; index++) recorder.lap(journal, PARSE, ENTRY_STAGE, UNSET);
		end(recorder, journal);
		const other = begin(recorder);
		end(recorder, other);
		recorder.flush();
		// Entry stage, header and trace state take 20 of the 256 words, a stage 4; 16 are there for how the record ended.
		expect(spans).toHaveLength(1 + (256 - 20 - 16) / 4 + 1);
		expect(lost).toEqual(['PRESSURE']);
		expect(finishes).toEqual(['DELIVERED', 'DELIVERED']);
	});

	it.each([
		['a slot', 58],
		['a long slot', 500],
		['a log of their own', 600],
	])('that fill %s are told whole, one after the other', (_where, laps) => {
		const { recorder, spans, lost, finishes } = recorded({ longSlots: 1 });
		for (let record = 0; record < 3; record++) {
			const journal = begin(recorder);
			for (let index = 0; index < laps; index++) recorder.lap(journal, PARSE, ENTRY_STAGE, UNSET);
			end(recorder, journal);
		}
		recorder.flush();
		expect(spans).toHaveLength(3 * (laps + 1));
		expect([lost, finishes]).toEqual([[], ['DELIVERED', 'DELIVERED', 'DELIVERED']]);
	});

	it('stay whole, as short ones do, when more are open than there is room for at first', () => {
		const { recorder, spans, lost } = recorded({ slots: 4_096, longSlots: 2_048 });
		const journals = Array.from({ length: 3_000 }, () => begin(recorder));
		const laps = (index: number) => (index % 2 === 0 ? 1 : 60);
		const number = () =>
			journals.forEach((journal, index) => {
				for (let lap = 0; lap < laps(index); lap++) {
					const stage = recorder.lap(journal, PARSE, ENTRY_STAGE, UNSET);
					recorder.setNumber(journal, stage, COUNT, index);
				}
			});
		number();
		// Where it was before: receipts, slots and long slots.
		for (let index = 0; index < 3_000; index += 100) end(recorder, journals[index]!);
		number();
		for (const journal of journals) end(recorder, journal);
		recorder.flush();
		const counted = new Map<unknown, number>();
		for (const { attributes } of spans) {
			const index = attributes['pipeline.field_count'];
			if (index !== undefined) counted.set(index, (counted.get(index) ?? 0) + 1);
		}
		const expected = journals.map((_, index) => [index, index % 100 === 0 ? 1 : 2 * laps(index)]);
		expect([...counted].sort(([one], [other]) => Number(one) - Number(other))).toEqual(expected);
		expect(lost).toEqual([]);
	});

	it('do without a long slot when all are taken', () => {
		const { recorder, spans, lost } = recorded({ longSlots: 1 });
		const journals = [begin(recorder), begin(recorder), begin(recorder)];
		for (let index = 0; index < 300; index++)
			for (const journal of journals) recorder.lap(journal, PARSE, ENTRY_STAGE, UNSET);
		for (const journal of journals) end(recorder, journal);
		recorder.flush();
		expect(spans).toHaveLength(3 * 301);
		expect(lost).toEqual([]);
	});

	it('take a text of any length up to its maximum, and of any script', () => {
		const { recorder, spans } = recorded();
		const texts = [
			'',
			'a',
			'abcde',
			'é'.repeat(300),
			'日本語'.repeat(200),
			'😀'.repeat(100),
			'x'.repeat(5_000),
			'\ud800',
		];
		const journals = texts.map((text) => {
			const journal = begin(recorder);
			recorder.setText(journal, ENTRY_STAGE, SOURCE, text);
			end(recorder, journal);
			return journal;
		});
		recorder.flush();
		expect(journals).toHaveLength(texts.length);
		const max = 1_024;
		expect(spans.map(({ attributes }) => String(attributes['pipeline.source_id']).toWellFormed())).toEqual(
			texts.map((text) => Buffer.from(text.slice(0, max)).toString()),
		);
	});
});

describe('long times', () => {
	it('are exact beyond what a word of nanoseconds holds', () => {
		const { recorder, spans, clock } = recorded();
		const start = clock.ms;
		const journal = begin(recorder);
		const wait = recorder.enter(journal, span['alpha.buffer.wait'], ENTRY_STAGE);
		clock.ms += 3_600_000;
		const parse = recorder.enter(journal, PARSE, wait);
		clock.ms += 1.5;
		recorder.exit(journal, parse, UNSET);
		expect(recorder.seconds[0]).toBeCloseTo(0.0015, 9);
		clock.ms += 10_000;
		recorder.exit(journal, wait, UNSET);
		expect(recorder.seconds[0]).toBeCloseTo(3_610.0015, 6);
		end(recorder, journal);
		recorder.flush();
		const times = Object.fromEntries(spans.map(({ name, startMs, endMs }) => [name, [startMs - start, endMs - start]]));
		expect(times['alpha.buffer.wait']?.[0]).toBeCloseTo(0, 3);
		expect(times['alpha.buffer.wait']?.[1]).toBeCloseTo(3_610_001.5, 2);
		expect(times['alpha.parser.parse']?.[0]).toBeCloseTo(3_600_000, 2);
		expect(times['alpha.parser.parse']?.[1]).toBeCloseTo(3_600_001.5, 2);
	});

	it('may lie before the record, and end before they begin', () => {
		const { recorder, spans, clock } = recorded();
		const journal = begin(recorder);
		recorder.insert(journal, PARSE, ENTRY_STAGE, clock.ms - 60_000, clock.ms - 50_000, UNSET);
		recorder.insert(journal, PARSE, ENTRY_STAGE, clock.ms, clock.ms - 5, UNSET);
		clock.ms += 1;
		const after = recorder.enter(journal, PARSE, ENTRY_STAGE);
		clock.ms += 1;
		recorder.exit(journal, after, UNSET);
		end(recorder, journal);
		recorder.flush();
		const [, early, backwards, late] = spans.map(({ startMs, endMs }) => [startMs - clock.ms, endMs - startMs]);
		expect(early?.[0]).toBeCloseTo(-60_002, 2);
		expect(early?.[1]).toBeCloseTo(10_000, 2);
		expect(backwards?.[1]).toBeCloseTo(0, 6);
		expect(late?.[0]).toBeCloseTo(-1, 2);
		expect(late?.[1]).toBeCloseTo(1, 2);
	});
});

describe('calls that make no sense', () => {
	it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
		'a stage with the time %d is left out, and the times of all others stay right',
		(time) => {
			const { recorder, spans, clock } = recorded();
			const journal = begin(recorder);
			for (const [start, end] of [
				[time, clock.ms],
				[clock.ms, time],
			] as const) {
				const stage = recorder.insert(journal, PARSE, ENTRY_STAGE, start, end, UNSET);
				recorder.setNumber(journal, stage, COUNT, 1);
			}
			clock.ms += 5;
			recorder.lap(journal, PARSE, ENTRY_STAGE, UNSET);
			end(recorder, journal);
			recorder.flush();
			expect(spans.map(({ startMs, endMs }) => [startMs - clock.ms, endMs - clock.ms])).toEqual([
				[-5, 0],
				[-5, 0],
			]);
			expect(spans[0]?.attributes['pipeline.field_count']).toBeUndefined();
		},
	);

	it('change nothing and do not throw', () => {
		const { recorder, spans } = recorded();
		const journal = begin(recorder);
		recorder.setText(journal, ENTRY_STAGE, attribute['pipeline.record_id'], 'abcdefgh'.repeat(8));
		const nowhere = [-1, 1, 2, 3, 5, 17, 18, 19, 24, 200, 1e9, 2 ** 31, Number.NaN].map((stage) => stage as Stage);
		for (const stage of nowhere) {
			recorder.exit(journal, stage, UNSET);
			recorder.setNumber(journal, stage, COUNT, 1);
			recorder.setNumber(journal, stage, COUNT, 0.5);
			recorder.setText(journal, stage, SOURCE, 'nobody');
			recorder.link(journal, stage, 'batch', stage);
			recorder.link(journal, ENTRY_STAGE, 'previous_attempt', stage);
			expect(recorder.inject(journal, stage, {}).traceId).toHaveLength(32);
		}
		recorder.fork(journal, -5);
		recorder.fork(journal, Number.NaN);
		end(recorder, journal);
		end(recorder, journal);
		recorder.flush();
		expect(spans).toHaveLength(1);
		expect(spans[0]?.links).toEqual([]);
		expect(spans[0]?.attributes['pipeline.field_count']).toBeUndefined();
		expect(spans[0]?.attributes['pipeline.record_id']).toBe('abcdefgh'.repeat(8));
	});
});
