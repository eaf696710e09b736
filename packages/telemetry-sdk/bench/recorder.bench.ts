import assert from 'node:assert/strict';
import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { type BenchSubject, runBench } from '@pipeline/bench';
import { ENTRY_STAGE, JOURNAL, type NumberDef, STAGE, StageStatus, type TextDef } from '@pipeline/telemetry-core';
import { attribute, event, span } from '@pipeline/telemetry-core/alpha';
import { createFlightRecorder } from '@pipeline/telemetry-sdk';

// Build first: it measures dist, as users run it.

const STAGES = 14;
/** Clock reads of a record: its stages, its begin and its end. */
const READS = STAGES + 2;
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
// One for all rows: a process has one recorder, and its operations are fast because there is but one of each.
const recorder = createFlightRecorder({ ratio: 0, projection: () => ({ record: () => left++, spans() {} }) });

interface Content {
	readonly numbers: number;
	readonly texts: number;
}

/** Bare clock reads, as many as a record of the recorder needs. */
function clock(): BenchSubject {
	let sum = 0;
	let done = 0;
	return {
		run(records) {
			for (let record = 0; record < records; record++)
				for (let read = 0; read < READS; read++) sum += performance.now();
			done += records;
		},
		verify(records) {
			assert.equal(done, records);
			assert.ok(sum > 0);
			done = 0;
		},
	};
}

/** Records of 14 one-clock stages, none of them sampled. */
function recorded({ numbers, texts }: Content): BenchSubject {
	const one = (number: number) => {
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
	};
	return {
		run(records) {
			for (let record = 0; record < records; record++) one(record);
		},
		flush: () => recorder.flush(),
		verify(records) {
			assert.equal(left, records);
			left = 0;
		},
	};
}

/** The same 14 stages, each with 3 numbers. */
function stagesWithNumbers(): BenchSubject {
	return {
		run(records) {
			for (let record = 0; record < records; record++) {
				const journal = recorder.begin(INGEST, { [JOURNAL]: 0, [STAGE]: 0 });
				for (let index = 0; index < STAGES; index++) {
					const stage = recorder.lap(journal, PARSE, ENTRY_STAGE, UNSET);
					recorder.setNumber(journal, stage, COUNT, record);
					recorder.setNumber(journal, stage, COUNT, index);
					recorder.setNumber(journal, stage, COUNT, 7);
				}
				recorder.exit(journal, ENTRY_STAGE, UNSET);
				recorder.finish(journal, ENTRY_STAGE, 'DELIVERED', COMPLETED);
			}
		},
		flush: () => recorder.flush(),
		verify(records) {
			assert.equal(left, records);
			left = 0;
		},
	};
}

/** 14 recording child spans of the OpenTelemetry SDK with 3 numbers each, which nobody exports. */
function sdkSpans(): BenchSubject {
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
				for (let index = 0; index < STAGES; index++) {
					const child = tracer.startSpan('alpha.parser.parse', {}, context);
					child.setAttribute('pipeline.field_count', record);
					child.setAttribute('pipeline.record_size_bytes', index);
					child.setAttribute('pipeline.warning_count', 7);
					child.end();
				}
				root.end();
			}
		},
		verify(records) {
			assert.equal(ended, records * (STAGES + 1));
			ended = 0;
		},
	};
}

await runBench(
	{
		name: 'recorder',
		record: `${STAGES} stages; base: ${READS} bare clock reads, which every row but the SDK's contains`,
		base: clock,
		modes: {
			stages: () => recorded({ numbers: 0, texts: 0 }),
			'stages, 10 numbers': () => recorded({ numbers: 10, texts: 0 }),
			'stages, 10 numbers, 8 texts': () => recorded({ numbers: 10, texts: 8 }),
			'stages of 3 numbers': stagesWithNumbers,
			'SDK spans of 3 numbers': sdkSpans,
		},
		recordsPerBatch: 1_000,
		latencyRecords: 0,
	},
	import.meta.url,
	process.argv.includes('--short') ? { pairs: 40, processes: 2 } : {},
);
