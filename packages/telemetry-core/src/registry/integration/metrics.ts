import type { MetricEntry } from '../entries.ts';
import { integrationErrorsMetrics } from './metrics-errors.ts';
import { integrationFlowMetrics } from './metrics-flow.ts';
import { integrationTransferMetrics } from './metrics-transfer.ts';

/** All metrics of Integration. A position is a definition's number, so new metrics go to the end of the last table. */
export const integrationMetrics = {
	...integrationTransferMetrics,
	...integrationErrorsMetrics,
	...integrationFlowMetrics,
} as const satisfies Readonly<Record<string, MetricEntry>>;
