import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTelemetryHarness, item, type TelemetryHarness } from '../../../telemetry-testing/src/index.ts';
import { ENTRY_STAGE, NO_JOURNAL, noopTracer, StageStatus, telemetry } from '../../src/index.ts';
import { enterRecord, fidelityRatio, readContext } from '../../src/instrumentation/index.ts';
import { span as alpha, attribute } from '../../src/registry/alpha/index.ts';
import { span as beta } from '../../src/registry/beta/index.ts';

const PROCESS = beta['beta.record.process'];
const INBOUND = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
const CHECKS = 'pipeline.integration.context.counter.propagation_checks_total';

describe('enterRecord', () => {
	let harness: TelemetryHarness;
	beforeEach(() => {
		harness = createTelemetryHarness();
	});
	afterEach(() => harness.shutdown());

	const enter = (record: object, recordId?: string) => {
		const { journal, result } = enterRecord(telemetry.tracer, PROCESS, record, 'ALPHA_BETA', recordId);
		return { result, ...telemetry.tracer.inject(journal, telemetry.tracer.stageOf(record), {}) };
	};

	const counted = async () =>
		Object.fromEntries(
			(await harness.metrics())
				.filter(({ name }) => name === CHECKS)
				.map(({ attributes, value }) => [`${attributes['pipeline.boundary']} ${attributes['pipeline.result']}`, value]),
		);

	/** What a record that left this process is remembered by. */
	function sent(recordId: string) {
		const { tracer } = telemetry;
		const journal = tracer.begin(alpha['alpha.record.ingest'], item({}));
		tracer.setText(journal, ENTRY_STAGE, attribute['pipeline.record_id'], recordId);
		return tracer.inject(journal, ENTRY_STAGE, {});
	}

	it('continues a live carrier', async () => {
		const record = item({});
		const journal = telemetry.tracer.begin(alpha['alpha.record.ingest'], record);
		const origin = telemetry.tracer.inject(journal, ENTRY_STAGE, {});
		expect(enter(record)).toMatchObject({ result: 'COMPLETE', traceId: origin.traceId, parentSpanId: origin.spanId });
		expect(await counted()).toEqual({ 'ALPHA_BETA COMPLETE': 1 });
	});

	it('continues the context an item carries', async () => {
		expect(enter({ ...INBOUND, baggage: { k: 'v' } })).toMatchObject({
			result: 'COMPLETE',
			traceId: INBOUND.traceId,
			parentSpanId: INBOUND.spanId,
			baggage: { k: 'v' },
		});
		expect(await counted()).toEqual({ 'ALPHA_BETA COMPLETE': 1 });
	});

	it.each([
		['stripped', {}],
		['damaged', { traceId: 'nonsense', spanId: 'x' }],
	])('restores a context that was %s from what is remembered of the record', async (_, damaged) => {
		const origin = sent('r1');
		expect(enter(damaged, 'r1')).toMatchObject({
			result: 'RESTORED',
			traceId: origin.traceId,
			parentSpanId: origin.spanId,
		});
		expect(await counted()).toEqual({ 'ALPHA_BETA RESTORED': 1 });
	});

	it.each([
		['REGENERATED', {}],
		['MALFORMED', { traceId: 'nonsense', spanId: 'x' }],
	])('begins a trace where nothing can be had: %s', async (result, record) => {
		sent('somebody else');
		const entered = enter({ ...record }, 'unknown');
		expect(entered).toMatchObject({ result });
		expect(entered.traceId).toMatch(/^[0-9a-f]{32}$/);
		expect(entered.parentSpanId).toBeUndefined();
		expect(await counted()).toEqual({ [`ALPHA_BETA ${result}`]: 1 });
	});

	it('keeps the baggage of an item without a position', () => {
		expect(enter({ baggage: { tenant: 't_1' } })).toMatchObject({ result: 'REGENERATED' });
	});

	it('counts nothing while telemetry is off', async () => {
		const before = fidelityRatio();
		const entered = enterRecord(noopTracer, PROCESS, {}, 'ACK', undefined);
		expect(entered.journal).toBe(NO_JOURNAL);
		expect([fidelityRatio(), await counted()]).toEqual([before, {}]);
	});

	it('the ratio counts what was complete or restored', () => {
		const before = fidelityRatio();
		for (let at = 0; at < 1_000; at++) enter({ ...INBOUND });
		expect(fidelityRatio()).toBeGreaterThan(before ?? 0);
		expect(fidelityRatio()).toBeLessThan(1);
	});

	it('readContext gives complete positions only', () => {
		expect([
			readContext({ ...INBOUND }, 'PARSE'),
			readContext({}, 'PARSE'),
			readContext({ traceId: 'x' }, 'PARSE'),
		]).toEqual([INBOUND, undefined, undefined]);
	});

	it('a stage that is entered twice for one record nests', () => {
		const record = item({});
		enter(record);
		const journal = telemetry.tracer.journalOf(record);
		expect(enter(record).result).toBe('COMPLETE');
		expect(telemetry.tracer.journalOf(record)).toBe(journal);
		telemetry.tracer.exit(journal, telemetry.tracer.stageOf(record), StageStatus.UNSET);
	});
});
