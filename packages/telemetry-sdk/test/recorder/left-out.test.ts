import { ENTRY_STAGE, LEFT_OUT, NO_JOURNAL, type TraceFields } from '@pipeline/telemetry-core';
import { readTraceFields } from '@pipeline/telemetry-core/propagation';
import { item } from '@pipeline/telemetry-testing';
import { describe, expect, it } from 'vitest';
import type { Admission } from '../../src/recorder/left-out.ts';
import { begin, ERROR, end, INGEST, PARSE, recorded } from './recorded.ts';

const none: Admission = { isPartial: true, admits: () => false };
const all: Admission = { isPartial: true, admits: () => true };
const REMOTE: TraceFields = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 3 };

describe('a record that is left out', () => {
	it('is so in each module, whatever is written to it, and takes no memory', () => {
		const { recorder, spans, lost, records } = recorded({ admission: none });
		const record = item({});
		const journal = recorder.begin(INGEST, record);
		expect([journal, recorder.journalOf(record), recorder.begin(PARSE, record)]).toEqual([
			LEFT_OUT,
			LEFT_OUT,
			LEFT_OUT,
		]);
		const stage = recorder.enter(journal, PARSE, ENTRY_STAGE);
		recorder.exit(journal, stage, ERROR);
		recorder.keep(journal, 'ERROR');
		recorder.fork(journal, 2);
		recorder.park(journal, 'b1');
		end(recorder, journal, ERROR);
		recorder.flush();
		expect([recorder.counts.active, records(), spans, lost]).toEqual([0, 0, [], []]);
		expect([recorder.recordIdOf(journal), recorder.run(journal, stage, () => 7)]).toEqual([undefined, 7]);
		// A copy of the item is the same record.
		expect(recorder.journalOf({ ...record })).toBe(LEFT_OUT);
	});

	it('is so in the next process, by the context that it travels with', () => {
		const sender = recorded({ admission: none }).recorder;
		const travelled = sender.inject(sender.begin(INGEST, item({})), ENTRY_STAGE, {});
		const read = readTraceFields(JSON.parse(JSON.stringify(travelled)), 'test');
		expect(read.status).toBe('COMPLETE');
		expect((read.fields.traceFlags ?? 0) & 1).toBe(0);
		const receiver = recorded({ admission: all }).recorder;
		expect(receiver.begin(INGEST, item({}), read.fields)).toBe(LEFT_OUT);
		expect(receiver.begin(INGEST, item({}), REMOTE)).not.toBe(LEFT_OUT);
	});

	it('is followed where all records are: nobody outside can hide one', () => {
		const sender = recorded({ admission: none }).recorder;
		const travelled = sender.inject(sender.begin(INGEST, item({})), ENTRY_STAGE, {});
		const { recorder } = recorded({ admission: { isPartial: false, admits: () => false } });
		const journal = recorder.begin(INGEST, item({}), travelled);
		expect([journal === LEFT_OUT, journal === NO_JOURNAL, recorder.counts.active]).toEqual([false, false, 1]);
	});

	it('is so only when it begins: one that was followed before the share fell goes on', () => {
		let admits = true;
		const { recorder, finishes } = recorded({ admission: { isPartial: true, admits: () => admits } });
		const record = item({});
		const journal = recorder.begin(INGEST, record);
		admits = false;
		expect(recorder.begin(PARSE, record)).toBe(journal);
		recorder.exit(journal, recorder.stageOf(record), ERROR);
		end(recorder, journal);
		recorder.flush();
		expect(finishes).toEqual(['DELIVERED']);
	});

	it('has a handle that no record ever has', () => {
		// With the fewest generations, in the only slot whose handles could be it: each generation comes more than once.
		const slots = 65_536;
		const { recorder } = recorded({ slots });
		for (let slot = 0; slot < slots - 2; slot++) begin(recorder);
		const handles = new Set<number>();
		for (let record = 0; record < 66_000; record++) {
			const journal = begin(recorder);
			handles.add(journal);
			end(recorder, journal);
		}
		expect([handles.has(LEFT_OUT), handles.size, (LEFT_OUT & (slots - 1)) === slots - 2]).toEqual([
			false,
			65_534,
			true,
		]);
	});
});

describe('records that are given up together', () => {
	it('are marked and counted, and what is written to them afterwards is ignored', () => {
		const { recorder, lost, records, spans } = recorded({ ratio: 0 });
		const journals = [begin(recorder), begin(recorder)];
		recorder.abandon();
		for (const journal of journals) end(recorder, journal, ERROR);
		recorder.flush();
		expect([recorder.counts.active, lost, records()]).toEqual([0, ['ABANDONED', 'ABANDONED'], 2]);
		expect(spans.every(({ attributes }) => attributes['pipeline.trace.partial'] === true)).toBe(true);
	});
});
