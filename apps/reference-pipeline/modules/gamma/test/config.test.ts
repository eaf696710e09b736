import { ConfigError } from '@pipeline/model';
import { describe, expect, it } from 'vitest';
import { type GammaConfig, gammaConfig } from '../src/index.ts';

const RANGES: readonly (readonly [keyof GammaConfig, number, number, number])[] = [
	['outputBatchSize', 500, 1, 10_000],
	['maxDeliveryRetries', 5, 0, 50],
	['deliveryTimeoutMs', 30_000, 1000, 300_000],
	['retryInitialDelayMs', 1000, 100, 60_000],
	['retryBackoffMultiplier', 2, 1, 10],
	['retryMaxDelayMs', 60_000, 100, 3_600_000],
	['maxRetryAfterMs', 300_000, 0, 3_600_000],
	['maxInFlightRecords', 5000, 1, 1_000_000],
	['reconciliationIntervalMs', 60_000, 1000, 86_400_000],
	['circuitFailureThreshold', 10, 1, 100],
	['circuitResetTimeoutMs', 60_000, 5000, 600_000],
	['circuitSuccessThreshold', 2, 1, 100],
	['maxConnectionRetries', 5, 0, 100],
	['renderErrorThreshold', 0.2, 0, 1],
	['ackWaitTimeoutMs', 60_000, 1000, 600_000],
	['ackSweepIntervalMs', 1000, 10, 60_000],
	['maxRecordSizeBytes', 10_485_760, 1024, 1_073_741_824],
	['deliveryQueueCapacity', 5000, 100, 100_000],
	['dlqRetentionDays', 30, 1, 365],
	['dlqMaxEntries', 100_000, 1000, 10_000_000],
	['maxReplayAttempts', 3, 0, 100],
	['replayRatePerSecond', 10, 1, 10_000],
	['errorQueueCapacity', 5000, 100, 100_000],
	['renderErrorRetentionHours', 168, 1, 8760],
	['deliveryErrorRetentionHours', 168, 1, 8760],
	['unconfirmedAlertCount', 100, 1, 1_000_000],
	['unconfirmedAlertAgeS', 300, 1, 86_400],
	['holdingCapacity', 10_000, 1, 1_000_000],
	['deduplicationWindow', 100_000, 1, 10_000_000],
];

describe('gammaConfig', () => {
	it.each(RANGES)('%s is %d by default and lies between %d and %d', (key, byDefault, min, max) => {
		expect(gammaConfig()[key]).toBe(byDefault);
		expect(gammaConfig({ [key]: min })[key]).toBe(min);
		expect(gammaConfig({ [key]: max })[key]).toBe(max);
		for (const bad of [min - 1, max + 1, Number.NaN, String(min)]) {
			expect(() => gammaConfig({ [key]: bad })).toThrow(expect.objectContaining({ key: `gamma.${key}` }));
		}
	});

	it('takes only known actions, formats and keys', () => {
		expect(gammaConfig()).toMatchObject({ ackTimeoutAction: 'RETRY_DELIVERY', defaultOutputFormat: 'JSON' });
		expect(() => gammaConfig({ ackTimeoutAction: 'HOPE' as never })).toThrow(ConfigError);
		expect(() => gammaConfig({ defaultOutputFormat: 'XML' as never })).toThrow(ConfigError);
		expect(() => gammaConfig({ outputBatchsize: 1 } as never)).toThrow('gamma.outputBatchsize');
	});

	it('keeps the low watermark below the high one', () => {
		expect(gammaConfig({ backpressureLowWatermark: 0.79 }).backpressureLowWatermark).toBe(0.79);
		for (const bad of [0.09, 0.91]) expect(() => gammaConfig({ backpressureLowWatermark: bad })).toThrow('0.1-0.9');
		for (const bad of [0.49, 1]) expect(() => gammaConfig({ backpressureHighWatermark: bad })).toThrow('0.5-0.99');
		expect(
			gammaConfig({ backpressureLowWatermark: 0.1, backpressureHighWatermark: 0.99 }).backpressureLowWatermark,
		).toBe(0.1);
		expect(() => gammaConfig({ backpressureLowWatermark: 0.8 })).toThrow('gamma.backpressureLowWatermark');
	});

	it('refuses fractions where a count is meant', () => {
		expect(() => gammaConfig({ maxDeliveryRetries: 1.5 })).toThrow('integer 0-50');
	});
});
