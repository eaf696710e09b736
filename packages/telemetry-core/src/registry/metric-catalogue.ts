import { alphaMetrics } from './alpha/metrics.ts';
import { betaMetrics } from './beta/metrics.ts';
import type { MetricEntry, ModuleName } from './entries.ts';
import { epsilonMetrics } from './epsilon/metrics.ts';
import { gammaMetrics } from './gamma/metrics.ts';
import { integrationMetrics } from './integration/metrics.ts';
import { phiMetrics } from './phi/metrics.ts';
import { telemetryMetrics } from './telemetry/metrics.ts';

/** The metrics of one module, or of all of them, by name. */
export type MetricTable = Readonly<Record<string, MetricEntry>>;

/** Every metric of the framework by module, without a team's own extensions. */
export const METRICS_BY_MODULE: Readonly<Record<ModuleName, MetricTable>> = {
	alpha: alphaMetrics,
	beta: betaMetrics,
	gamma: gammaMetrics,
	epsilon: epsilonMetrics,
	phi: phiMetrics,
	integration: integrationMetrics,
	telemetry: telemetryMetrics,
};

/** Every metric of the framework by name, in the order modules and positions have. */
export const METRIC_CATALOGUE: MetricTable = Object.assign({}, ...Object.values(METRICS_BY_MODULE));
