/** What is asked or looked at for each call and each text: whether instrumentation is switched on, and whether a text may leave. */
import assert from 'node:assert/strict';
import { type BenchSubject, planSize, runBench } from '@pipeline/bench';
import { isSwitchedOn, SWITCHES, switchModule } from '@pipeline/telemetry-core';
import { createRedaction } from '../src/redaction/index.ts';

const VALUES = 1_024;
/** A base that nobody has switched off, and one that is. */
const ON = 1;
const OFF = SWITCHES - 1;
switchModule(OFF, false);

const bases = Uint8Array.from({ length: VALUES }, (_, at) => (at % 4 === 0 ? OFF : ON));
const ids = textsOf((at) => `0199a5c4-7f3e-7abc-8def-${String(at).padStart(12, '0')}`);
const words = textsOf((at) => `flight ${at} left the gate and is late`);
const mails = textsOf((at) => `flight ${at}, ask jo@example.org`);

function textsOf(text: (at: number) => string): readonly string[] {
	return Array.from({ length: VALUES }, (_, at) => text(at));
}

/** Reads a byte, as a loop without a check does. */
function readBases(): BenchSubject {
	let sum = 0;
	let done = 0;
	return {
		run(records) {
			for (let at = 0; at < records; at++) sum += bases[at % VALUES]! === ON ? 1 : 0;
			done += records;
		},
		verify(records) {
			assert.equal(done, records);
			assert.ok(sum >= records / 2);
			done = 0;
			sum = 0;
		},
	};
}

function flagChecks(): BenchSubject {
	let on = 0;
	let asked = 0;
	return {
		run(records) {
			for (let at = 0; at < records; at++) on += isSwitchedOn(bases[at % VALUES]!) ? 1 : 0;
			asked += Math.floor((records * 3) / 4);
		},
		verify() {
			assert.equal(on, asked);
			on = 0;
			asked = 0;
		},
	};
}

function redacted(texts: readonly string[], isClean: boolean): BenchSubject {
	const redaction = createRedaction({ keys: [{ id: 'k1', secret: 'only for this bench' }] });
	let unchanged = 0;
	return {
		run(records) {
			for (let at = 0; at < records; at++) {
				const text = texts[at % VALUES]!;
				if (redaction.text(text) === text) unchanged++;
			}
		},
		verify(records) {
			assert.equal(unchanged, isClean ? records : 0);
			unchanged = 0;
		},
	};
}

await runBench(
	{
		name: 'signals',
		record: 'one check of a flag, or one text; base: the read of a byte, which the first row contains',
		base: readBases,
		modes: {
			'flag check': flagChecks,
			'redaction of a clean id of 36 characters': () => redacted(ids, true),
			'redaction of clean words': () => redacted(words, true),
			'redaction of words with an e-mail': () => redacted(mails, false),
		},
		// A multiple of what is in the arrays.
		recordsPerBatch: 20 * VALUES,
		latencyRecords: 0,
	},
	import.meta.url,
	planSize(),
);
