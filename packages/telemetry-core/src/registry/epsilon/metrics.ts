import type { MetricEntry } from '../entries.ts';
import { epsilonDistributionMetrics } from './metrics-distribution.ts';
import { epsilonOperationMetrics } from './metrics-operation.ts';
import { epsilonPolicyMetrics } from './metrics-policy.ts';
import { epsilonTiersMetrics } from './metrics-tiers.ts';

/** All metrics of Epsilon. A position is a definition's number, so new metrics go to the end of the last table. */
export const epsilonMetrics = {
	...epsilonTiersMetrics,
	...epsilonPolicyMetrics,
	...epsilonDistributionMetrics,
	...epsilonOperationMetrics,
} as const satisfies Readonly<Record<string, MetricEntry>>;
