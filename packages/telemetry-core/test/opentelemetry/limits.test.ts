import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTelemetryHarness, item, type TelemetryHarness } from '../../../telemetry-testing/src/index.ts';
import {
	ENTRY_STAGE,
	type Journal,
	NO_JOURNAL,
	OpenTelemetryRecordTracer,
	openTelemetry,
	StageStatus,
	telemetry,
} from '../../src/index.ts';
import { attribute, event, span } from '../../src/registry/alpha/index.ts';

const INGEST = span['alpha.record.ingest'];
const PARSE = span['alpha.parser.parse'];
const COMPLETED = event['pipeline.alpha.trace.trace.completed'];
const LOST = 'pipeline.telemetry.recorder.counter.records_lost_total';
const HOUR_MS = 3_600_000;
/** A date: the SDK takes a number below the process's own age for a time since its start. */
const START_MS = Date.UTC(2026, 0, 1);

describe('limits of the journal', () => {
	let harness: TelemetryHarness;
	const clock = { now: 0 };
	beforeEach(() => {
		clock.now = START_MS;
		harness = createTelemetryHarness();
	});
	afterEach(() => harness.shutdown());

	function install(maxActiveRecords?: number): OpenTelemetryRecordTracer {
		openTelemetry().install({ detail: 'full', maxActiveRecords, now: () => clock.now });
		const { tracer } = telemetry;
		if (!(tracer instanceof OpenTelemetryRecordTracer)) throw new Error('another tracer is installed');
		return tracer;
	}
	const end = (tracer: OpenTelemetryRecordTracer, journal: Journal) => {
		tracer.exit(journal, ENTRY_STAGE, StageStatus.UNSET);
		tracer.finish(journal, ENTRY_STAGE, 'DELIVERED', COMPLETED);
	};
	const lost = async () =>
		(await harness.metrics())
			.filter(({ name }) => name === LOST)
			.map(({ attributes, value }) => [attributes['pipeline.reason'], value]);

	it('as many records as there are slots are followed; one more is not, and counted', async () => {
		const tracer = install(2);
		const journals = [1, 2, 3].map(() => tracer.begin(INGEST, item({})));
		expect(journals.map((journal) => journal === NO_JOURNAL)).toEqual([false, false, true]);
		expect([tracer.activeRecords, await lost()]).toEqual([2, [['PRESSURE', 1]]]);
		end(tracer, journals[0] as Journal);
		expect(tracer.activeRecords).toBe(1);
		const next = tracer.begin(INGEST, item({}));
		expect([next === NO_JOURNAL, next === journals[0]]).toEqual([false, false]);
		expect([tracer.journalOf(item({})), await lost()]).toEqual([NO_JOURNAL, [['PRESSURE', 1]]]);
	});

	it('a record without a trace takes no slot', async () => {
		await harness.shutdown();
		const tracer = install(1);
		for (let at = 0; at < 3; at++) expect(tracer.begin(INGEST, item({}))).toBe(NO_JOURNAL);
		expect(tracer.activeRecords).toBe(0);
		harness = createTelemetryHarness();
	});

	it('a record that is open for an hour is kept, one that is longer is given up, marked and counted', async () => {
		const tracer = install();
		const journal = tracer.begin(INGEST, item({}));
		tracer.setText(journal, ENTRY_STAGE, attribute['pipeline.record_id'], 'r');
		tracer.enter(journal, PARSE, ENTRY_STAGE);
		clock.now += 10;
		const wait = tracer.lap(journal, span['alpha.buffer.wait'], ENTRY_STAGE, StageStatus.UNSET);
		tracer.setNumber(journal, wait, attribute['pipeline.depth_at_enqueue'], 7);
		clock.now = START_MS + HOUR_MS;
		tracer.sweep();
		expect([tracer.activeRecords, harness.spans()]).toEqual([1, []]);
		clock.now++;
		tracer.sweep();
		tracer.exit(journal, ENTRY_STAGE, StageStatus.UNSET);
		const marks = harness
			.spans()
			.map(({ name, attributes, endMs }) => [
				name,
				attributes['pipeline.abandoned'],
				attributes['pipeline.record_id'],
				endMs,
			]);
		expect([tracer.activeRecords, await lost(), marks]).toEqual([
			0,
			[['ABANDONED', 1]],
			[
				['alpha.buffer.wait', undefined, 'r', START_MS + 10],
				['alpha.record.ingest', true, 'r', clock.now],
				['alpha.parser.parse', true, 'r', clock.now],
			],
		]);
		expect(harness.spans()[0]?.attributes['pipeline.depth_at_enqueue']).toBe(7);
	});

	it('sweeps by itself, every 4,096 records', () => {
		const tracer = install();
		const abandoned = tracer.begin(INGEST, item({}));
		clock.now += HOUR_MS + 1;
		for (let at = 2; at < 4_096; at++) end(tracer, tracer.begin(INGEST, item({})));
		expect(tracer.activeRecords).toBe(1);
		end(tracer, tracer.begin(INGEST, item({})));
		expect(tracer.activeRecords).toBe(0);
		expect(tracer.inject(abandoned, ENTRY_STAGE, {})).toEqual({});
	});

	it('the 10,000th span is written; further ones are not, except the main stages, and the trace says so', () => {
		const tracer = install();
		const journal = tracer.begin(INGEST, item({}));
		const write = (definition: typeof PARSE) => {
			const stage = tracer.enter(journal, definition, ENTRY_STAGE);
			const { spanId } = tracer.inject(journal, stage, {});
			tracer.exit(journal, stage, StageStatus.UNSET);
			return spanId;
		};
		for (let at = 2; at < 10_000; at++) write(PARSE);
		const count = () => harness.spans().length;
		const entry = tracer.inject(journal, ENTRY_STAGE, {}).spanId;
		expect([write(PARSE) === entry, count()]).toEqual([false, 9_999]);
		expect(harness.spans().at(-1)?.attributes['pipeline.trace.truncated']).toBeUndefined();
		expect([write(PARSE) === entry, count()]).toEqual([true, 9_999]);
		expect([write(span['alpha.handoff.send']) === entry, count()]).toEqual([false, 10_000]);
		end(tracer, journal);
		expect(
			harness
				.spans()
				.slice(-2)
				.map(({ name, attributes }) => [name, attributes['pipeline.trace.truncated']]),
		).toEqual([
			['alpha.handoff.send', true],
			['alpha.record.ingest', true],
		]);
	});

	it.each([
		['minimal', ['alpha.record.ingest', 'alpha.handoff.send']],
		['standard', ['alpha.record.ingest', 'alpha.parser.parse', 'alpha.handoff.send']],
		['full', ['alpha.record.ingest', 'alpha.parser.parse', 'alpha.validation.rule', 'alpha.handoff.send']],
	] as const)('detail %s', (detail, expected) => {
		openTelemetry().install({ detail });
		const { tracer } = telemetry;
		const journal = tracer.begin(INGEST, item({}));
		const parse = tracer.enter(journal, PARSE, ENTRY_STAGE);
		const rule = tracer.enter(journal, span['alpha.validation.rule'], parse);
		const send = tracer.enter(journal, span['alpha.handoff.send'], rule);
		tracer.fail(journal, parse, 0 as never);
		for (const stage of [send, rule, parse, ENTRY_STAGE]) tracer.exit(journal, stage, StageStatus.UNSET);
		const byId = new Map(harness.spans().map((shown) => [shown.spanId, shown]));
		const chain: string[] = [];
		let at = harness.spans().find(({ name }) => name === 'alpha.handoff.send');
		for (; at !== undefined; at = byId.get(at.parentSpanId ?? '')) chain.unshift(at.name);
		expect([chain, harness.spans().length]).toEqual([expected, expected.length]);
	});

	it('stages below the detail level still yield their audit entries', () => {
		openTelemetry().install({ detail: 'minimal' });
		const { tracer } = telemetry;
		const journal = tracer.begin(INGEST, item({}));
		const validate = tracer.enter(journal, span['alpha.validation.validate'], ENTRY_STAGE);
		tracer.exit(journal, validate, StageStatus.UNSET);
		expect([harness.spans(), harness.events().map(({ name }) => name)]).toEqual([
			[],
			['pipeline.alpha.adapter.audit.record_ingested'],
		]);
	});
});
