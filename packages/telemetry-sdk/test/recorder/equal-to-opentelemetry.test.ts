import {
	ENTRY_STAGE,
	type ErrorDef,
	type NumberDef,
	type RecordTracer,
	type Stage,
	type TextDef,
	telemetry,
} from '@pipeline/telemetry-core';
import { attribute, error, span, spanEvent } from '@pipeline/telemetry-core/alpha';
import { createTelemetryHarness, type EventView, item, type SpanView } from '@pipeline/telemetry-testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { emitJournalEvents } from '../../src/recorder/event-projection.ts';
import { createFlightRecorder } from '../../src/recorder/flight-recorder.ts';
import { COMPLETED, ERROR, OK, UNSET } from './recorded.ts';
import { spanViews } from './span-views.ts';

const SPANS = [
	span['alpha.parser.parse'],
	span['alpha.validation.validate'],
	span['alpha.buffer.wait'],
	span['alpha.handoff.send'],
];
const TEXTS = [attribute['pipeline.parser'], attribute['pipeline.queue'], attribute['pipeline.rule_id']] as TextDef[];
const ERRORS: ErrorDef[] = [error['PARSE_001_INVALID_JSON'], error['PARSE_999_UNKNOWN']];
const STATUSES = [UNSET, OK, ERROR];

/** One call; numbers choose among what there is when it is made. */
type Step = readonly [kind: number, first: number, second: number, text: string];

const steps = fc.array(fc.tuple(fc.nat(8), fc.nat(50), fc.nat(50), fc.string({ unit: 'grapheme', maxLength: 40 })), {
	maxLength: 60,
});

/** Plays the same calls on any tracer. Stages are chosen by the order in which they began. */
function play(tracer: RecordTracer, script: readonly Step[]): void {
	const journal = tracer.begin(span['alpha.record.ingest'], item({}));
	// At once: the other implementation has written the spans that ended before.
	tracer.setText(journal, ENTRY_STAGE, attribute['pipeline.record_id'], 'the-record');
	const stages: Stage[] = [ENTRY_STAGE];
	const open: Stage[] = [];
	const pick = <T>(list: readonly T[], number: number): T => list[number % list.length] as T;
	for (const [kind, first, second, text] of script) {
		const stage = pick(stages, first);
		const isOpen = stage === ENTRY_STAGE || open.includes(stage);
		const status = pick(STATUSES, second);
		if (kind === 0) {
			const entered = tracer.enter(journal, pick(SPANS, second), stage);
			stages.push(entered);
			open.push(entered);
		} else if (kind === 1 && open.length > 0)
			tracer.exit(journal, open.splice(first % open.length, 1)[0] as Stage, status);
		else if (kind === 2) stages.push(tracer.lap(journal, pick(SPANS, first), stage, status));
		else if (kind === 3)
			stages.push(tracer.insert(journal, pick(SPANS, first), stage, 1_000 + first, 1_000 + second, status));
		else if (!isOpen) continue;
		else if (kind === 4) tracer.setNumber(journal, stage, attribute['pipeline.field_count'] as NumberDef, second / 4);
		else if (kind === 5) tracer.setText(journal, stage, pick(TEXTS, second), text);
		else if (kind === 6)
			tracer.fail(journal, stage, pick(ERRORS, second), second % 3 === 0 ? undefined : new TypeError(text));
		else if (kind === 7) {
			const event = tracer.event(journal, stage, spanEvent['validation.warning']);
			tracer.setNumber(journal, event, attribute['pipeline.field_count'] as NumberDef, first);
		} else tracer.link(journal, stage, 'previous_attempt', pick(stages, second));
	}
	for (const stage of open) tracer.exit(journal, stage, UNSET);
	tracer.exit(journal, ENTRY_STAGE, UNSET);
	tracer.finish(journal, ENTRY_STAGE, 'DELIVERED', COMPLETED);
}

/** What was said, without ids and times, in the order of the spans' beginnings. */
function said(spans: readonly SpanView[], events: readonly EventView[]) {
	const names = new Map(spans.map(({ spanId }, index) => [spanId, index]));
	return {
		spans: spans.map(({ name, status, statusMessage, parentSpanId, attributes, events: own, links }) => ({
			name,
			status,
			statusMessage: statusMessage ?? '',
			parent: names.get(parentSpanId ?? ''),
			attributes,
			events: own
				.map(
					({ name: event, attributes: of }) =>
						`${event} ${JSON.stringify({ ...of, 'exception.stacktrace': undefined })}`,
				)
				.sort(),
			links: links.map(({ type, spanId }) => `${type} ${names.get(spanId)}`).sort(),
		})),
		events: events.map(({ name, attributes }) => `${name} ${attributes['audit.outcome']}`).sort(),
	};
}

it('says what the OpenTelemetry implementation says, whatever is called', async () => {
	await fc.assert(
		fc.asyncProperty(steps, async (script) => {
			const harness = createTelemetryHarness();
			play(telemetry.tracer, script);
			// The SDK lists spans as they end; ids are given as they begin.
			const begun = [...harness.spans()].sort((one, other) => one.startMs - other.startMs);
			const plain = { spans: begun, events: harness.events() };
			harness.clear();
			const spans: SpanView[] = [];
			const recorder = createFlightRecorder({
				slots: 2,
				projection: (context) => ({
					record: (words, at) => emitJournalEvents(telemetry.events, words, at, context),
					spans: (words, at) => void spans.push(...spanViews(words, at, context)),
				}),
			});
			play(recorder, script);
			recorder.flush();
			const own = said(spans, harness.events());
			const other = said(plain.spans, plain.events);
			const byText = (value: unknown) => JSON.stringify(value);
			expect(own.spans.map((view) => byText({ ...view, parent: 0, links: view.links.length })).sort()).toEqual(
				other.spans.map((view) => byText({ ...view, parent: 0, links: view.links.length })).sort(),
			);
			expect(treeOf(spans)).toEqual(treeOf(plain.spans));
			expect(own.events).toEqual(other.events);
			await harness.shutdown();
		}),
		{ numRuns: 100 },
	);
}, 60_000);

/** Every span with the names of all its ancestors. */
function treeOf(spans: readonly SpanView[]): string[] {
	const byId = new Map(spans.map((view) => [view.spanId, view]));
	const pathOf = (view: SpanView): string => {
		const parent = byId.get(view.parentSpanId ?? '');
		return parent === undefined ? view.name : `${pathOf(parent)} ${view.name}`;
	};
	return spans.map(pathOf).sort();
}
