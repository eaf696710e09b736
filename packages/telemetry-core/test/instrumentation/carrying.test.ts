import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
	createTelemetryHarness,
	item,
	renderTree,
	type TelemetryHarness,
} from '../../../telemetry-testing/src/index.ts';
import { ENTRY_STAGE, NO_JOURNAL, type RecordTracer, type Stage, StageStatus, telemetry } from '../../src/index.ts';
import { carriedBy, handOver, recordCall } from '../../src/instrumentation/index.ts';
import { span } from '../../src/registry/alpha/index.ts';
import { followed } from './followed.ts';

const INGEST = span['alpha.record.ingest'];

describe('items that cannot carry a position', () => {
	let harness: TelemetryHarness;
	let tracer: RecordTracer;
	beforeEach(() => {
		harness = createTelemetryHarness();
		tracer = telemetry.tracer;
	});
	afterEach(() => harness.shutdown());

	it('are followed by the journal that `begin` returns', () => {
		const frozen = Object.freeze({ id: 'r' });
		const call = followed(
			recordCall({
				span: span['alpha.parser.parse'],
				begin: (given: RecordTracer, record: object) => given.begin(INGEST, record),
				after: (given, journal) => given.exit(journal, ENTRY_STAGE, StageStatus.UNSET),
			}),
			(_: object) => 1,
		);
		call(frozen);
		expect(renderTree(harness.spans())).toBe('alpha.record.ingest\n  alpha.parser.parse');
	});

	it('are followed by the object that the binding names, else by the first argument', () => {
		const [first, envelope] = [{}, {}];
		expect([
			carriedBy(undefined)(first, envelope, undefined),
			carriedBy((_: object, second: object) => second)(first, envelope, undefined),
		]).toEqual([first, envelope]);
		expect(carriedBy(() => undefined)(first, envelope, undefined)).toBe(first);
	});

	it('what is made of an item goes on where it stood, unless it stands somewhere already', () => {
		const journal = tracer.begin(INGEST, item({}));
		const [made, placed] = [item({}), item({})];
		const other = tracer.begin(INGEST, placed);
		for (const result of [made, placed, 'text', null, undefined]) handOver(tracer, journal, 5 as Stage, result);
		expect([tracer.journalOf(made), tracer.stageOf(made), tracer.journalOf(placed)]).toEqual([journal, 5, other]);
		const untouched = item({});
		handOver(tracer, NO_JOURNAL, ENTRY_STAGE, untouched);
		expect(untouched).toEqual(item({}));
	});
});
