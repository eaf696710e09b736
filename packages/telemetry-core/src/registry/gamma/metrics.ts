import type { MetricEntry } from '../entries.ts';
import { gammaDeliveryMetrics } from './metrics-delivery.ts';
import { gammaFailuresMetrics } from './metrics-failures.ts';
import { gammaRenderingMetrics } from './metrics-rendering.ts';

/** All metrics of Gamma. A position is a definition's number, so new metrics go to the end of the last table. */
export const gammaMetrics = {
	...gammaRenderingMetrics,
	...gammaDeliveryMetrics,
	...gammaFailuresMetrics,
} as const satisfies Readonly<Record<string, MetricEntry>>;
