import { ENTRY_STAGE, StageStatus, telemetry } from '@pipeline/telemetry-core';
import { event, metric, span, spanEvent } from '@pipeline/telemetry-core/alpha';
import { alphaEntries } from '@pipeline/telemetry-core/registry';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTelemetryHarness, EmissionLedger, promisedNames, type TelemetryHarness } from '../src/index.ts';

const PROMISED = {
	spans: { 'alpha.record.ingest': { events: ['record.received', 'record.terminal'] }, 'alpha.parser.parse': {} },
	events: { 'pipeline.alpha.trace.trace.completed': {}, 'pipeline.alpha.parser.audit.parse_failed': {} },
	metrics: { 'pipeline.alpha.buffer.counter.overflow_events_total': {} },
};

describe('EmissionLedger', () => {
	let harness: TelemetryHarness;
	beforeEach(() => {
		harness = createTelemetryHarness();
	});
	afterEach(() => harness.shutdown());

	async function scenario() {
		const { tracer } = telemetry;
		const journal = tracer.begin(span['alpha.record.ingest'], {});
		tracer.event(journal, ENTRY_STAGE, spanEvent['record.received']);
		tracer.exit(journal, ENTRY_STAGE, StageStatus.UNSET);
		tracer.finish(journal, ENTRY_STAGE, 'DELIVERED', event['pipeline.alpha.trace.trace.completed']);
		return { spans: harness.spans(), events: harness.events(), metrics: await harness.metrics() };
	}

	it('lists what is promised and was not seen', async () => {
		const ledger = new EmissionLedger(PROMISED);
		ledger.add(await scenario());
		expect(ledger.balance()).toEqual({
			missing: [
				'event pipeline.alpha.parser.audit.parse_failed',
				'metric pipeline.alpha.buffer.counter.overflow_events_total',
				'span alpha.parser.parse',
				'span alpha.record.ingest: event record.terminal',
			],
			needless: [],
		});
	});

	it('wants a reason for as long as it is needed, and no longer', async () => {
		const ledger = new EmissionLedger(PROMISED);
		ledger.add(await scenario());
		expect(
			ledger.balance({
				'the module has no such feature': [
					'event pipeline.alpha.parser.audit.parse_failed',
					'metric pipeline.alpha.buffer.counter.overflow_events_total',
					'span alpha.parser.parse',
				],
				'never true': ['span alpha.record.ingest', 'span alpha.unknown'],
			}),
		).toEqual({
			missing: ['span alpha.record.ingest: event record.terminal'],
			needless: ['span alpha.record.ingest', 'span alpha.unknown'],
		});
	});

	it('adds scenarios up', async () => {
		const ledger = new EmissionLedger({ ...PROMISED, spans: {}, events: {} });
		ledger.add(await scenario());
		expect(ledger.balance().missing).toEqual(['metric pipeline.alpha.buffer.counter.overflow_events_total']);
		telemetry.metrics.bind(metric['pipeline.alpha.buffer.counter.overflow_events_total'], {}).add(1);
		ledger.add(await scenario());
		expect(ledger.balance().missing).toEqual([]);
	});
});

describe('promisedNames', () => {
	it("reads a module's tables", () => {
		const { spans, events, metrics } = alphaEntries;
		const names = promisedNames(alphaEntries);
		for (const name of Object.keys(spans)) expect(names).toContain(`span ${name}`);
		for (const name of Object.keys(events)) expect(names).toContain(`event ${name}`);
		for (const name of Object.keys(metrics)) expect(names).toContain(`metric ${name}`);
	});
});
