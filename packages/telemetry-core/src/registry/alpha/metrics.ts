import type { MetricEntry } from '../entries.ts';
import { alphaIntakeMetrics } from './metrics-intake.ts';
import { alphaOutflowMetrics } from './metrics-outflow.ts';
import { alphaSourceMetrics } from './metrics-source.ts';

/** All metrics of Alpha. A position is a definition's number, so new metrics go to the end of the last table. */
export const alphaMetrics = {
	...alphaSourceMetrics,
	...alphaIntakeMetrics,
	...alphaOutflowMetrics,
} as const satisfies Readonly<Record<string, MetricEntry>>;
