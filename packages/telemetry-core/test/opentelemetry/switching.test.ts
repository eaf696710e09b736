import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
	createTelemetryHarness,
	item,
	renderTree,
	type TelemetryHarness,
} from '../../../telemetry-testing/src/index.ts';
import {
	ENTRY_STAGE,
	NO_JOURNAL,
	noopTracer,
	openTelemetry,
	StageStatus,
	telemetry,
	uninstallTelemetry,
} from '../../src/index.ts';
import { recordCall } from '../../src/instrumentation/index.ts';
import { event, span } from '../../src/registry/alpha/index.ts';
import { deferred, followed } from '../instrumentation/followed.ts';

const INGEST = span['alpha.record.ingest'];
const PARSE = span['alpha.parser.parse'];
const COMPLETED = event['pipeline.alpha.trace.trace.completed'];

describe('telemetry that is switched while records are on their way', () => {
	let harness: TelemetryHarness;
	beforeEach(() => {
		harness = createTelemetryHarness();
	});
	afterEach(() => harness.shutdown());

	it('off between enter and exit: the call goes on as if nothing were', async () => {
		const { promise, resolve } = deferred<string>();
		const record = item({});
		telemetry.tracer.begin(INGEST, record);
		const call = followed(recordCall({ span: PARSE }), (_: object) => promise);
		const result = call(record);
		uninstallTelemetry();
		resolve('done');
		expect(await result).toBe('done');
		expect(await call(record)).toBe('done');
		expect([telemetry.tracer, telemetry.tracer.journalOf(record)]).toEqual([noopTracer, NO_JOURNAL]);
		expect(renderTree(harness.spans())).toBe('alpha.parser.parse');
	});

	it('off and on again: a journal of the previous setting is ignored, and the record can begin anew', () => {
		const record = item({});
		const before = telemetry.tracer.begin(INGEST, record);
		uninstallTelemetry();
		openTelemetry().install();
		const { tracer } = telemetry;
		expect(tracer.journalOf(record)).toBe(NO_JOURNAL);
		tracer.exit(before, ENTRY_STAGE, StageStatus.UNSET);
		expect(tracer.finish(before, ENTRY_STAGE, 'DELIVERED', COMPLETED)).toBe(false);
		expect(harness.spans()).toEqual([]);
		const after = tracer.begin(INGEST, record);
		tracer.exit(after, ENTRY_STAGE, StageStatus.UNSET);
		expect([tracer.finish(after, ENTRY_STAGE, 'DELIVERED', COMPLETED), harness.spans().length]).toEqual([true, 1]);
	});

	it('install gives back what restores the setting before', () => {
		const { tracer, epoch } = telemetry;
		const restore = openTelemetry().install();
		expect(telemetry.tracer === tracer).toBe(false);
		restore();
		expect([telemetry.tracer === tracer, telemetry.epoch > epoch]).toEqual([true, true]);
	});
});
