import { ENTRY_STAGE, type TextDef, type TraceFields } from '@pipeline/telemetry-core';
import { attributeNamed } from '@pipeline/telemetry-core/registry';
import { item } from '@pipeline/telemetry-testing';
import { expect, it } from 'vitest';
import { ERROR, end, INGEST, OK, PARSE, recorded } from './recorded.ts';

const REMOTE: TraceFields = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 3 };
const RECORD_ID = attributeNamed('pipeline.record_id') as TextDef;

it('times stages, lets contexts on their way, and makes nothing of a record that has ended', () => {
	const { recorder, spans, lost, records, clock } = recorded({ isClockOnly: true });
	const record = item({});
	const journal = recorder.begin(INGEST, record, REMOTE);
	recorder.setText(journal, ENTRY_STAGE, RECORD_ID, 'r1');
	expect(recorder.recordIdOf(journal)).toBe('r1');
	const stage = recorder.enter(journal, PARSE, ENTRY_STAGE);
	clock.ms += 250;
	recorder.exit(journal, stage, OK);
	expect(recorder.seconds[0]).toBeCloseTo(0.25);
	clock.ms += 500;
	recorder.lap(journal, PARSE, ENTRY_STAGE, OK);
	expect(recorder.seconds[0]).toBeCloseTo(0.5);
	expect(recorder.inject(journal, stage, {}).traceId).toBe(REMOTE.traceId);
	recorder.keep(journal, 'ERROR');
	end(recorder, journal, ERROR);
	recorder.flush();
	expect([recorder.counts.active, recorder.counts.receiptBytes, records(), spans, lost]).toEqual([0, 0, 0, [], []]);
});

it('has room for records that leave for another process, and come to no end here', () => {
	const { recorder, lost } = recorded({ isClockOnly: true, slots: 16 });
	for (let index = 0; index < 100; index++) {
		const journal = recorder.begin(INGEST, item({}));
		recorder.park(journal, 'b1');
		recorder.exit(journal, ENTRY_STAGE, OK);
	}
	expect([recorder.counts.active, recorder.counts.parked, lost]).toEqual([0, 0, []]);
});
