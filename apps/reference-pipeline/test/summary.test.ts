import { describe, expect, it } from 'vitest';
import { type RunOutcome, renderSummary, summarize } from '../src/run/summary.ts';
import type { EndedRecord, EventFacts } from '../src/telemetry/event-ledger.ts';
import type { TelemetryFacts } from '../src/telemetry/telemetry.ts';

const RECORDS = {
	ingested: 4,
	delivered: 2,
	queued: 1,
	failed: 1,
	open: 0,
	byOutcome: { DELIVERED: 2, DLQ: 1, FAILED: 1 },
};

const RUN: RunOutcome = {
	records: RECORDS,
	examples: {},
	failed: [],
	slowed: [],
	durationMs: 1_234.5,
	interrupted: false,
};

/** Rows as the span ledger writes them: trace id, span id, parent, what it is (1 root, 2 completion). */
const row = (trace: number, span: number, parent: number, what: number) => [0, 0, 0, trace, 0, span, 0, parent, what];

const traceId = (trace: number) => trace.toString(16).padStart(32, '0');
const ended = (...traces: number[]): EndedRecord[] =>
	traces.map((trace) => ({ traceId: traceId(trace), recordId: `r${trace}`, isDelivery: true }));

function facts(rows: readonly number[], events: Partial<Pick<EventFacts, 'begun' | 'ended'>> = {}): TelemetryFacts {
	return {
		spans: rows.length / 9,
		rows: Uint32Array.from(rows),
		events: { begun: [traceId(1)], ended: ended(1), emitted: 2, byName: {}, unknownNames: ['made.up'], ...events },
		metricNames: ['m'],
		unknownMetrics: [],
		restored: 1,
		regenerated: 2,
		lost: { PRESSURE: 1 },
	};
}

describe('summarize', () => {
	it('puts the traces of all processes together', () => {
		const alpha = facts(row(1, 1, 0, 1), { ended: [] });
		const gamma = facts([...row(1, 2, 1, 2), ...row(2, 3, 9, 0)], { begun: [], ended: ended(1, 2) });
		const summary = summarize({ ...RUN, failed: ['r2', 'r2', 'unknown'], slowed: ['r1'] }, [alpha, gamma], undefined);
		expect(summary).toMatchObject({
			records: RECORDS,
			traces: {
				terminal: 2,
				complete: 1,
				exported: 2,
				connected: 1,
				completions: 1,
				restored: 2,
				regenerated: 4,
				whole: 1,
			},
			kept: { failed: { records: 2, whole: 0 }, slow: { records: 1, whole: 1 } },
			lost: { PRESSURE: 2 },
			spans: 3,
			events: 4,
			metrics: { emitted: 1 },
			unknownNames: ['made.up'],
			durationMs: 1_235,
			interrupted: false,
		});
		expect(summary.traces.faults).toEqual([expect.stringContaining('0 roots')]);
	});

	it.each([
		[2, 1],
		[1, 0],
	])('takes a trace with %d completions of 2 target schemas as %d whole', (completions, whole) => {
		const rows = [...row(1, 1, 0, 1), ...Array.from({ length: completions }, (_, at) => row(1, 2 + at, 1, 2)).flat()];
		const { traces } = summarize(RUN, [facts(rows, { ended: ended(1, 1) })], undefined);
		expect(traces).toMatchObject({ connected: 1, whole });
	});
});

describe('renderSummary', () => {
	it('says what became of the records, and where to look when some are queued', () => {
		const text = renderSummary(summarize({ ...RUN, durationMs: 2_000 }, [facts(row(1, 1, 0, 1))], undefined), '/out');
		expect(text).toContain('4 ingested = 2 delivered + 1 queued + 1 failed\n');
		expect(text).toContain('2.0 s, 2 records/s');
		expect(text).toContain('NOT IN THE REGISTRY: made.up');
		expect(text).toContain('queue list --out /out');
	});

	it('shows open records, an interruption and telemetry that is off', () => {
		const text = renderSummary(
			summarize({ ...RUN, records: { ...RECORDS, open: 1 }, interrupted: true }, [], undefined),
			'/out',
		);
		expect(text).toContain('(1 OPEN)');
		expect(text).toContain('Interrupted');
		expect(text).toContain('Telemetry  off');
	});
});
