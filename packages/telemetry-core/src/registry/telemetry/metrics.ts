import type { MetricEntry } from '../entries.ts';
import { telemetryCollectionMetrics } from './metrics-collection.ts';
import { telemetryOversightMetrics } from './metrics-oversight.ts';
import { telemetryStorageMetrics } from './metrics-storage.ts';

/** All metrics of Telemetry. A position is a definition's number, so new metrics go to the end of the last table. */
export const telemetryMetrics = {
	...telemetryCollectionMetrics,
	...telemetryStorageMetrics,
	...telemetryOversightMetrics,
} as const satisfies Readonly<Record<string, MetricEntry>>;
