import type { MetricEntry } from '../entries.ts';
import { betaEnrichmentMetrics } from './metrics-enrichment.ts';
import { betaOutflowMetrics } from './metrics-outflow.ts';
import { betaStagesMetrics } from './metrics-stages.ts';

/** All metrics of Beta. A position is a definition's number, so new metrics go to the end of the last table. */
export const betaMetrics = {
	...betaStagesMetrics,
	...betaEnrichmentMetrics,
	...betaOutflowMetrics,
} as const satisfies Readonly<Record<string, MetricEntry>>;
