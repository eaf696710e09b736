import { ENTRY_STAGE, type KeepReason, type TraceFields, type TraceVerdicts } from '@pipeline/telemetry-core';
import { item } from '@pipeline/telemetry-testing';
import { describe, expect, it } from 'vitest';
import * as HEADER from '../../src/recorder/header.ts';
import type { ReceiptSpill } from '../../src/recorder/journal-archive.ts';
import { begin, ERROR, end, INGEST, leave, PARSE, type Recorded, recorded, UNSET } from './recorded.ts';

const REMOTE = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 2 } as const;
const other = (n: number) => `f${n.toString(16).padStart(31, '0')}`;

const keep = (traceId: string, reason: KeepReason = 'ERROR'): TraceVerdicts => ({
	keep: [{ traceId, reason }],
	released: [],
});
const tracesOf = ({ spans }: Recorded) => new Set(spans.map(({ traceId }) => traceId));

/** A record that fails here after it came from elsewhere. */
function fail({ recorder }: Recorded, remote: TraceFields): void {
	const journal = recorder.begin(INGEST, item({}), remote);
	recorder.lap(journal, PARSE, ENTRY_STAGE, ERROR);
	end(recorder, journal);
}

describe('verdicts', () => {
	it('keep a record that is still worked on here', () => {
		const run = recorded({ ratio: 0 });
		const journal = begin(run.recorder);
		const { traceId = '' } = run.recorder.inject(journal, ENTRY_STAGE, {});
		run.recorder.applyVerdicts(keep(traceId, 'SLOW'));
		run.recorder.park(journal, 'b');
		run.recorder.exit(journal, ENTRY_STAGE, UNSET);
		run.clock.ms += 60_000;
		run.recorder.flush();
		expect(tracesOf(run)).toEqual(new Set([traceId]));
		expect(run.lost).toEqual([]);
	});

	it('keep all parts of a trace that this process has, before and after', () => {
		const run = recorded({ ratio: 0 });
		leave(run.recorder, 'b', REMOTE);
		leave(run.recorder, 'c', REMOTE);
		fail(run, REMOTE);
		run.recorder.flush();
		leave(run.recorder, 'd', REMOTE);
		run.recorder.flush();
		expect(run.spans).toHaveLength(8);
		expect(run.recorder.takeVerdicts('ALPHA')?.keep).toEqual([{ traceId: REMOTE.traceId, reason: 'ERROR' }]);
	});

	it('keep the part of another target schema, which had ended here without any fault', () => {
		const run = recorded({ ratio: 0 });
		end(run.recorder, run.recorder.begin(INGEST, item({}), REMOTE));
		run.recorder.flush();
		fail(run, REMOTE);
		run.recorder.flush();
		expect(run.spans).toHaveLength(3);
	});

	it('are known when they come again, also when the record has left memory', () => {
		const run = recorded({ ratio: 0, receiptWords: 16_384 });
		const traceId = leave(run.recorder, 'b');
		run.recorder.applyVerdicts(keep(traceId));
		for (let record = 0; record < 1_000; record++) leave(run.recorder, 'c');
		run.recorder.applyVerdicts(keep(traceId));
		run.clock.ms += 60_000;
		run.recorder.flush();
		expect(run.spans).toHaveLength(2);
		expect(run.lost).not.toContain('LATE_VERDICT');
	});

	it('about sampled traces are no loss: they were exported when they left', () => {
		const run = recorded({ ratio: 1, receiptWords: 16_384 });
		const traceId = leave(run.recorder, 'b');
		for (let record = 0; record < 1_000; record++) leave(run.recorder, 'c');
		run.recorder.applyVerdicts(keep(traceId));
		run.clock.ms += 60_000;
		run.recorder.flush();
		expect(run.lost).toEqual([]);
	});

	it('are told upstream for what came from there unsampled, and for nothing else', () => {
		const run = recorded({ ratio: 0 });
		fail(run, { ...REMOTE, traceId: other(1), traceFlags: 3 });
		fail(run, { ...REMOTE, traceId: other(2), traceFlags: 3, traceState: 'dp=k:1' });
		fail(run, { ...REMOTE, traceId: other(3) });
		const own = begin(run.recorder);
		run.recorder.lap(own, PARSE, ENTRY_STAGE, ERROR);
		end(run.recorder, own);
		expect(run.recorder.takeVerdicts('ALPHA')?.keep).toEqual([{ traceId: other(3), reason: 'ERROR' }]);
	});

	it('leave 1,024 at a time, the others next time', () => {
		const run = recorded({ ratio: 0 });
		for (let record = 0; record < 1_500; record++) fail(run, { ...REMOTE, traceId: other(record + 1) });
		const taken = [1, 2, 3].map(() => run.recorder.takeVerdicts('ALPHA')?.keep.length);
		expect(taken).toEqual([1_024, 476, undefined]);
	});

	it.each([1_024, 1_025])('take the first 1,024 of %d', (count) => {
		const run = recorded({ ratio: 0 });
		const ids = Array.from({ length: count }, () => leave(run.recorder, 'b'));
		run.recorder.applyVerdicts({ keep: ids.map((traceId) => ({ traceId, reason: 'ERROR' })), released: [] });
		expect(tracesOf(run).size).toBe(1_024);
	});

	it('about traces that were never here are counted after 10 s, and take no more room than others', () => {
		const run = recorded({ ratio: 0 });
		const forged = (from: number) => ({
			keep: Array.from({ length: 1_024 }, (_, n) => ({ traceId: other(from + n), reason: 'ERROR' as const })),
			released: [],
		});
		for (let message = 0; message < 40; message++) run.recorder.applyVerdicts(forged(1 + message * 1_024));
		expect(run.recorder.takeVerdicts('ALPHA')).toBeUndefined();
		run.clock.ms += 10_000;
		run.recorder.flush();
		const early = run.lost.length;
		run.clock.ms += 1_000;
		run.recorder.flush();
		expect(early).toBeLessThan(40 * 1_024);
		expect(run.lost).toEqual(Array.from({ length: 40 * 1_024 }, () => 'LATE_VERDICT'));
	});

	it('about traces that were never here are counted at the end', () => {
		const run = recorded({ ratio: 0 });
		run.recorder.applyVerdicts(keep(other(1)));
		run.recorder.flush();
		expect(run.lost).toEqual([]);
		run.recorder.flush(true);
		run.recorder.flush(true);
		expect(run.lost).toEqual(['LATE_VERDICT']);
	});

	it.each<[string, unknown]>([
		['a reason of every object', { traceId: other(1), reason: 'constructor' }],
		['a reason that is none', { traceId: other(1), reason: 'WHATEVER' }],
		['an id of zeros', { traceId: '0'.repeat(32), reason: 'ERROR' }],
		['an id in capitals', { traceId: other(10).toUpperCase(), reason: 'ERROR' }],
	])('ignore %s', (_, entry) => {
		const run = recorded({ ratio: 0 });
		run.recorder.applyVerdicts({ keep: [entry], released: [] } as never);
		run.clock.ms += 60_000;
		run.recorder.flush();
		expect(run.lost).toEqual([]);
	});
});

describe('receipts that were spilled', () => {
	/** A spill as a map of copies. */
	function memorySpill(): ReceiptSpill & { readonly asked: string[][] } {
		const receipts = new Map<string, Int32Array>();
		const traceIdAt = (words: Int32Array, at: number) =>
			Array.from(words.subarray(at, at + 4), (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
		const asked: string[][] = [];
		return {
			asked,
			put(words, at) {
				receipts.set(traceIdAt(words, at + HEADER.TRACE_ID), words.slice(at, at + words[at + HEADER.LENGTH]!));
				return true;
			},
			find(traceIds, found, onEnd) {
				asked.push([...traceIds].sort());
				for (const traceId of traceIds) {
					const words = receipts.get(traceId);
					if (words !== undefined) found(words, 0);
				}
				onEnd();
			},
		};
	}

	it('are no loss, and are kept when a verdict asks for them', () => {
		const spill = memorySpill();
		const run = recorded({ ratio: 0, receiptWords: 16_384, spill });
		const ids = Array.from({ length: 2_000 }, () => leave(run.recorder, 'b'));
		run.recorder.applyVerdicts({ keep: [keep(ids[0] as string).keep[0]!, keep(other(1)).keep[0]!], released: [] });
		run.recorder.flush();
		run.recorder.flush();
		expect(spill.asked).toEqual([[ids[0], other(1)].sort()]);
		expect(tracesOf(run)).toEqual(new Set([ids[0]]));
		expect(run.lost).toEqual([]);
		run.clock.ms += 11_000;
		run.recorder.flush();
		expect(run.lost).toEqual(['LATE_VERDICT']);
	});

	it('are kept however many are asked for at once, and however long the answer takes', () => {
		const disk = memorySpill();
		const answers: (() => void)[] = [];
		const spill: ReceiptSpill = {
			put: (words, at) => disk.put(words, at),
			find: (traceIds, found, onEnd) => void answers.push(() => disk.find(traceIds, found, onEnd)),
		};
		const run = recorded({ ratio: 0, receiptWords: 16_384, spill });
		const ids = Array.from({ length: 20_000 }, () => leave(run.recorder, 'b'));
		const reason = 'ERROR' as const;
		for (let from = 0; from < ids.length; from += 1_024)
			run.recorder.applyVerdicts({
				keep: ids.slice(from, from + 1_024).map((traceId) => ({ traceId, reason })),
				released: [],
			});
		run.clock.ms += 11_000;
		run.recorder.flush();
		for (const answer of answers) answer();
		run.recorder.flush();
		expect(tracesOf(run).size).toBe(ids.length);
		expect(run.lost).toEqual([]);
	});

	it('are given up when the answer is that there are none, or at the end', () => {
		const answers: (() => void)[] = [];
		const spill: ReceiptSpill = { put: () => true, find: (_traceIds, _found, onEnd) => void answers.push(onEnd) };
		const run = recorded({ ratio: 0, receiptWords: 16_384, spill });
		run.recorder.applyVerdicts(keep(other(1)));
		run.clock.ms += 11_000;
		run.recorder.flush();
		expect(run.lost).toEqual([]);
		for (const answer of answers) answer();
		run.recorder.flush();
		expect(run.lost).toEqual(['LATE_VERDICT']);
		run.recorder.applyVerdicts(keep(other(2)));
		run.recorder.flush(true);
		expect(run.lost).toEqual(['LATE_VERDICT', 'LATE_VERDICT']);
	});
});
