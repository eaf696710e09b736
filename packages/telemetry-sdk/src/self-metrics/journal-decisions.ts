// Runs once for every record, after it has left.
import type { BoundMetric, Metrics } from '@pipeline/telemetry-core';
import { MinuteRatio } from '@pipeline/telemetry-core/instrumentation';
import { metric } from '@pipeline/telemetry-core/telemetry';
import type { JournalProjection } from '../recorder/journal-archive.ts';
import { Flag, HEADER, KEEP_FLAGS } from '../recorder/layout.ts';
import { keepReasonOf } from '../recorder/outcomes.ts';

const DECISIONS = metric['pipeline.telemetry.sampler.counter.decisions_total'];
const RATIO = metric['pipeline.telemetry.sampler.gauge.effective_ratio'];

/** Counts what was decided about traces, and the share that was kept over the last minute. */
export function countedDecisions(projection: JournalProjection, metrics: Metrics): JournalProjection {
	const kept = new MinuteRatio();
	const bound = new Map<string, BoundMetric>();
	metrics.observe(RATIO, (observe) => {
		if (kept.ratio !== undefined) observe(kept.ratio);
	});
	function count(decision: 'SAMPLED' | 'DEFERRED' | 'DISCARDED', reason: string): void {
		const key = `${decision} ${reason}`;
		let one = bound.get(key);
		if (one === undefined) {
			one = metrics.bind(DECISIONS, { 'pipeline.decision': decision, 'pipeline.reason': reason });
			bound.set(key, one);
		}
		one.add(1);
	}
	return {
		...projection,
		record(words, at) {
			const flags = words[at + HEADER.FLAGS]!;
			const isKept = (flags & (Flag.SAMPLED | KEEP_FLAGS)) !== 0;
			kept.add(isKept);
			if (!isKept) count((flags & Flag.PARKED) === 0 ? 'DISCARDED' : 'DEFERRED', 'RATIO');
			projection.record(words, at);
		},
		spans(words, at) {
			const flags = words[at + HEADER.FLAGS]!;
			const sampledBy = (flags & Flag.ROOT) === 0 ? 'PARENT' : 'RATIO';
			count('SAMPLED', (flags & Flag.SAMPLED) === 0 ? (keepReasonOf(flags) ?? 'RATIO') : sampledBy);
			projection.spans(words, at);
		},
	};
}
