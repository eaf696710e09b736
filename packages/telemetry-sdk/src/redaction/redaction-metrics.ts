import { diag } from '@opentelemetry/api';
import { metric } from '@pipeline/telemetry-core/telemetry';
import { BoundMetrics } from '../metrics/bound-metrics.ts';
import { createRedaction, type Redaction } from './redaction.ts';
import type { RedactionOptions } from './redaction-options.ts';

const NO_KEY =
	'@pipeline/telemetry-sdk: hashes of names are made with a random key and differ from process to process; TELEMETRY_REDACTION_KEYS sets one';
const REDACTED = metric['pipeline.telemetry.redaction.counter.values_redacted_total'];

/** A policy whose work is counted in the metrics that it redacts itself. @throws RedactionOptionError */
export function startRedaction(options: RedactionOptions): {
	readonly metrics: BoundMetrics;
	readonly redaction: Redaction;
} {
	if ((options.keys ?? []).length === 0) diag.warn(NO_KEY);
	const redaction = createRedaction(options, { onRedacted: (rule) => countRedacted(metrics, { [rule]: 1 }) });
	const metrics = new BoundMetrics({ redact: (attributes) => redaction.attributes(attributes) });
	return { metrics, redaction };
}

/** Adds values redacted by rule. */
export function countRedacted(metrics: BoundMetrics, counts: Readonly<Record<string, number>>): void {
	for (const [rule, count] of Object.entries(counts))
		metrics.bind(REDACTED, { 'pipeline.redaction_rule': rule }).add(count);
}
