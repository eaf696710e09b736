import {
	commonAttributes,
	ENTRY_STAGE,
	isRecordAttribute,
	openTelemetry,
	type RecordTracer,
	type Stage,
	StageStatus,
	type TextDef,
	telemetry,
	type ValueDef,
} from '@pipeline/telemetry-core';
import { attribute, event, span } from '@pipeline/telemetry-core/alpha';
import { lookUpAttribute } from '@pipeline/telemetry-core/registry';
import { createTelemetryHarness, type SpanView } from '@pipeline/telemetry-testing';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SpanEncoder } from '../../src/encoding/span-encoder.ts';
import { createFlightRecorder } from '../../src/recorder/flight-recorder.ts';
import { attributesOf, ERRORS, EVENTS, SPANS } from './definitions.ts';
import { encodedViews } from './encoded-views.ts';

type Player = {
	readonly tracer: RecordTracer;
	readonly journal: ReturnType<RecordTracer['begin']>;
	readonly stages: Stage[];
	readonly owners: Stage[];
	readonly open: Set<Stage>;
};
type Call = (player: Player) => void;

const START_MS = 1_795_000_000_000;
// What is said of the whole record is said at once here: the journal on the API copies it to spans when they end.
const ofStages = <D extends number>(definitions: readonly D[]): D[] =>
	definitions.filter((definition) => !isRecordAttribute(lookUpAttribute(definition as never)?.name ?? ''));

const index = fc.nat(20);
const text = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 20 }), fc.constantFrom('', 'x'.repeat(2_000)));
const thrown = fc.constantFrom(
	undefined,
	new TypeError('secret'),
	'text',
	Object.assign(new Error('a'), { stack: 'b' }),
);
const pick = (from: readonly Stage[], at: number): Stage => from[at % from.length] ?? ENTRY_STAGE;

const calls: fc.Arbitrary<Call>[] = [
	fc.tuple(fc.constantFrom(...SPANS), index).map(([definition, parent]) => (player) => {
		const stage = player.tracer.enter(player.journal, definition, pick(player.stages, parent));
		player.stages.push(stage);
		player.owners.push(stage);
		player.open.add(stage);
	}),
	fc.tuple(index, fc.constantFrom(0, 1, 2)).map(([at, status]) => ({ tracer, journal, stages, open }) => {
		const stage = pick(stages, at);
		if (stage === ENTRY_STAGE) return;
		tracer.exit(journal, stage, status as StageStatus);
		open.delete(stage);
	}),
	fc
		.tuple(
			index,
			fc.constantFrom(...ofStages(attributesOf('number'))),
			fc.double().map((value) => value + 0),
		)
		.map(([at, key, value]) => ({ tracer, journal, owners, open }) => {
			const owner = pick(owners, at);
			if (open.has(owner)) tracer.setNumber(journal, owner, key as never, value);
		}),
	fc
		.tuple(index, fc.constantFrom(...ofStages(attributesOf('code'))), fc.integer({ min: 1, max: 60 }))
		.map(([at, key, value]) => ({ tracer, journal, owners, open }) => {
			const owner = pick(owners, at);
			if (open.has(owner)) tracer.setCode(journal, owner, key as never, value as ValueDef);
		}),
	fc
		.tuple(index, fc.constantFrom(...ofStages([...attributesOf('text'), ...attributesOf('list')])), text)
		.map(([at, key, value]) => ({ tracer, journal, owners, open }) => {
			const owner = pick(owners, at);
			if (open.has(owner)) tracer.setText(journal, owner, key as TextDef, value);
		}),
	fc.tuple(index, fc.constantFrom(...EVENTS)).map(([at, definition]) => ({ tracer, journal, stages, owners, open }) => {
		const stage = pick(stages, at);
		if (!open.has(stage)) return;
		const added = tracer.event(journal, stage, definition);
		owners.push(added);
	}),
	fc
		.tuple(index, fc.constantFrom(...ERRORS), thrown)
		.map(([at, code, error]) => ({ tracer, journal, stages, open }) => {
			const stage = pick(stages, at);
			if (open.has(stage)) tracer.fail(journal, stage, code, error);
		}),
	fc.tuple(index, index).map(([at, target]) => ({ tracer, journal, stages, open }) => {
		const stage = pick(stages, at);
		if (open.has(stage)) tracer.link(journal, stage, 'previous_attempt', pick(stages, target));
	}),
	fc.tuple(index, fc.boolean()).map(([at, hasState]) => ({ tracer, journal, stages, open }) => {
		const stage = pick(stages, at);
		const remote = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
		if (open.has(stage)) tracer.link(journal, stage, 'batch', hasState ? { ...remote, traceState: 'a=b' } : remote);
	}),
];

/** Spans without their ids: each is known by the time of its start, which no other shares. */
function comparable(spans: readonly SpanView[]): unknown {
	const starts = new Map(spans.map(({ spanId, startMs }) => [spanId, Math.round(startMs)]));
	const nameOf = (spanId: string | undefined) => (spanId === undefined ? undefined : (starts.get(spanId) ?? spanId));
	const views = spans.map(
		({ traceId: _, spanId, parentSpanId, links, events, scope: __, endMs, attributes, ...rest }) => {
			const { 'pipeline.trace.keep_reason': ___, ...others } = attributes;
			return {
				...rest,
				startMs: nameOf(spanId),
				endMs: Math.round(endMs),
				parent: nameOf(parentSpanId),
				attributes: others,
				links: links.map(({ type, spanId: target }) => [type, nameOf(target)]),
				// Exceptions come first on one side.
				events: events
					.map((each) => JSON.stringify(each, Object.keys(each.attributes).concat('name', 'attributes').sort()))
					.sort(),
			};
		},
	);
	return views.sort((one, other) => Number(one.startMs) - Number(other.startMs));
}

describe.each(['minimal', 'standard', 'full'] as const)('the same calls at level %s', (detail) => {
	let harness: ReturnType<typeof createTelemetryHarness>;
	beforeEach(() => {
		harness = createTelemetryHarness();
	});
	afterEach(() => harness.shutdown());

	it('give the same spans, from the flight recorder and on the OpenTelemetry API', () => {
		const clock = { now: START_MS };
		const now = () => clock.now;
		openTelemetry().install({ detail, now });
		const encoder = new SpanEncoder({
			detail,
			attributes: commonAttributes(),
			scopeOf: () => ({ name: '', version: '' }),
			resource: { attributes: {} },
		});
		const recorder = createFlightRecorder({
			now,
			slots: 16,
			projection: (context) => ({
				record: () => {},
				spans: (words, at) => void encoder.add(words, at, context),
			}),
		});
		const play = (tracer: RecordTracer, made: readonly Call[]): void => {
			clock.now = START_MS;
			const journal = tracer.begin(span['alpha.record.ingest'], {});
			const player = { tracer, journal, stages: [ENTRY_STAGE], owners: [ENTRY_STAGE], open: new Set([ENTRY_STAGE]) };
			tracer.setText(journal, ENTRY_STAGE, attribute['pipeline.record_id'], 'record-1');
			for (const call of made) {
				clock.now += 7;
				call(player);
			}
			for (const stage of player.stages) if (player.open.has(stage)) tracer.exit(journal, stage, StageStatus.UNSET);
			tracer.finish(journal, ENTRY_STAGE, 'DELIVERED', event['pipeline.alpha.trace.trace.completed']);
		};
		const check = fc.property(fc.array(fc.oneof(...calls), { maxLength: 40 }), (made) => {
			harness.clear();
			play(telemetry.tracer, made);
			play(recorder, made);
			recorder.flush();
			const taken = encoder.take();
			expect(comparable(taken === undefined ? [] : encodedViews(taken))).toEqual(comparable(harness.spans()));
		});
		fc.assert(check, { numRuns: 200 });
	}, 60_000);
});
