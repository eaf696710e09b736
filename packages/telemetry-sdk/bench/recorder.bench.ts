import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { type BenchSubject, planSize, runBench } from '@pipeline/bench';
import { ENTRY_STAGE, JOURNAL, type NumberDef, STAGE, StageStatus, type TextDef } from '@pipeline/telemetry-core';
import { attribute, event, span } from '@pipeline/telemetry-core/alpha';
import { createFlightRecorder } from '@pipeline/telemetry-sdk';
import { createClock } from '../src/recorder/clock.ts';
import * as HEADER from '../src/recorder/header.ts';
import { GroupWriter } from '../src/spool/group-writer.ts';
import { type PendingGroup, SegmentWriter } from '../src/spool/segment-writer.ts';

// Build first: it measures dist, as users run it.

const STAGES = 14;
/** What stages are measured on top of: begin, end and receipt fall out, and all of them have room in the record's slot. */
const FEW = 2;
const MORE = FEW + STAGES;
/** Clock reads of a record: its stages, its begin, the end of its entry stage, and its own. */
const READS = STAGES + 3;
const RECORDS = 1_000;
/** Words of a stage with its 3 numbers. */
const STAGE_WORDS = 4 + 3 * 3;
const { UNSET } = StageStatus;
const INGEST = span['alpha.record.ingest'];
const PARSE = span['alpha.parser.parse'];
const COMPLETED = event['pipeline.alpha.trace.trace.completed'];
const COUNT = attribute['pipeline.field_count'] as NumberDef;
const COPIED = attribute['pipeline.checksum'] as TextDef;
const INTERNED = attribute['pipeline.tenant'] as TextDef;
const TEXTS = Array.from(
	{ length: 64 },
	(_, index) => `0190${String(index).padStart(4, '0')}-7abc-7def-8123-456789abcdef`,
);

let left = 0;
let leftWords = 0;
/** Where receipts go in the rows that write them. */
let groups: GroupWriter | undefined;
// One for all rows: a process has one recorder, and its operations are fast because there is but one of each.
const recorder = createFlightRecorder({
	ratio: 0,
	projection: () => ({
		record(words, at) {
			left++;
			leftWords += words[at + HEADER.LENGTH]!;
			if (groups !== undefined) groups.receipt(words, at);
		},
		spans() {},
	}),
});

interface Content {
	readonly numbers: number;
	readonly texts: number;
}

/** Bare reads of a clock, each into memory: a sum in a variable would be boxed, and dearer than the clock. */
function reads(readInto: (times: Float64Array) => void): BenchSubject {
	const times = new Float64Array(READS);
	let done = 0;
	return {
		run(records) {
			for (let record = 0; record < records; record++) readInto(times);
			done += records;
		},
		verify(records) {
			assert.equal(done, records);
			assert.ok(times.every((time) => time > 0));
			done = 0;
		},
	};
}

// A loop each: one for both clocks would have to look which of them it is, at every read.

function recorderClock(): BenchSubject {
	const { now } = createClock();
	return reads((times) => {
		for (let read = 0; read < READS; read++) times[read] = now();
	});
}

function performanceClock(): BenchSubject {
	return reads((times) => {
		for (let read = 0; read < READS; read++) times[read] = performance.now();
	});
}

/** Records of at least so many words each, which have left the recorder when their batch is flushed. */
function following(words: number, run: (records: number) => void): BenchSubject {
	let followed = 0;
	let written = 0;
	return {
		run,
		flush() {
			recorder.flush();
			followed += left;
			written += leftWords;
			left = 0;
			leftWords = 0;
		},
		verify(records) {
			assert.equal(followed, records);
			assert.ok(written >= records * words, `${written} words of ${records} records`);
			followed = 0;
			written = 0;
		},
	};
}

/** One record of 14 one-clock stages, which is not sampled. */
function follow({ numbers, texts }: Content, number: number): void {
	const item = { [JOURNAL]: 0, [STAGE]: 0 };
	const journal = recorder.begin(INGEST, item);
	for (let index = 0; index < STAGES; index++) {
		const stage = recorder.lap(journal, PARSE, ENTRY_STAGE, UNSET);
		if (index < numbers) recorder.setNumber(journal, stage, COUNT, number + index);
		if (index >= texts) continue;
		if (index % 2 === 0) recorder.setText(journal, stage, COPIED, TEXTS[(number + index) & 63] as string);
		else recorder.setText(journal, stage, INTERNED, 'tenant-a');
	}
	recorder.exit(journal, ENTRY_STAGE, UNSET);
	recorder.finish(journal, ENTRY_STAGE, 'DELIVERED', COMPLETED);
}

function recorded(content: Content): BenchSubject {
	return following(STAGES * 4, (records) => {
		for (let record = 0; record < records; record++) follow(content, record);
	});
}

const TYPICAL: Content = { numbers: 10, texts: 8 };

/** Journals are handed on within the hot path, so that what is done with them is part of it. */
function handedOn(writer?: GroupWriter): BenchSubject {
	let appended = 0;
	const subject = following(STAGES * 4, (records) => {
		groups = writer;
		for (let record = 0; record < records; record++) follow(TYPICAL, record);
		recorder.flush();
		groups = undefined;
	});
	return {
		...subject,
		async verify(records) {
			await subject.verify(records);
			if (writer === undefined) return;
			assert.equal(writer.appended - appended, records);
			appended = writer.appended;
		},
	};
}

/** The spool's groups, whose memory comes back at once. */
function groupWriter(onGroup: (bytes: Uint8Array, entries: number) => void = () => {}): GroupWriter {
	const writer: GroupWriter = new GroupWriter({
		onGroup({ buffer, words, entries }) {
			onGroup(buffer.bytes.subarray(0, words * 4), entries);
			writer.release(buffer);
		},
		onFirst: () => {},
		onLost: () => assert.fail('a receipt was lost'),
	});
	return writer;
}

/** What the spool's thread does with a record: its part of a group's hash, of the write, and of the wait for the disk. */
async function groupsOnDisk(): Promise<BenchSubject> {
	const pending: PendingGroup[] = [];
	const filling = groupWriter((bytes, entries) => pending.push({ bytes: bytes.slice(), entries }));
	const filler = handedOn(filling);
	await filler.run(RECORDS);
	await filler.flush?.();
	filling.close();
	const directory = mkdtempSync(join(tmpdir(), 'recorder-bench-'));
	const producerId = '01990000-7000-7000-8000-000000000000';
	const writer = new SegmentWriter({ directory, producerId, preamble: () => [] });
	let durable = 0;
	return {
		async run(records) {
			for (let record = 0; record < records; record += RECORDS) await writer.write(pending);
		},
		verify(records) {
			assert.equal(writer.point.seq - durable, records);
			durable = writer.point.seq;
		},
		async close() {
			await writer.close();
			rmSync(directory, { recursive: true });
		},
	};
}

/** Stages of 3 numbers, one clock read each. */
function laps(stages: number): BenchSubject {
	return following(stages * STAGE_WORDS, (records) => {
		for (let record = 0; record < records; record++) {
			const journal = recorder.begin(INGEST, { [JOURNAL]: 0, [STAGE]: 0 });
			for (let index = 0; index < stages; index++) {
				const stage = recorder.lap(journal, PARSE, ENTRY_STAGE, UNSET);
				recorder.setNumber(journal, stage, COUNT, record);
				recorder.setNumber(journal, stage, COUNT, index);
				recorder.setNumber(journal, stage, COUNT, 7);
			}
			recorder.exit(journal, ENTRY_STAGE, UNSET);
			recorder.finish(journal, ENTRY_STAGE, 'DELIVERED', COMPLETED);
		}
	});
}

/** The same, each stage with a begin and an end of its own. */
function entersAndExits(stages: number): BenchSubject {
	return following(stages * STAGE_WORDS, (records) => {
		for (let record = 0; record < records; record++) {
			const journal = recorder.begin(INGEST, { [JOURNAL]: 0, [STAGE]: 0 });
			for (let index = 0; index < stages; index++) {
				const stage = recorder.enter(journal, PARSE, ENTRY_STAGE);
				recorder.setNumber(journal, stage, COUNT, record);
				recorder.setNumber(journal, stage, COUNT, index);
				recorder.setNumber(journal, stage, COUNT, 7);
				recorder.exit(journal, stage, UNSET);
			}
			recorder.exit(journal, ENTRY_STAGE, UNSET);
			recorder.finish(journal, ENTRY_STAGE, 'DELIVERED', COMPLETED);
		}
	});
}

/** Recording child spans of the OpenTelemetry SDK with 3 numbers each, which nobody exports. */
function sdkSpans(stages: number): BenchSubject {
	let ended = 0;
	const provider = new TracerProvider({
		spanProcessors: [{ onStart() {}, onEnd: () => ended++, forceFlush: async () => {}, shutdown: async () => {} }],
	});
	const tracer = provider.getTracer('bench');
	return {
		run(records) {
			for (let record = 0; record < records; record++) {
				const root = tracer.startSpan('alpha.record.ingest', {}, ROOT_CONTEXT);
				const context = trace.setSpan(ROOT_CONTEXT, root);
				for (let index = 0; index < stages; index++) {
					const child = tracer.startSpan('alpha.parser.parse', {}, context);
					// One by one is the fastest way there is.
					child.setAttribute('pipeline.field_count', record);
					child.setAttribute('pipeline.record_size_bytes', index);
					child.setAttribute('pipeline.warning_count', 7);
					child.end();
				}
				root.end();
			}
		},
		verify(records) {
			assert.equal(ended, records * (stages + 1));
			ended = 0;
		},
	};
}

/** The disk is not on the record path: there is nothing to take off. */
function nothing(): BenchSubject {
	return { run() {}, verify() {} };
}

await runBench(
	{
		name: 'recorder',
		record: `${STAGES} stages; base: ${READS} bare clock reads, or what stands behind "on top of"`,
		base: recorderClock,
		modes: {
			'the same reads of performance.now()': performanceClock,
			stages: () => recorded({ numbers: 0, texts: 0 }),
			'stages, 10 numbers': () => recorded({ numbers: 10, texts: 0 }),
			'stages, 10 numbers, 8 texts': () => recorded(TYPICAL),
			'receipt, on top of the same handed on': () => handedOn(groupWriter()),
			'14 laps of 3 numbers, on top of 2': () => laps(MORE),
			'14 enters and exits of 3 numbers, on top of 2': () => entersAndExits(MORE),
			'14 SDK spans of 3 numbers, on top of 2': () => sdkSpans(MORE),
			'receipt hashed, written, on disk': groupsOnDisk,
		},
		bases: {
			'receipt, on top of the same handed on': () => handedOn(),
			'14 laps of 3 numbers, on top of 2': () => laps(FEW),
			'14 enters and exits of 3 numbers, on top of 2': () => entersAndExits(FEW),
			'14 SDK spans of 3 numbers, on top of 2': () => sdkSpans(FEW),
			'receipt hashed, written, on disk': nothing,
		},
		recordsPerBatch: RECORDS,
		latencyRecords: 0,
	},
	import.meta.url,
	planSize(),
);
