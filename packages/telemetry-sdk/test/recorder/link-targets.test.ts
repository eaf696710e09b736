import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LinkTargets } from '../../src/recorder/link-targets.ts';

const hex = (digits: number) =>
	fc
		.array(fc.integer({ min: 0, max: 15 }), { minLength: digits, maxLength: digits })
		.map((values) => values.map((value) => value.toString(16)).join(''))
		.filter((id) => /[1-9a-f]/.test(id));

const written = ({ words }: LinkTargets, at: number): string =>
	Array.from(words.subarray(at, at + 6), (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');

describe('targets of links', () => {
	it('are read right, however many there are and in whatever order they return', () => {
		const target = fc.record({ traceId: hex(32), spanId: hex(16) });
		fc.assert(
			fc.property(fc.array(target, { minLength: 1, maxLength: 200 }), (made) => {
				const targets = new LinkTargets();
				for (const each of [...made, ...made.toReversed()])
					expect(written(targets, targets.at(each))).toBe(each.traceId + each.spanId);
			}),
			{ numRuns: 20 },
		);
	});

	it('are refused where they are no position', () => {
		const targets = new LinkTargets();
		const traceId = '0af7651916cd43dd8448eb211c80319c';
		expect(
			[{}, { traceId }, { traceId, spanId: 'x' }, { traceId: 'x', spanId: 'b7ad6b7169203331' }].map((each) =>
				targets.at(each),
			),
		).toEqual([-1, -1, -1, -1]);
		expect(targets.at({ traceId, spanId: 'b7ad6b7169203331' })).toBeGreaterThanOrEqual(0);
	});
});
