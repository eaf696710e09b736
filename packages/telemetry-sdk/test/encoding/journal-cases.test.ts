import { commonAttributes, telemetry } from '@pipeline/telemetry-core';
import {
	createTelemetryHarness,
	journalCases,
	type SpanView,
	type TelemetryHarness,
} from '@pipeline/telemetry-testing';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { SpanEncoder } from '../../src/encoding/span-encoder.ts';
import { emitJournalEvents } from '../../src/recorder/event-projection.ts';
import { createFlightRecorder, type FlightRecorder } from '../../src/recorder/flight-recorder.ts';
import { encodedViews } from './encoded-views.ts';

describe('record journal of the flight recorder, encoded', () => {
	let harness: TelemetryHarness;
	let recorder: FlightRecorder;
	let encoder: SpanEncoder;
	beforeEach(() => {
		harness = createTelemetryHarness();
		const { events } = telemetry;
		encoder = new SpanEncoder({
			detail: 'full',
			attributes: commonAttributes(),
			scopeOf: () => ({ name: '', version: '' }),
			resource: { attributes: {} },
		});
		recorder = createFlightRecorder({
			projection: (context) => ({
				record: (words, at) => emitJournalEvents(events, words, at, context),
				spans: (words, at) => void encoder.add(words, at, context),
			}),
		});
	});
	afterEach(() => harness.shutdown());

	function encoded(): SpanView[] {
		const taken = encoder.take();
		return taken === undefined ? [] : encodedViews(taken);
	}

	it.each(journalCases)('$name', async ({ play, check }) => {
		await play(recorder);
		recorder.flush();
		check({ spans: [...encoded(), ...harness.spans()], events: harness.events() });
	});
});
