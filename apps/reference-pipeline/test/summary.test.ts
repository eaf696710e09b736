import { describe, expect, it } from 'vitest';
import { renderSummary, summarize } from '../src/run/summary.ts';
import type { TelemetryFacts } from '../src/telemetry/telemetry.ts';

const RECORDS = {
	ingested: 4,
	delivered: 2,
	queued: 1,
	failed: 1,
	open: 0,
	byOutcome: { DELIVERED: 2, DLQ: 1, FAILED: 1 },
};

/** Rows as the span ledger writes them: trace id, span id, parent, what it is (1 root, 2 completion). */
const row = (trace: number, span: number, parent: number, what: number) => [0, 0, 0, trace, 0, span, 0, parent, what];

function facts(rows: readonly number[], { begun = ['t1'], ended = ['t1'] } = {}): TelemetryFacts {
	return {
		spans: rows.length / 9,
		rows: Uint32Array.from(rows),
		events: { begun, ended, emitted: 2, byName: {}, unknownNames: ['made.up'] },
		metricNames: ['m'],
		unknownMetrics: [],
		restored: 1,
		regenerated: 2,
	};
}

describe('summarize', () => {
	it('puts the traces of all processes together', () => {
		const alpha = facts(row(1, 1, 0, 1), { ended: [] });
		const gamma = facts([...row(1, 2, 1, 2), ...row(2, 3, 9, 0)], { begun: [], ended: ['t1', 't2'] });
		const summary = summarize(RECORDS, [alpha, gamma], undefined, 1_234.5, false);
		expect(summary).toMatchObject({
			records: RECORDS,
			traces: { terminal: 2, complete: 1, exported: 2, connected: 1, completions: 1, restored: 2, regenerated: 4 },
			spans: 3,
			events: 4,
			metrics: { emitted: 1 },
			unknownNames: ['made.up'],
			durationMs: 1_235,
			interrupted: false,
		});
		expect(summary.traces.faults).toEqual([expect.stringContaining('0 roots')]);
	});
});

describe('renderSummary', () => {
	it('says what became of the records, and where to look when some are queued', () => {
		const text = renderSummary(summarize(RECORDS, [facts(row(1, 1, 0, 1))], undefined, 2_000, false), '/out');
		expect(text).toContain('4 ingested = 2 delivered + 1 queued + 1 failed\n');
		expect(text).toContain('2.0 s, 2 records/s');
		expect(text).toContain('NOT IN THE REGISTRY: made.up');
		expect(text).toContain('queue list --out /out');
	});

	it('shows open records, an interruption and telemetry that is off', () => {
		const text = renderSummary(summarize({ ...RECORDS, open: 1 }, [], undefined, 2_000, true), '/out');
		expect(text).toContain('(1 OPEN)');
		expect(text).toContain('Interrupted');
		expect(text).toContain('Telemetry  off');
	});
});
