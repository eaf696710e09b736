// Runs once for every record, after it has left.
import type { BoundMetric, Metrics } from '@pipeline/telemetry-core';
import { MinuteRatio } from '@pipeline/telemetry-core/instrumentation';
import { metric } from '@pipeline/telemetry-core/telemetry';
import * as Flag from '../recorder/flag.ts';
import * as HEADER from '../recorder/header.ts';
import type { JournalProjection } from '../recorder/journal-archive.ts';
import { keepReasonOf } from '../recorder/outcomes.ts';

const DECISIONS = metric['pipeline.telemetry.sampler.counter.decisions_total'];
const RATIO = metric['pipeline.telemetry.sampler.gauge.effective_ratio'];

/** Counts what was decided about traces, and the share that was kept over the last minute. */
export function countedDecisions(projection: JournalProjection, metrics: Metrics): JournalProjection {
	const kept = new MinuteRatio();
	const sampled = new Map<string, BoundMetric>();
	metrics.observe(RATIO, (observe) => {
		if (kept.ratio !== undefined) observe(kept.ratio);
	});
	const bind = (decision: string, reason: string) =>
		metrics.bind(DECISIONS, { 'pipeline.decision': decision, 'pipeline.reason': reason });
	const discarded = bind('DISCARDED', 'RATIO');
	const deferred = bind('DEFERRED', 'RATIO');
	function countSampled(reason: string): void {
		let one = sampled.get(reason);
		if (one === undefined) {
			one = bind('SAMPLED', reason);
			sampled.set(reason, one);
		}
		one.add(1);
	}
	return {
		...projection,
		record(words, at) {
			const flags = words[at + HEADER.FLAGS]!;
			const isKept = (flags & (Flag.SAMPLED | Flag.KEEP)) !== 0;
			kept.add(isKept);
			if (!isKept) ((flags & Flag.PARKED) === 0 ? discarded : deferred).add(1);
			projection.record(words, at);
		},
		spans(words, at) {
			const flags = words[at + HEADER.FLAGS]!;
			const sampledBy = (flags & Flag.ROOT) === 0 ? 'PARENT' : 'RATIO';
			countSampled((flags & Flag.SAMPLED) === 0 ? (keepReasonOf(flags) ?? 'RATIO') : sampledBy);
			projection.spans(words, at);
		},
	};
}
