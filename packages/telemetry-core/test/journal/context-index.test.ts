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
});
