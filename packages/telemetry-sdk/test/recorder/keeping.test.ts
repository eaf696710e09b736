import {
	ENTRY_STAGE,
	type Journal,
	type KeepReason,
	readHexWords,
	SamplingThreshold,
	type Stage,
	type TraceFields,
} from '@pipeline/telemetry-core';
import { error, span } from '@pipeline/telemetry-core/alpha';
import { span as beta } from '@pipeline/telemetry-core/beta';
import { attribute as gamma } from '@pipeline/telemetry-core/gamma';
import { item } from '@pipeline/telemetry-testing';
import { describe, expect, it } from 'vitest';
import { begin, COMPLETED, ERROR, end, INGEST, PARSE, type Recorded, recorded, UNSET } from './recorded.ts';

const REMOTE: TraceFields = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 2 };

/** How many spans are left of a record at ratio 0. */
function keptOf(play: (journal: Journal, run: Recorded) => void, options = {}): number {
	const run = recorded({ ratio: 0, ...options });
	const journal = begin(run.recorder);
	play(journal, run);
	end(run.recorder, journal);
	run.recorder.flush();
	expect(run.records()).toBe(1);
	return run.spans.length;
}

describe('what is kept at ratio 0', () => {
	it('nothing of a record to which nothing happened', () => {
		expect(keptOf(() => {})).toBe(0);
		expect(keptOf((journal, { recorder }) => recorder.lap(journal, PARSE, ENTRY_STAGE, UNSET))).toBe(0);
	});

	it.each<[string, (journal: Journal, run: Recorded) => void]>([
		['a failed stage', (journal, { recorder }) => recorder.lap(journal, PARSE, ENTRY_STAGE, ERROR)],
		[
			'a stage that was entered and failed',
			(journal, { recorder }) => recorder.exit(journal, recorder.enter(journal, PARSE, ENTRY_STAGE), ERROR),
		],
		[
			'a failure',
			(journal, { recorder }) => {
				const parse = recorder.enter(journal, PARSE, ENTRY_STAGE);
				recorder.fail(journal, parse, error['PARSE_001_INVALID_JSON']);
				recorder.exit(journal, parse, UNSET);
			},
		],
		[
			'a slow operation',
			(journal, { recorder, clock }) => {
				const parse = recorder.enter(journal, PARSE, ENTRY_STAGE);
				clock.ms += 2_000;
				recorder.exit(journal, parse, UNSET);
			},
		],
		[
			'a slow operation of one call',
			(journal, { recorder, clock }) => {
				clock.ms += 2_500;
				recorder.lap(journal, PARSE, ENTRY_STAGE, UNSET);
			},
		],
		[
			'a slow record, though it only waited',
			(journal, { recorder, clock }) => {
				clock.ms += 15_000;
				recorder.lap(journal, span['alpha.buffer.wait'], ENTRY_STAGE, UNSET);
			},
		],
	])('the whole trace of a record with %s', (_, play) => expect(keptOf(play)).toBe(2));

	it.each<KeepReason>(['DLQ', 'REPLAY', 'SECURITY', 'FORCED', 'SLOW'])('a record kept for %s', (reason) =>
		expect(keptOf((journal, { recorder }) => recorder.keep(journal, reason))).toBe(1),
	);

	it('a record that ended in a dead letter queue', () => {
		const { recorder, spans } = recorded({ ratio: 0 });
		const journal = begin(recorder);
		recorder.exit(journal, ENTRY_STAGE, UNSET);
		recorder.finish(journal, ENTRY_STAGE, 'DLQ', COMPLETED);
		recorder.flush();
		expect(spans).toHaveLength(1);
	});

	it.each([
		[14_999, 0],
		[15_000, 1],
	])('a record whose trace took %d ms, however short its part here: %d spans', (traceMs, expected) => {
		const { recorder, spans } = recorded({ ratio: 0 });
		const journal = begin(recorder);
		recorder.exit(journal, ENTRY_STAGE, UNSET);
		recorder.finish(journal, ENTRY_STAGE, 'DELIVERED', COMPLETED, traceMs);
		recorder.flush();
		expect(spans).toHaveLength(expected);
	});

	it('not a record that waited for less than a slow record takes', () => {
		const wait = (journal: Journal, { recorder, clock }: Recorded) => {
			clock.ms += 14_000;
			recorder.lap(journal, span['alpha.buffer.wait'], ENTRY_STAGE, UNSET);
		};
		expect(keptOf(wait)).toBe(0);
		expect(keptOf(wait, { slowTraceMs: 14_000 })).toBe(2);
	});

	it.each<[string, number, number]>([
		['that waited inside for all but 2 s', 2_000, 4],
		['that waited inside for more', 1_999, 0],
	])('an operation %s', (_, workedMs, expected) => {
		const play = (journal: Journal, { recorder, clock }: Recorded) => {
			const outer = recorder.enter(journal, PARSE, ENTRY_STAGE);
			const inner = recorder.enter(journal, PARSE, outer);
			clock.ms += 5_000;
			recorder.lap(journal, span['alpha.buffer.wait'], inner, UNSET);
			recorder.exit(journal, inner, UNSET);
			clock.ms += workedMs;
			recorder.exit(journal, outer, UNSET);
		};
		expect(keptOf(play)).toBe(expected);
	});

	it.each([
		[1_000, 0],
		[1_000.5, 0],
		[999, 3],
		[-1_000, 3],
	])('an operation of 2,999 ms that says it waited %d ms: %d spans', (waitedMs, expected) => {
		const play = (journal: Journal, { recorder, clock }: Recorded) => {
			const outer = recorder.enter(journal, PARSE, ENTRY_STAGE);
			const inner = recorder.enter(journal, PARSE, outer);
			clock.ms += 2_999;
			recorder.setNumber(journal, inner, gamma['pipeline.pool_wait_ms'], waitedMs);
			recorder.exit(journal, inner, UNSET);
			recorder.exit(journal, outer, UNSET);
		};
		expect(keptOf(play)).toBe(expected);
	});

	it('not the part of the next module in the same process, which holds all that the record waited for', () => {
		const play = (journal: Journal, { recorder, clock }: Recorded) => {
			const next = recorder.enter(journal, beta['beta.record.process'], ENTRY_STAGE);
			clock.ms += 14_000;
			recorder.exit(journal, next, UNSET);
		};
		expect(keptOf(play)).toBe(0);
	});

	it('an operation beside which something else waited', () => {
		const play = (journal: Journal, { recorder, clock }: Recorded) => {
			const slow = recorder.enter(journal, PARSE, ENTRY_STAGE);
			const other = recorder.enter(journal, PARSE, ENTRY_STAGE);
			clock.ms += 2_000;
			recorder.lap(journal, span['alpha.buffer.wait'], other, UNSET);
			recorder.exit(journal, slow, UNSET);
			recorder.exit(journal, other, UNSET);
		};
		expect(keptOf(play)).toBe(4);
	});

	it('no record whose stages name parents that cannot be theirs', () => {
		const play = (journal: Journal, { recorder, clock }: Recorded) => {
			for (const parent of [16, 20, 1_000, -7, 1e9]) {
				clock.ms += 2_000;
				recorder.lap(journal, span['alpha.buffer.wait'], parent as Stage, UNSET);
			}
		};
		expect(keptOf(play)).toBe(0);
	});

	it('what was sampled, or asked for, where it came from', () => {
		const kept = (remote: TraceFields) => {
			const { recorder, spans } = recorded({ ratio: 0 });
			end(recorder, recorder.begin(INGEST, item({}), remote));
			recorder.flush();
			return spans.length;
		};
		expect(kept(REMOTE)).toBe(0);
		expect(kept({ ...REMOTE, traceFlags: 3 })).toBe(1);
		expect(kept({ ...REMOTE, traceState: 'dp=k:1' })).toBe(1);
		expect(kept({ ...REMOTE, traceState: 'dp=k:0' })).toBe(0);
		expect(kept({ ...REMOTE, baggage: { 'pipeline.keep': '1' } })).toBe(1);
	});
});

it('samples consistently: by the trace id alone, and says at which threshold', () => {
	const { recorder, spans } = recorded({ ratio: 0.25, identity: { fillSeed: (seed) => seed.fill(42) } });
	const threshold = new SamplingThreshold(0.25);
	const words = new Uint32Array(4);
	let sampled = 0;
	for (let record = 0; record < 4_000; record++) {
		const journal = begin(recorder);
		const { traceId = '', traceFlags = 0, traceState } = recorder.inject(journal, ENTRY_STAGE, {});
		readHexWords(traceId, words, 0);
		const expected = threshold.isSampled(words, 0);
		expect([traceFlags, traceState]).toEqual(expected ? [3, 'ot=th:c'] : [2, undefined]);
		if (expected) sampled++;
		end(recorder, journal);
	}
	recorder.flush();
	expect(spans).toHaveLength(sampled);
	expect(Math.abs(sampled - 1_000)).toBeLessThan(120);
});

describe('what travels on', () => {
	it('the state and baggage that came, and that the trace is kept', () => {
		const { recorder } = recorded({ ratio: 0 });
		const remote = { ...REMOTE, traceState: 'vendor=1', baggage: { tenant: 'ü 1', 'pipeline.mode': 'dev' } };
		const journal = recorder.begin(INGEST, item({}), remote);
		expect(recorder.inject(journal, ENTRY_STAGE, {})).toMatchObject({
			traceId: REMOTE.traceId,
			parentSpanId: REMOTE.spanId,
			traceFlags: 2,
			traceState: 'vendor=1',
			baggage: remote.baggage,
		});
		recorder.keep(journal, 'SECURITY');
		expect(recorder.inject(journal, ENTRY_STAGE, {})).toMatchObject({ traceFlags: 3, traceState: 'dp=k:1,vendor=1' });
	});

	it('not what is malformed', () => {
		const { recorder } = recorded();
		const journal = recorder.begin(INGEST, item({}), { traceId: 'X'.repeat(32), spanId: REMOTE.spanId ?? '' });
		const { traceId, parentSpanId } = recorder.inject(journal, ENTRY_STAGE, {});
		expect(traceId).toMatch(/^[0-9a-f]{32}$/);
		expect(parentSpanId).toBeUndefined();
	});
});
