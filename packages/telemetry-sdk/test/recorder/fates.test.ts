import { describe, expect, it } from 'vitest';
import { journalNumber } from '../../src/recorder/record-call.ts';
import { begin, ERROR, end, leave, recorded, UNSET } from './recorded.ts';

/** A recorder, and what has become of each journal, in the order of their ends. */
function fated(options: { ratio?: number; receiptWords?: number } = {}) {
	const fates: [journal: number, isKept: boolean][] = [];
	const { recorder } = recorded({
		ratio: 0,
		projection: () => ({
			record() {},
			spans: (words, at) => void fates.push([journalNumber(words, at), true]),
			dropped: (words, at) => void fates.push([journalNumber(words, at), false]),
		}),
		...options,
	});
	const kept = () => {
		recorder.flush();
		return fates.map(([, isKept]) => isKept);
	};
	return { recorder, fates, kept };
}

describe('what becomes of a journal', () => {
	it('is told once, for every record that ends here', () => {
		const { recorder, fates, kept } = fated();
		for (const status of [UNSET, ERROR, UNSET]) end(recorder, begin(recorder), status);
		expect(kept()).toEqual([false, true, false]);
		recorder.flush();
		expect(new Set(fates.map(([journal]) => journal)).size).toBe(3);
	});

	it('is that it is kept when the ratio says so', () => {
		const { recorder, kept } = fated({ ratio: 1 });
		end(recorder, begin(recorder));
		expect(kept()).toEqual([true]);
	});

	it('is open for a record that has left, until a verdict', () => {
		const { recorder, kept } = fated();
		const traceId = leave(recorder, 'b1');
		leave(recorder, 'b1');
		expect(kept()).toEqual([]);
		recorder.applyVerdicts({ keep: [{ traceId, reason: 'ERROR' }], released: [] });
		expect(kept()).toEqual([true]);
	});

	it('is that it is not kept when its memory is needed', () => {
		const { recorder, fates, kept } = fated({ receiptWords: 16_384 });
		for (let record = 0; record < 2_000; record++) leave(recorder, `b${record}`);
		expect(new Set(kept())).toEqual(new Set([false]));
		expect(fates.length).toBeGreaterThan(1_000);
		expect(new Set(fates.map(([journal]) => journal)).size).toBe(fates.length);
	});
});
