import { setTimeout } from 'node:timers/promises';
import { bytesPerRecord, countedSubject } from '@pipeline/bench';
import { ENTRY_STAGE, JOURNAL, type Journal, type RecordTracer, STAGE, StageStatus } from '@pipeline/telemetry-core';
import { attribute, event, span } from '@pipeline/telemetry-core/alpha';
import { createFlightRecorder } from '@pipeline/telemetry-sdk';

const RECORDS = 20_000;
const WARM_UP_ROUNDS = 40;
const WARM_UP_PAUSE_MS = 50;
const STAGES = 13;
const NUMBERS = 10;
const TEXTS = 4;
const COPIED = '0190f5a2-7c1e-7d3a-9b1e-2f6c8d4e5a7b';

// Functions of their own, as wrappers are: in one, the compiler gives up inlining, and each time of the clock goes through the heap.
function followStage(recorder: RecordTracer, journal: Journal): void {
	recorder.lap(journal, span['alpha.parser.parse'], ENTRY_STAGE, StageStatus.UNSET);
}

function setNumber(recorder: RecordTracer, journal: Journal, at: number): void {
	recorder.setNumber(journal, ENTRY_STAGE, attribute['pipeline.size_bytes'], 1_000 + at);
}

function setTexts(recorder: RecordTracer, journal: Journal): void {
	recorder.setText(journal, ENTRY_STAGE, attribute['pipeline.source_id'], 'FILE:flights');
	recorder.setText(journal, ENTRY_STAGE, attribute['pipeline.lineage_id'], COPIED);
}

function end(recorder: RecordTracer, journal: Journal): void {
	recorder.exit(journal, ENTRY_STAGE, StageStatus.UNSET);
	recorder.finish(journal, ENTRY_STAGE, 'DELIVERED', event['pipeline.alpha.trace.trace.completed']);
}

/** Bytes on the heap for a record of 14 stages, 10 numbers and 8 texts that is followed, not sampled, and ends well. */
export async function journalAllocation(): Promise<number> {
	let receipts = 0;
	const recorder = createFlightRecorder({
		ratio: 0,
		projection: () => ({
			record() {
				receipts++;
			},
			spans() {},
		}),
	});
	// Items declare the carrier's symbols; the item itself is the module's.
	const item = { [JOURNAL]: 0, [STAGE]: 0 };
	const followOne = () => {
		item[JOURNAL] = 0;
		const journal = recorder.begin(span['alpha.record.ingest'], item);
		for (let stage = 0; stage < STAGES; stage++) followStage(recorder, journal);
		for (let at = 0; at < NUMBERS; at++) setNumber(recorder, journal, at);
		for (let at = 0; at < TEXTS; at++) setTexts(recorder, journal);
		end(recorder, journal);
	};
	const subject = countedSubject({
		run(records) {
			for (let record = 0; record < records; record++) followOne();
		},
		flush: () => recorder.flush(),
		verify(records) {
			if (receipts !== records) throw new Error(`${receipts} of ${records} records were followed`);
		},
	});
	// Compiled in the background: code that is not yet ready puts every number on the heap.
	for (let round = 0; round < WARM_UP_ROUNDS; round++) {
		await subject.run(RECORDS);
		await setTimeout(WARM_UP_PAUSE_MS);
	}
	const bytes = await bytesPerRecord(subject, RECORDS);
	await subject.verify();
	return bytes;
}
