import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpanEncoder } from '../../src/encoding/span-encoder.ts';
import * as Flag from '../../src/recorder/flag.ts';
import { decodeOtlp } from './decode-otlp.ts';
import { attributesOf, ERRORS, EVENTS, SPANS } from './definitions.ts';
import { sdkBytes } from './sdk-spans.ts';
import { COMMON, context, NAMES, scopeOf, TwinJournal } from './twin-journal.ts';

const RESOURCE = { 'service.name': 'pipeline-alpha', 'process.pid': 12, tags: ['a', 'b'] };
const MAX_NS = 2 ** 31 - 1;
const TRACE_STATES = ['', 'ot=th:e666', 'vendor=a,ot=th:8;rv:12345678901234'];

const word = fc.integer({ min: -(2 ** 31), max: MAX_NS });
const time = fc.oneof(fc.integer({ min: 0, max: MAX_NS }), fc.constantFrom(0, 1, MAX_NS));
const index = fc.nat(40);
const status = fc.constantFrom(0, 0, 1, 2);
const duration = fc.oneof(
	fc.integer({ min: 0, max: 1_999_999_999 }),
	fc.integer({ min: 2_000, max: 86_400_000 }).map((milliseconds) => milliseconds * 1e6),
);
const text = fc.oneof(
	fc.string({ unit: 'binary', maxLength: 80 }),
	fc.string({ unit: 'grapheme-ascii', maxLength: 200 }),
	fc.constantFrom('', 'a'.repeat(16_383), 'é'.repeat(8_191), '💡'.repeat(40)),
);
const number = fc.oneof(
	fc.integer(),
	fc.double(),
	fc.maxSafeInteger(),
	fc.constantFrom(0, -0, 2 ** 62, -(2 ** 63), 1e300),
);
const epochMs = fc.oneof(
	fc.integer({ min: 0, max: 4_102_444_800_000 }),
	fc.double({ min: 1e12, max: 4e12, noNaN: true, noDefaultInfinity: true }),
);

type Step = (journal: TwinJournal) => void;
const at = (place: number, count: number) => place % Math.max(1, count);

const steps: fc.Arbitrary<Step>[] = [
	fc.tuple(fc.constantFrom(...SPANS), index, time).map(
		([span, parent, start]) =>
			(journal) =>
				journal.enter(span, at(parent, journal.stages), start),
	),
	fc.tuple(index, duration, status).map(
		([stage, took, how]) =>
			(journal) =>
				journal.exit(at(stage, journal.stages), took, how),
	),
	fc.tuple(index, fc.constantFrom(...attributesOf('number')), number).map(
		([owner, key, value]) =>
			(journal) =>
				journal.set(at(owner, journal.owners), key, value),
	),
	fc.tuple(index, fc.constantFrom(...attributesOf('boolean')), fc.nat(2)).map(
		([owner, key, value]) =>
			(journal) =>
				journal.set(at(owner, journal.owners), key, value),
	),
	fc.tuple(index, fc.constantFrom(...attributesOf('code')), fc.integer({ min: 1, max: 60 })).map(
		([owner, key, value]) =>
			(journal) =>
				journal.set(at(owner, journal.owners), key, value),
	),
	fc
		.tuple(
			index,
			fc.constantFrom(...attributesOf('text')),
			fc.oneof(text, fc.integer({ min: 1, max: NAMES.length - 1 })),
		)
		.map(
			([owner, key, value]) =>
				(journal) =>
					journal.set(at(owner, journal.owners), key, value),
		),
	fc.tuple(index, fc.constantFrom(...attributesOf('list')), text).map(
		([owner, key, value]) =>
			(journal) =>
				journal.set(at(owner, journal.owners), key, value),
	),
	fc.tuple(index, fc.constantFrom(...EVENTS), time).map(
		([stage, event, when]) =>
			(journal) =>
				journal.event(at(stage, journal.stages), event, when),
	),
	fc.tuple(index, fc.constantFrom(...ERRORS), time, fc.nat(NAMES.length - 1), fc.option(text, { nil: undefined })).map(
		([stage, error, when, type, stack]) =>
			(journal) =>
				journal.fail(at(stage, journal.stages), error, when, type, stack),
	),
	fc.tuple(index, fc.nat(9), index).map(
		([stage, type, target]) =>
			(journal) =>
				journal.link(at(stage, journal.stages), type, at(target, journal.stages)),
	),
	fc
		.tuple(
			index,
			fc.nat(9),
			fc.array(word, { minLength: 6, maxLength: 6 }),
			fc.nat(255),
			fc.constantFrom(...TRACE_STATES),
		)
		.map(
			([stage, type, ids, flags, state]) =>
				(journal) =>
					journal.remoteLink(at(stage, journal.stages), type, ids, flags, state === '' ? undefined : state),
		),
	epochMs.map((milliseconds) => (journal) => journal.rebase(milliseconds)),
];

const twins = fc
	.record({
		header: fc.record({
			traceId: fc.tuple(word, word, word, fc.constant(1)),
			parentSpanId: fc.tuple(word, fc.constant(1)),
			sequence: fc.nat(2 ** 20),
			epoch: fc.constant(0),
			baseMs: epochMs,
			flags: fc.constantFrom(Flag.SAMPLED | Flag.ROOT | Flag.RANDOM, Flag.SAMPLED, Flag.SAMPLED | Flag.RANDOM),
		}),
		entry: fc.constantFrom(...SPANS),
		state: fc.constantFrom(...TRACE_STATES),
		steps: fc.array(fc.oneof(...steps), { maxLength: 60 }),
	})
	.map(({ header, entry, state, steps: moves }) => {
		const journal = new TwinJournal(header, state);
		journal.begin(entry);
		for (const move of moves) move(journal);
		return journal;
	});

describe('spans encoded from journals', () => {
	it.each(['minimal', 'standard', 'full'] as const)(
		'are those of the SDK, at level %s',
		(detail) => {
			const encoder = new SpanEncoder({ detail, attributes: COMMON, scopeOf, resource: { attributes: RESOURCE } });
			const check = fc.property(fc.array(twins, { minLength: 1, maxLength: 3 }), fc.nat(5), (journals, before) => {
				const spans = journals.flatMap((journal) => journal.spans(detail));
				const written = journals.map((journal) => encoder.add(journal.writer.words(before), before, context));
				const taken = encoder.take();
				expect(written.reduce((sum, count) => sum + count, 0)).toBe(spans.length);
				expect(taken?.spans).toBe(spans.length);
				expect(decodeOtlp(taken?.bytes as Uint8Array)).toEqual(decodeOtlp(sdkBytes(spans, RESOURCE)));
			});
			fc.assert(check, { numRuns: 150 });
		},
		120_000,
	);
});
