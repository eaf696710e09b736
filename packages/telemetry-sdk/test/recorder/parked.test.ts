import { ENTRY_STAGE, type SpanDef } from '@pipeline/telemetry-core';
import { describe, expect, it } from 'vitest';
import { begin, INGEST, leave, PARSE, recorded, UNSET } from './recorded.ts';

describe('records that left', () => {
	it('are kept when their fate says so, once', () => {
		const { recorder, spans, lost } = recorded({ ratio: 0 });
		const ids = Array.from({ length: 100 }, () => leave(recorder, 'b1'));
		recorder.flush();
		expect([spans, recorder.counts.parked]).toEqual([[], 100]);
		const keep = [{ traceId: ids[7] as string, reason: 'ERROR' as const }];
		recorder.applyVerdicts({ keep, released: [] });
		recorder.applyVerdicts({ keep, released: ['b1'] });
		expect(recorder.counts.parked).toBe(0);
		expect(spans.map(({ traceId }) => traceId)).toEqual([ids[7], ids[7]]);
		expect(lost).toEqual([]);
	});

	it('are kept though the verdict comes before anybody looked at them', () => {
		const { recorder, spans } = recorded({ ratio: 0 });
		const traceId = leave(recorder, 'b1');
		recorder.applyVerdicts({ keep: [{ traceId, reason: 'DLQ' }], released: [] });
		expect(spans).toHaveLength(2);
	});

	it('are found again when the memory was filled in between, or counted as lost', () => {
		const { recorder, spans, lost, clock } = recorded({ ratio: 0, receiptWords: 16_384 });
		const ids = Array.from({ length: 2_000 }, (_, index) => leave(recorder, `b${index}`));
		recorder.flush();
		recorder.applyVerdicts({ keep: ids.slice(-1_024).map((traceId) => ({ traceId, reason: 'ERROR' })), released: [] });
		const kept = new Set(spans.map(({ traceId }) => traceId)).size;
		expect(kept).toBeGreaterThan(500);
		expect(lost).not.toContain('LATE_VERDICT');
		clock.ms += 11_000;
		recorder.flush();
		expect(lost.filter((reason) => reason === 'LATE_VERDICT')).toHaveLength(1_024 - kept);
		expect(lost.filter((reason) => reason === 'OVERWRITTEN')).toHaveLength(2_000 - kept);
	});

	it('are no loss once their batch was released', () => {
		const { recorder, lost } = recorded({ ratio: 0, receiptWords: 16_384 });
		for (let batch = 0; batch < 100; batch++) {
			for (let record = 0; record < 100; record++) leave(recorder, `b${batch}`);
			recorder.applyVerdicts({ keep: [], released: [`b${batch}`] });
		}
		expect(lost).toEqual([]);
	});

	it('pass on what was decided about them to where they came from', () => {
		const { recorder } = recorded({ ratio: 0 });
		const traceId = leave(recorder, 'b1', { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 2 });
		leave(recorder, 'b1');
		expect(recorder.takeVerdicts('ALPHA')).toBeUndefined();
		recorder.applyVerdicts({ keep: [{ traceId, reason: 'SLOW' }], released: [] });
		expect(recorder.takeVerdicts('ALPHA')).toEqual({ keep: [{ traceId, reason: 'SLOW' }], released: [] });
		expect(recorder.takeVerdicts('ALPHA')).toBeUndefined();
	});

	it('ignore verdicts that make no sense', () => {
		const { recorder, lost } = recorded({ ratio: 0 });
		leave(recorder, 'b1');
		recorder.applyVerdicts({
			keep: [
				{ traceId: 'nonsense', reason: 'ERROR' },
				{ traceId: 'a'.repeat(32), reason: 'WHATEVER' as never },
			],
			released: ['never-sent'],
		});
		expect(lost).toEqual([]);
	});
});

describe('memory', () => {
	it('refuses records beyond its slots, counts them, and takes new ones when others have ended', () => {
		const { recorder, lost } = recorded({ slots: 4 });
		const journals = Array.from({ length: 6 }, () => begin(recorder));
		expect(journals.filter((journal) => journal === 0)).toHaveLength(2);
		expect(lost).toEqual(['PRESSURE', 'PRESSURE']);
		recorder.park(journals[0] as never, 'b');
		recorder.exit(journals[0] as never, ENTRY_STAGE, UNSET);
		expect(begin(recorder)).not.toBe(0);
		expect(recorder.counts.active).toBe(4);
	});

	it('gives up records that never end, and says so on their trace', () => {
		const abandoned: SpanDef[] = [];
		const onAbandoned = (span: SpanDef) => void abandoned.push(span);
		const { recorder, lost, spans, clock } = recorded({ abandonAfterMs: 1_000, onAbandoned });
		const old = begin(recorder);
		const ended = recorder.enter(old, PARSE, ENTRY_STAGE);
		recorder.exit(old, ended, UNSET);
		recorder.enter(old, PARSE, ENTRY_STAGE);
		clock.ms += 2_000;
		const young = begin(recorder);
		recorder.sweep();
		recorder.flush();
		expect(lost).toEqual(['ABANDONED']);
		expect(abandoned).toEqual([INGEST, PARSE]);
		expect(spans).toHaveLength(3);
		expect(recorder.inject(old, ENTRY_STAGE, {})).toEqual({});
		expect(recorder.inject(young, ENTRY_STAGE, {}).traceId).toBeDefined();
	});

	it.each([0, 3, 1_000, 131_072, -1, 1.5])('has no %d slots', (slots) => {
		expect(() => recorded({ slots })).toThrow(RangeError);
	});

	it('never takes one record for another: a million uses of few slots', () => {
		const { recorder } = recorded({ slots: 2 });
		const first = begin(recorder);
		recorder.park(first, 'b');
		recorder.exit(first, ENTRY_STAGE, UNSET);
		for (let use = 0; use < 100_000; use++) {
			const journal = begin(recorder);
			if (journal === first) throw new Error('the same handle twice');
			recorder.park(journal, 'b');
			recorder.exit(journal, ENTRY_STAGE, UNSET);
		}
	});
});
