import type { GammaConfig } from './gamma-config.ts';

/** Default and allowed range of a numeric parameter, both ends included. */
interface NumericParameter {
	readonly default: number;
	readonly min: number;
	readonly max: number;
	readonly integer: boolean;
}

/** Keys of {@link GammaConfig} that hold a number. */
export type NumericKey = { [K in keyof GammaConfig]: GammaConfig[K] extends number ? K : never }[keyof GammaConfig];

const count = (value: number, min: number, max: number): NumericParameter => ({
	default: value,
	min,
	max,
	integer: true,
});
const real = (value: number, min: number, max: number): NumericParameter => ({
	default: value,
	min,
	max,
	integer: false,
});

/** Defaults and ranges of all numeric parameters. */
export const NUMERIC_PARAMETERS: Readonly<Record<NumericKey, NumericParameter>> = {
	outputBatchSize: count(500, 1, 10_000),
	maxDeliveryRetries: count(5, 0, 50),
	deliveryTimeoutMs: count(30_000, 1000, 300_000),
	retryInitialDelayMs: count(1000, 100, 60_000),
	retryBackoffMultiplier: real(2, 1, 10),
	retryMaxDelayMs: count(60_000, 100, 3_600_000),
	maxRetryAfterMs: count(300_000, 0, 3_600_000),
	circuitFailureThreshold: count(10, 1, 100),
	circuitResetTimeoutMs: count(60_000, 5000, 600_000),
	circuitSuccessThreshold: count(2, 1, 100),
	holdingCapacity: count(10_000, 1, 1_000_000),
	maxConnectionRetries: count(5, 0, 100),
	renderErrorThreshold: real(0.2, 0, 1),
	ackWaitTimeoutMs: count(60_000, 1000, 600_000),
	ackSweepIntervalMs: count(1000, 10, 60_000),
	maxRecordSizeBytes: count(10_485_760, 1024, 1_073_741_824),
	deliveryQueueCapacity: count(5000, 100, 100_000),
	maxInFlightRecords: count(5000, 1, 1_000_000),
	deduplicationWindow: count(100_000, 1, 10_000_000),
	dlqRetentionDays: count(30, 1, 365),
	dlqMaxEntries: count(100_000, 1000, 10_000_000),
	maxReplayAttempts: count(3, 0, 100),
	replayRatePerSecond: count(10, 1, 10_000),
	errorQueueCapacity: count(5000, 100, 100_000),
	renderErrorRetentionHours: count(168, 1, 8760),
	deliveryErrorRetentionHours: count(168, 1, 8760),
	unconfirmedAlertCount: count(100, 1, 1_000_000),
	unconfirmedAlertAgeS: count(300, 1, 86_400),
	reconciliationIntervalMs: count(60_000, 1000, 86_400_000),
	backpressureHighWatermark: real(0.8, 0.5, 0.99),
	backpressureLowWatermark: real(0.5, 0.1, 0.9),
};
