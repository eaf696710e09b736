import type { MetricEntry } from '../entries.ts';
import { phiDependenciesMetrics } from './metrics-dependencies.ts';
import { phiRecoveryMetrics } from './metrics-recovery.ts';
import { phiSchedulingMetrics } from './metrics-scheduling.ts';

/** All metrics of Phi. A position is a definition's number, so new metrics go to the end of the last table. */
export const phiMetrics = {
	...phiSchedulingMetrics,
	...phiDependenciesMetrics,
	...phiRecoveryMetrics,
} as const satisfies Readonly<Record<string, MetricEntry>>;
