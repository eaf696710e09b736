import { type AttributeDef, type SpanDef, textOf } from '@pipeline/telemetry-core';
import {
	attributeNamed,
	defineAttributes,
	defineEvents,
	defineSpanEvents,
	defineSpans,
	eventNamed,
	lookUpSpan,
	lookUpSpanEvent,
} from '@pipeline/telemetry-core/registry';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventLogEncoder } from '../../src/encoding/event-log-encoder.ts';
import { logsRequestJson } from '../../src/export/otlp-json.ts';
import { emitJournalEvents } from '../../src/recorder/event-projection.ts';
import * as Flag from '../../src/recorder/flag.ts';
import { OUTCOMES } from '../../src/recorder/outcomes.ts';
import { createRedaction } from '../../src/redaction/redaction.ts';
import { attributesOf, ERRORS, EVENTS, SPANS } from './definitions.ts';
import { context, NAMES, TwinJournal } from './twin-journal.ts';

const BASE = 61;
const MAX_NS = 2 ** 31 - 1;
const own = defineAttributes(BASE, {
	'team.actor': { type: 'text', description: 'Who it was.' },
	'team.actor_type': { type: 'text', description: 'What it was.' },
});
defineEvents(BASE, {
	'pipeline.alpha.team.audit.odd': {
		type: 'AUDIT',
		severity: 'WARN',
		description: 'Its rule speaks over what the event itself says.',
		dimensions: [],
		category: 'ACCESS',
		action: 'READ',
		resourceType: 'RECORD',
		requirements: ['1.1'],
	},
});
const odd = {
	event: 'pipeline.alpha.team.audit.odd',
	when: 'always',
	details: {
		'audit.actor_type': 'team.actor_type',
		'audit.actor_id': 'team.actor',
		'audit.outcome': 'team.actor',
		'audit.resource_id': 'team.actor',
		'error.type': 'audit.action',
		'pipeline.event.type': 'audit.action',
		'pipeline.record_id': 'team.actor',
		'pipeline.tenant': 'pipeline.tenant',
		'pipeline.operator': 'team.actor',
		'team.unknown': 'team.unknown',
	},
} as const;
const ownSpan = defineSpans(BASE, {
	'alpha.team.odd': {
		description: 'A span with an odd rule.',
		grain: 'record',
		level: 'minimal',
		kind: 'INTERNAL',
		parent: 'alpha.record.ingest',
		attributes: [],
		error: 'never',
		audit: [odd, { ...odd, event: 'pipeline.alpha.team.audit.unknown' }],
	},
});
const ownEvent = defineSpanEvents(BASE, {
	'team.odd': { description: 'An event with an odd rule.', attributes: [], audit: [odd] },
});

const audited = <D extends number>(definitions: readonly D[], lookUp: (definition: D) => unknown): D[] =>
	definitions.filter((definition) => (lookUp(definition) as { entry: { audit?: unknown } }).entry.audit !== undefined);
const AUDITED_SPANS = [...audited(SPANS, lookUpSpan), ownSpan['alpha.team.odd']];
const AUDITED_EVENTS = [...audited(EVENTS, lookUpSpanEvent), ownEvent['team.odd']];
/** Attributes that the odd rule asks for, some of which audit entries have as well. */
const ODD = [...new Set([...Object.values(odd.details), 'audit.actor_id', 'audit.actor_type'])].flatMap(
	(name) => attributeNamed(name) ?? [],
);
const TEXTS = [...attributesOf('text'), ...Object.values(own)] as AttributeDef[];
const COMPLETIONS = ['pipeline.alpha.trace.trace.completed', 'pipeline.gamma.trace.trace.completed', odd.event].map(
	(name) => eventNamed(name)!,
);

type Step = (journal: TwinJournal) => void;
const at = (place: number, count: number) => place % Math.max(1, count);
const index = fc.nat(20);
const time = fc.integer({ min: 0, max: MAX_NS });
const duration = fc.oneof(
	fc.nat(1_999_999_999),
	fc.integer({ min: 2_000, max: 86_400_000 }).map((ms) => ms * 1e6),
);
const number = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(0, 1, -1, 0.25, 2 ** 31 - 1));
const text = fc.oneof(
	fc.string({ unit: 'binary', maxLength: 80 }),
	fc.string({ unit: 'grapheme-ascii', maxLength: 200 }),
	fc.constantFrom('', 'USER', 'DLQ', 'RECEIVED', 'x'.repeat(16_383)),
);
const codes = Array.from({ length: 400 }, (_, code) => code + 1);
/** Codes that conditions of rules name come up often. */
const code = fc.oneof(
	fc.constantFrom(...codes),
	fc.constantFrom(
		...codes.filter((value) =>
			/^(?:DLQ|FAILED|EXPIRED|RECEIVED|ASSUME_SUCCESS|QUARANTINED)$/.test(textOf(value as never) ?? ''),
		),
	),
);

const steps: fc.Arbitrary<Step>[] = [
	fc.tuple(fc.oneof(fc.constantFrom(...SPANS), fc.constantFrom(...AUDITED_SPANS)), index, time).map(
		([span, parent, start]) =>
			(journal) =>
				journal.enter(span as SpanDef, at(parent, journal.stages), start),
	),
	fc.tuple(index, duration, fc.constantFrom(0, 0, 1, 2)).map(
		([stage, took, how]) =>
			(journal) =>
				journal.exit(at(stage, journal.stages), took, how),
	),
	fc
		.tuple(
			index,
			fc.oneof(
				fc.tuple(fc.constantFrom(...attributesOf('number')), number),
				fc.tuple(fc.constantFrom(...attributesOf('boolean')), fc.nat(1)),
				fc.tuple(fc.constantFrom(...attributesOf('code')), code),
				fc.tuple(fc.constantFrom(...TEXTS, ...attributesOf('list')), fc.oneof(text, fc.nat(NAMES.length))),
				fc.tuple(fc.constantFrom(...ODD), fc.constantFrom('USER', 'name', '')),
			),
		)
		.map(
			([owner, [key, value]]) =>
				(journal) =>
					journal.set(at(owner, journal.owners), key, value),
		),
	fc
		.tuple(fc.nat(3), fc.constantFrom(...attributesOf('list')), text, text)
		.map(([owner, key, one, other]) => (journal) => {
			journal.set(at(owner, journal.owners), key, one);
			journal.set(at(owner, journal.owners), key, other);
		}),
	fc.tuple(index, fc.oneof(fc.constantFrom(...EVENTS), fc.constantFrom(...AUDITED_EVENTS)), time).map(
		([stage, event, when]) =>
			(journal) =>
				journal.event(at(stage, journal.stages), event, when),
	),
	fc.tuple(index, fc.constantFrom(...ERRORS), time).map(
		([stage, error, when]) =>
			(journal) =>
				journal.fail(at(stage, journal.stages), error, when, 1),
	),
	fc.tuple(index, fc.constantFrom(...COMPLETIONS), time, fc.nat(OUTCOMES.length)).map(
		([stage, event, when, outcome]) =>
			(journal) =>
				journal.finish(stage === 20 ? 2 : at(stage, journal.stages), event, when, outcome),
	),
	fc
		.double({ min: 1e12, max: 4e12, noNaN: true, noDefaultInfinity: true })
		.map((ms) => (journal) => journal.rebase(ms)),
];

const word = fc.integer({ min: -(2 ** 31), max: MAX_NS });
const header = fc.record({
	traceId: fc.oneof(fc.tuple(word, word, word, word), fc.constant([0, 0, 0, 0])),
	parentSpanId: fc.tuple(word, word),
	sequence: word,
	epoch: fc.constantFrom(0, 0, 0, 0, 1),
	baseMs: fc.double({ min: 1e12, max: 4e12, noNaN: true, noDefaultInfinity: true }),
	flags: fc.constantFrom(0, Flag.ROOT, Flag.ROOT | Flag.RANDOM | Flag.SAMPLED, Flag.ERROR),
});

/** Most stages end, for that is when they are audited. */
const ends = fc.array(fc.tuple(duration, fc.constantFrom(0, 0, 1, 2)), { minLength: 10, maxLength: 20 });
const journals = fc.array(
	fc
		.tuple(header, fc.nat(60), fc.array(fc.oneof(...steps), { minLength: 5, maxLength: 60 }), ends)
		.map(([head, before, played, ended]) => {
			const journal = new TwinJournal(head);
			journal.begin(SPANS[0]!);
			for (const step of played) step(journal);
			for (const [stage, [took, how]] of ended.entries()) journal.exit(stage, took, how);
			return { words: journal.writer.words(before), before };
		}),
	{ minLength: 1, maxLength: 4 },
);

const newEncoder = () =>
	new EventLogEncoder({
		resource: { attributes: {} },
		redaction: createRedaction({ keys: [{ id: 'k', secret: 'a secret that is long enough' }] }),
		producerId: '01a1ffd2-f7e9-73ab-b828-892bcaaa75f0',
		scopeOf: (base) => ({ name: `scope-${base}`, version: '' }),
	});

interface Attribute {
	readonly key: string;
}

/** Attributes have no order. */
function decoded(encoder: EventLogEncoder): unknown {
	const taken = encoder.take();
	if (taken === undefined) return [];
	return JSON.parse(JSON.stringify(logsRequestJson(taken.bytes)), (key, value: unknown) =>
		key === 'attributes' ? [...(value as Attribute[])].sort((one, other) => (one.key < other.key ? -1 : 1)) : value,
	);
}

describe('log records of journals', () => {
	it('are those of the events that the journals yield', () => {
		const direct = newEncoder();
		const byEvents = newEncoder();
		let written = 0;
		const check = fc.property(journals, fc.nat(2 ** 33), (made, seq) => {
			made.forEach(({ words, before }, number) => {
				for (const encoder of [direct, byEvents]) encoder.begin({ seq: seq + number, previous: seq });
				direct.journal(words, before, context);
				emitJournalEvents(byEvents, words, before, context);
				expect(direct.written).toBe(byEvents.written);
				written += direct.written;
			});
			expect(decoded(direct)).toEqual(decoded(byEvents));
		});
		fc.assert(check, { numRuns: 300 });
		expect(written).toBeGreaterThan(1_000);
	}, 120_000);
});
