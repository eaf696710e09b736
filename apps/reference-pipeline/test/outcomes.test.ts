import { describe, expect, it } from 'vitest';
import { Outcomes } from '../src/run/outcomes.ts';

const terminal = (id: string, outcome: 'DELIVERED' | 'DLQ' | 'FAILED', targetSchema = '', targetSchemaCount = 1) => ({
	id,
	targetSchema,
	targetSchemaCount,
	outcome,
});

describe('Outcomes', () => {
	it('counts each record once, as its worst target schema', () => {
		const outcomes = new Outcomes();
		for (const point of [
			terminal('a', 'DELIVERED'),
			terminal('b', 'DELIVERED', 'one', 2),
			terminal('b', 'DLQ', 'two', 2),
			terminal('c', 'FAILED'),
		])
			outcomes.add(point);
		expect(outcomes.counts(3)).toEqual({
			ingested: 3,
			delivered: 1,
			queued: 1,
			failed: 1,
			open: 0,
			byOutcome: { DELIVERED: 1, DLQ: 1, FAILED: 1 },
		});
	});

	it('takes a repeated report for the same one', () => {
		const outcomes = new Outcomes();
		for (let time = 0; time < 3; time++) outcomes.add(terminal('a', 'DELIVERED', 'one', 2));
		expect([outcomes.terminal, outcomes.counts(1)]).toMatchObject([0, { delivered: 0, open: 1 }]);
	});
});
