import { isUtf8 } from 'node:buffer';
import { attribute, error, span, spanEvent } from '@pipeline/telemetry-core/alpha';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpanEncoder, type SpanEncoderOptions } from '../../src/encoding/span-encoder.ts';
import type { EncodedSpans } from '../../src/encoding/trace-request.ts';
import * as Flag from '../../src/recorder/flag.ts';
import * as HEADER from '../../src/recorder/header.ts';
import { FIRST_ENTRY, LENGTH_SHIFT, OWNER_MASK } from '../../src/recorder/layout.ts';
import type { ReceiptContext } from '../../src/recorder/receipts.ts';
import { decodeOtlp } from './decode-otlp.ts';
import { attributesOf } from './definitions.ts';
import { sdkBytes } from './sdk-spans.ts';
import { COMMON, context, scopeOf, TwinJournal } from './twin-journal.ts';

const RESOURCE = { 'service.name': 'pipeline-alpha' };
const INGEST = span['alpha.record.ingest'];
const PARSE = span['alpha.parser.parse'];
const RECEIVED = spanEvent['record.received'];
const [ERROR_CODE] = Object.values(error);

interface DecodedSpan {
	readonly traceState: string;
	readonly attributes: {
		readonly key: string;
		readonly value: { readonly stringValue?: string; readonly boolValue?: boolean };
	}[];
	readonly events: { readonly attributes: unknown[]; readonly droppedAttributesCount: number }[];
	readonly links: unknown[];
	readonly droppedAttributesCount: number;
	readonly droppedEventsCount: number;
	readonly droppedLinksCount: number;
}

const encoderOf = (options: Partial<SpanEncoderOptions> = {}): SpanEncoder =>
	new SpanEncoder({ attributes: COMMON, scopeOf, resource: { attributes: RESOURCE }, ...options });

function twin(flags: number, traceState = ''): TwinJournal {
	const journal = new TwinJournal(
		{ traceId: [1, 2, 3, 4], parentSpanId: [5, 6], sequence: 7, epoch: 0, baseMs: 1_795_000_000_000.123, flags },
		traceState,
	);
	journal.begin(INGEST);
	return journal;
}

const sampled = (): TwinJournal => twin(Flag.SAMPLED | Flag.ROOT | Flag.RANDOM);

function takeAll(encoder: SpanEncoder): EncodedSpans[] {
	const taken: EncodedSpans[] = [];
	for (let next = encoder.take(); next !== undefined; next = encoder.take()) taken.push(next);
	return taken;
}

function decodedSpans(taken: readonly EncodedSpans[]): DecodedSpan[] {
	return taken.flatMap(({ bytes }) => {
		const { resourceSpans } = decodeOtlp(bytes) as { resourceSpans: { scopeSpans: { spans: DecodedSpan[] }[] }[] };
		return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
	});
}

function spansOf(journal: TwinJournal): DecodedSpan[] {
	const encoder = encoderOf();
	encoder.add(journal.writer.words(), 0, context);
	return decodedSpans(takeAll(encoder));
}

describe('encoder of kept records', () => {
	it.each([
		['sampled by the ratio', Flag.SAMPLED, 'ot=th:8;rv:1', 'ot=th:8;rv:1', undefined],
		[
			'sampled and failed: counted by the ratio as well',
			Flag.SAMPLED | Flag.ERROR,
			'ot=th:8',
			'dp=k:1,ot=th:8',
			'ERROR',
		],
		['kept: never counted by the ratio', Flag.SLOW | Flag.FORCED, 'a=b,ot=th:8;rv:1', 'dp=k:1,ot=rv:1,a=b', 'SLOW'],
		['kept, and nothing but the ratio said', Flag.REPLAY, 'ot=th:8', 'dp=k:1', 'REPLAY'],
		['kept without a trace state', Flag.DLQ, '', 'dp=k:1', 'DLQ'],
		['kept with one that is none', Flag.SECURITY, 'a==', 'dp=k:1', 'SECURITY'],
	])('a record %s', (_, flags, traceState, expected, reason) => {
		const journal = twin(flags, traceState);
		journal.enter(PARSE, 0, 10);
		journal.exit(1, 10, 0);
		journal.exit(0, 100, 0);
		const encoder = encoderOf();
		encoder.add(journal.writer.words(), 0, context);
		const extras = reason === undefined ? {} : { 'pipeline.trace.keep_reason': reason };
		expect(decodeOtlp(encoder.take()?.bytes as Uint8Array)).toEqual(
			decodeOtlp(sdkBytes(journal.spans('standard', extras, expected), RESOURCE)),
		);
	});

	it('a record that was too long says so, at its entry', () => {
		const journal = twin(Flag.SAMPLED | Flag.TRUNCATED);
		journal.enter(PARSE, 0, 10);
		const marks = spansOf(journal).map(({ attributes }) =>
			attributes.filter(({ key }) => key === 'pipeline.trace.truncated').map(({ value }) => value.boolValue),
		);
		expect(marks).toEqual([[true], []]);
	});

	it.each([0, 1])('64 attributes of a span or event are written, %i more are counted', (more) => {
		const journal = sampled();
		journal.enter(PARSE, 0, 0);
		journal.event(1, RECEIVED, 0);
		const keys = [...attributesOf('number'), ...attributesOf('boolean')];
		// Those that all spans have: three common ones, module and component.
		for (const key of keys.slice(0, 59 + more)) journal.set(1, key, 2);
		for (const key of keys.slice(0, 64 + more)) journal.set(2, key, 2);
		journal.exit(1, 1, 0);
		const [, parse] = spansOf(journal);
		expect(parse).toMatchObject({ droppedAttributesCount: more, events: [{ droppedAttributesCount: more }] });
		expect([parse?.attributes.length, parse?.events[0]?.attributes.length]).toEqual([64, 64]);
	});

	it.each([0, 1])('64 events, 64 exceptions and 128 links are written, %i more of each are counted', (more) => {
		const journal = sampled();
		for (let count = 0; count < 64 + more; count++) {
			journal.event(0, RECEIVED, count);
			journal.fail(0, ERROR_CODE as never, count, 1);
		}
		for (let count = 0; count < 128 + more; count++) journal.link(0, 0, 0);
		const [ingest] = spansOf(journal);
		expect([ingest?.events.length, ingest?.links.length]).toEqual([128, 128]);
		expect(ingest).toMatchObject({ droppedEventsCount: 2 * more, droppedLinksCount: more });
	});

	it('exceptions are counted on their own', () => {
		const journal = sampled();
		for (let count = 0; count < 66; count++) journal.fail(0, ERROR_CODE as never, count, 1);
		expect(spansOf(journal)).toMatchObject([{ droppedEventsCount: 2 }]);
	});

	it('a span too long for the two bytes that are left for its length is as whole as those behind it', () => {
		const journal = sampled();
		journal.set(0, attribute['pipeline.checksum'], 'x'.repeat(16_383));
		journal.enter(PARSE, 0, 1);
		const encoder = encoderOf();
		encoder.add(journal.writer.words(), 0, context);
		expect(decodeOtlp(encoder.take()?.bytes as Uint8Array)).toEqual(
			decodeOtlp(sdkBytes(journal.spans('standard'), RESOURCE)),
		);
	});

	it('10,000 spans go out in requests of the size that receivers take', () => {
		const journal = sampled();
		journal.set(0, attribute['pipeline.record_id'], 'record-1');
		for (let stage = 1; stage < 10_000; stage++) {
			journal.enter(PARSE, stage >>> 1, stage);
			if (stage % 500 === 0) journal.set(stage, attribute['pipeline.checksum'], 'é'.repeat(8_000));
			journal.exit(stage, 5, 0);
		}
		const encoder = encoderOf({ maxRequestBytes: 1_000_000 });
		expect(encoder.add(journal.writer.words(), 0, context)).toBe(10_000);
		const before = encoder.pendingBytes;
		const taken = takeAll(encoder);
		expect([taken.length, encoder.pendingBytes, encoder.droppedSpans]).toEqual([4, 0, 0]);
		expect(before).toBeGreaterThan(3_000_000);
		expect(Math.max(...taken.map(({ bytes }) => bytes.length))).toBeLessThan(1_020_000);
		const sdk = { spans: 10_000, bytes: sdkBytes(journal.spans('standard'), RESOURCE) };
		expect(decodedSpans(taken)).toEqual(decodedSpans([sdk]));
	});

	it('what finds no room is dropped and counted', () => {
		const journal = sampled();
		for (let stage = 1; stage < 100; stage++) journal.enter(PARSE, 0, stage);
		const encoder = encoderOf({ maxPendingBytes: 5_000, maxRequestBytes: 2_000 });
		const written = encoder.add(journal.writer.words(), 0, context);
		expect([written + encoder.droppedSpans, encoder.add(journal.writer.words(), 0, context)]).toEqual([100, 0]);
		expect(encoder.pendingBytes).toBeLessThan(6_000);
		expect(takeAll(encoder).reduce((sum, { spans }) => sum + spans, 0)).toBe(written);
		expect(encoder.add(sampled().writer.words(), 0, context)).toBe(1);
	});

	it('bytes that were taken stay as they are', () => {
		const encoder = encoderOf();
		encoder.add(sampled().writer.words(), 0, context);
		const taken = encoder.take() as EncodedSpans;
		const copy = taken.bytes.slice();
		encoder.add(twin(Flag.ERROR).writer.words(), 0, context);
		encoder.take();
		expect([taken.bytes, encoder.take()]).toEqual([copy, undefined]);
	});

	it('a name is what the context of its own journal says', () => {
		const journal = sampled();
		journal.set(0, attribute['pipeline.source_id'], 2);
		const other: ReceiptContext = { ...context, nameOf: () => 'other' };
		const encoder = encoderOf();
		for (const each of [context, other, context]) encoder.add(journal.writer.words(), 0, each);
		const names = decodedSpans(takeAll(encoder)).map(
			({ attributes }) => attributes.find(({ key }) => key === 'pipeline.source_id')?.value.stringValue,
		);
		expect(names).toEqual(['schema-7', 'other', 'schema-7']);
	});

	it('a value that the registry does not have is left out', () => {
		const journal = sampled();
		const { writer } = journal;
		journal.enter(PARSE, 0, 0);
		for (const stage of [0, FIRST_ENTRY]) writer.code(attribute['pipeline.validation_outcome'], stage, 99_999);
		// Said twice: merged.
		journal.set(1, attribute['pipeline.queue'], 1);
		journal.set(1, attribute['pipeline.queue'], 2);
		const [ingest, parse] = spansOf(journal);
		expect(
			[ingest, parse].map((each) => each?.attributes.some(({ key }) => key === 'pipeline.validation_outcome')),
		).toEqual([false, false]);
		expect(parse?.attributes.find(({ key }) => key === 'pipeline.queue')?.value.stringValue).toBe('schema-7');
	});

	it('common attributes give way to those of the record', () => {
		const journal = sampled();
		journal.set(0, attribute['pipeline.tenant'], 2);
		const encoder = encoderOf({ attributes: { 'pipeline.tenant': 'common', 'pipeline.module': 'common' } });
		encoder.add(journal.writer.words(), 0, context);
		const [ingest] = decodedSpans(takeAll(encoder));
		expect(ingest?.attributes.map(({ key, value }) => [key, value.stringValue])).toEqual([
			['pipeline.abandoned', undefined],
			['pipeline.component', 'record'],
			['pipeline.module', 'ALPHA'],
			['pipeline.tenant', 'schema-7'],
		]);
	});

	it('a journal whose keys are gone, and words that are none, yield nothing', () => {
		const words = sampled().writer.words(3);
		const encoder = encoderOf();
		expect([-1, 0, 1, 1e9, Number.NaN].map((at) => encoder.add(words, at, context))).toEqual([0, 0, 0, 0, 0]);
		expect(encoder.add(words, 3, { ...context, keysOf: () => undefined })).toBe(0);
		for (const length of [0, -1, 15]) {
			words[3 + HEADER.LENGTH] = length;
			expect(encoder.add(words, 3, context)).toBe(0);
		}
		expect(encoder.take()).toBeUndefined();
	});
});

describe('words that come from elsewhere', () => {
	/** A journal in which every kind of entry occurs. */
	function rich(): Int32Array {
		const journal = twin(Flag.SAMPLED | Flag.ERROR, 'ot=th:8');
		journal.enter(PARSE, 0, 10);
		journal.set(0, attribute['pipeline.record_id'], 'r-1');
		journal.set(1, attribute['pipeline.field_count'], 1.5);
		journal.set(1, attribute['pipeline.quality_flags'], 'a');
		journal.set(1, attribute['pipeline.quality_flags'], 'b');
		journal.event(1, RECEIVED, 20);
		journal.set(2, attribute['pipeline.queue'], 1);
		journal.rebase(1_795_000_003_000);
		journal.fail(1, ERROR_CODE as never, 5, 1, 'Error\n    at one:1:2');
		journal.remoteLink(0, 0, [1, 2, 3, 4, 5, 6], 1, 'a=b');
		journal.link(0, 3, 1);
		journal.exit(1, 5_000_000_000, 0);
		journal.writer.baggage('a=b');
		journal.writer.finish(1, 0, 30, 2);
		return journal.writer.words();
	}
	const original = rich();
	const place = fc.nat(original.length - 1);
	const word = fc.oneof(fc.integer(), fc.integer({ min: 0, max: 300 }), fc.constantFrom(...original));

	/** What is written is a request; a text in it is UTF-8, or receivers would refuse all of it. */
	const encoder = encoderOf({ maxPendingBytes: 1_000_000 });
	function check(words: Int32Array): Uint8Array {
		const written = encoder.add(words, 0, context);
		const taken = takeAll(encoder);
		expect(taken.reduce((sum, { spans }) => sum + spans, 0)).toBe(written);
		expect(decodedSpans(taken).length).toBe(written);
		return Buffer.concat(taken.map(({ bytes }) => bytes));
	}

	it('yield a request or nothing, wherever they were changed', () => {
		const changes = fc.array(fc.tuple(place, word), { minLength: 1, maxLength: 6 });
		fc.assert(
			fc.property(changes, (changed) => {
				const words = original.slice();
				for (const [at, value] of changed) words[at] = value;
				check(words);
			}),
			{ numRuns: 2_000 },
		);
	}, 60_000);

	it('yield a request or nothing, wherever they end', () => {
		for (let length = 0; length <= original.length; length++) check(original.slice(0, length));
	});

	it('yield a request or nothing, whatever they are', () => {
		const words = fc.array(word, { maxLength: 400 });
		fc.assert(
			fc.property(words, (each) => {
				const header = original.slice(0, 16);
				header[HEADER.LENGTH] = 16 + each.length;
				check(Int32Array.from([...header, ...each]));
			}),
			{ numRuns: 1_000 },
		);
	}, 60_000);

	it('are not read beyond their end', () => {
		const end = original[HEADER.LENGTH] as number;
		fc.assert(
			fc.property(place, word, fc.array(word, { minLength: 20, maxLength: 20 }), (at, value, behind) => {
				const words = original.slice(0, end);
				words[at] = value;
				if (at === HEADER.LENGTH) return;
				const followed = Int32Array.from([...words, ...behind]);
				expect(check(followed)).toEqual(check(words));
			}),
			{ numRuns: 500 },
		);
	}, 60_000);

	it('take no longer than others, however much they say in one place', () => {
		const journal = sampled();
		for (let stage = 1; stage < 20_000; stage++) journal.enter(PARSE, 0, stage);
		for (let count = 0; count < 40_000; count++)
			journal.writer.text(attribute['pipeline.quality_flags'], FIRST_ENTRY, '');
		journal.set(1, attribute['pipeline.queue'], 1);
		journal.set(1, attribute['pipeline.queue'], 2);
		const many = encoderOf();
		expect(many.add(journal.writer.words(), 0, context)).toBe(20_000);
		expect(takeAll(many).reduce((sum, { spans }) => sum + spans, 0)).toBe(20_000);
	});

	it('texts of which are no UTF-8 are mended', () => {
		const journal = sampled();
		journal.set(0, attribute['pipeline.checksum'], 'aé');
		const words = journal.writer.words();
		const at = (words[HEADER.LENGTH] as number) - 2;
		words[at] = ((words[at] as number) & OWNER_MASK) | (2 << LENGTH_SHIFT);
		expect(isUtf8(Buffer.from(words.buffer, (at + 1) * 4, 2))).toBe(false);
		encoder.add(words, 0, context);
		const [ingest] = decodedSpans(takeAll(encoder));
		expect(ingest?.attributes.find(({ key }) => key === 'pipeline.checksum')?.value.stringValue).toBe('a\ufffd');
	});
});
