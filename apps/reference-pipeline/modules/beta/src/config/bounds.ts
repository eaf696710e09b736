import type { BetaConfig } from './config.ts';

/** Smallest and largest value of a numeric parameter, both allowed. */
export interface Bounds {
	readonly min: number;
	readonly max: number;
	readonly integer: boolean;
}

type NumericKey = { [K in keyof BetaConfig]: BetaConfig[K] extends number ? K : never }[keyof BetaConfig];

const count = (min: number, max: number): Bounds => ({ min, max, integer: true });
const ratio = (min = 0, max = 1): Bounds => ({ min, max, integer: false });

/** Ranges of all numeric parameters of {@link BetaConfig}. */
export const numberBounds: Readonly<Record<NumericKey, Bounds>> = {
	transformParallelism: count(1, 64),
	transformBatchSize: count(1, 10_000),
	transformTimeoutMs: count(1000, 300_000),
	transformQueueCapacity: count(100, 100_000),
	transformMaxRetries: count(0, 10),
	enrichmentCacheTtlSeconds: count(60, 86_400),
	enrichmentCacheMaxSize: count(1000, 10_000_000),
	enrichmentTimeoutMs: count(100, 60_000),
	enrichmentMaxRetries: count(0, 10),
	enrichmentRetryInitialDelayMs: count(0, 60_000),
	enrichmentRetryMaxDelayMs: count(0, 300_000),
	enrichmentCircuitThreshold: ratio(),
	enrichmentCircuitTimeoutMs: count(1, 3_600_000),
	qualityThresholdWarn: ratio(),
	qualityThresholdError: ratio(),
	timelinessMaxAgeSeconds: count(1, 3_153_600_000),
	mappingErrorThreshold: ratio(),
	errorQueueCapacity: count(100, 100_000),
	errorRetentionHours: count(1, 8760),
	maxReplayAttempts: count(0, 100),
	betaGammaBatchSize: count(1, 100_000),
	betaGammaFlushTimeoutMs: count(1, 3_600_000),
	backpressureHighWatermark: ratio(0.5, 0.99),
	backpressureLowWatermark: ratio(0.1, 0.9),
};
