import { describe, expect, it } from 'vitest';
import { ContextIndex } from '../../src/index.ts';

const trace = '0af7651916cd43dd8448eb211c80319c';
const span = 'b7ad6b7169203331';

function indexAt() {
	const clock = { now: 1_000_000 };
	return { clock, index: new ContextIndex(() => clock.now) };
}

describe('ContextIndex', () => {
	it('returns the position that was remembered last', () => {
		const { index } = indexAt();
		index.remember('r1', trace, span, 3);
		index.remember('r1', trace, '00f067aa0ba902b7', 1);
		expect(index.recall('r1')).toEqual({ traceId: trace, spanId: '00f067aa0ba902b7', traceFlags: 1 });
	});

	it('knows nothing of other records', () => {
		const { index } = indexAt();
		index.remember('r1', trace, span, 1);
		expect(index.recall('r2')).toBeUndefined();
	});

	it('forgets after ten minutes, not before', () => {
		const { clock, index } = indexAt();
		index.remember('r1', trace, span, 1);
		clock.now += 600_000;
		expect(index.recall('r1')).toBeDefined();
		clock.now += 1_000;
		expect(index.recall('r1')).toBeUndefined();
	});

	it('remembers at least 50,000 records, each its own', () => {
		const { index } = indexAt();
		const id = (n: number) => n.toString(16).padStart(32, '0');
		for (let n = 1; n <= 50_000; n++) index.remember(`record-${n}`, id(n), span, 1);
		let lost = 0;
		for (let n = 1; n <= 50_000; n++) {
			const found = index.recall(`record-${n}`);
			if (found === undefined) lost++;
			else if (found.traceId !== id(n)) throw new Error(`record-${n} was put into the trace of another`);
		}
		expect(lost).toBe(0);
	});

	it('remembers each of as many records as there are in three quarters of its places', () => {
		const { index } = indexAt();
		const most = 98_304;
		const lost: number[] = [];
		for (let n = 0; n < most; n++) {
			index.remember(`record-${n}`, trace, span, n & 1);
			// Just after it has grown, too.
			if (n % 5_000 === 0 && index.recall(`record-${n >> 1}`)?.traceFlags !== ((n >> 1) & 1)) lost.push(n);
		}
		for (let n = 0; n < most; n++) if (index.recall(`record-${n}`)?.traceFlags !== (n & 1)) lost.push(n);
		expect(lost).toEqual([]);
	});

	it('knows the records of the last ten minutes, however many there were before', () => {
		const { clock, index } = indexAt();
		for (let minute = 0; minute < 60; minute++) {
			for (let n = 0; n < 1_000; n++) index.remember(`record-${minute}-${n}`, trace, span, 1);
			clock.now += 60_000;
		}
		const known = (minute: number) =>
			Array.from({ length: 1_000 }, (_, n) => index.recall(`record-${minute}-${n}`)).filter(
				(each) => each !== undefined,
			).length;
		expect([known(49), known(50), known(59)]).toEqual([0, 1_000, 1_000]);
	});

	it('lets the oldest make room when there are more records than places', () => {
		const { clock, index } = indexAt();
		const older = 130_000;
		for (let n = 0; n < older; n++) index.remember(`older-${n}`, trace, span, 1);
		clock.now += 1_000;
		const newer = 20_000;
		for (let n = 0; n < newer; n++) index.remember(`newer-${n}`, trace, span, 0);
		const found = (of: string, count: number) =>
			Array.from({ length: count }, (_, n) => index.recall(`${of}-${n}`)).filter((each) => each !== undefined).length;
		expect(found('newer', newer)).toBe(newer);
		expect(found('older', older)).toBeLessThanOrEqual(131_072 - newer);
	});

	it('takes no room twice for a record that is sent again', () => {
		const { clock, index } = indexAt();
		for (let n = 0; n < 60_000; n++) index.remember(`record-${n}`, trace, span, 1);
		clock.now += 1_000;
		for (let round = 0; round < 3; round++)
			for (let n = 0; n < 60_000; n++) index.remember(`record-${n}`, trace, span, 0);
		for (let n = 0; n < 60_000; n++) expect(index.recall(`record-${n}`)?.traceFlags).toBe(0);
	});
});
