import { telemetry } from '@pipeline/telemetry-core';
import {
	createTelemetryHarness,
	journalCases,
	type SpanView,
	type TelemetryHarness,
} from '@pipeline/telemetry-testing';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { emitJournalEvents } from '../../src/recorder/event-projection.ts';
import { createFlightRecorder, type FlightRecorder } from '../../src/recorder/flight-recorder.ts';
import { spanViews } from './span-views.ts';

describe('record journal of the flight recorder', () => {
	let harness: TelemetryHarness;
	let recorder: FlightRecorder;
	let spans: SpanView[];
	beforeEach(() => {
		harness = createTelemetryHarness();
		spans = [];
		const events = telemetry.events;
		recorder = createFlightRecorder({
			projection: (context) => ({
				record: (words, at) => emitJournalEvents(events, words, at, context),
				spans: (words, at) => spans.push(...spanViews(words, at, context)),
			}),
		});
	});
	afterEach(() => harness.shutdown());

	it.each(journalCases)('$name', async ({ play, check }) => {
		await play(recorder);
		recorder.flush();
		check({ spans: [...spans, ...harness.spans()], events: harness.events() });
	});
});
