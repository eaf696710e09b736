import { describe, expect, it } from 'vitest';
import { type BetaConfig, betaConfig } from '../src/index.ts';

const code = (config: Partial<BetaConfig>) => {
	try {
		betaConfig(config);
		return 'accepted';
	} catch (error) {
		return (error as { key?: string }).key;
	}
};

describe('betaConfig', () => {
	it.each<[keyof BetaConfig, number, number, number]>([
		['transformParallelism', 1, 64, 1],
		['transformBatchSize', 1, 10_000, 1],
		['transformTimeoutMs', 1000, 300_000, 1],
		['transformQueueCapacity', 100, 100_000, 1],
		['transformMaxRetries', 0, 10, 1],
		['enrichmentCacheTtlSeconds', 60, 86_400, 1],
		['enrichmentCacheMaxSize', 1000, 10_000_000, 1],
		['enrichmentTimeoutMs', 100, 60_000, 1],
		['enrichmentMaxRetries', 0, 10, 1],
		['enrichmentRetryInitialDelayMs', 0, 60_000, 1],
		['enrichmentRetryMaxDelayMs', 0, 300_000, 1],
		['enrichmentCircuitThreshold', 0, 1, 0.001],
		['enrichmentCircuitTimeoutMs', 1, 3_600_000, 1],
		['timelinessMaxAgeSeconds', 1, 3_153_600_000, 1],
		['mappingErrorThreshold', 0, 1, 0.001],
		['errorQueueCapacity', 100, 100_000, 1],
		['errorRetentionHours', 1, 8760, 1],
		['maxReplayAttempts', 0, 100, 1],
		['betaGammaBatchSize', 1, 100_000, 1],
		['betaGammaFlushTimeoutMs', 1, 3_600_000, 1],
		['backpressureHighWatermark', 0.51, 0.99, 0.02],
		['backpressureLowWatermark', 0.1, 0.79, 0.02],
		['qualityThresholdWarn', 0.3, 1, 0.001],
		['qualityThresholdError', 0, 0.7, 0.001],
	])('%s takes %d to %d', (key, min, max, step) => {
		const tried = [min - step, min, max, max + step].map((value) => code({ [key]: value }));
		const low = tried[0];
		expect([tried[1], tried[2]]).toEqual(['accepted', 'accepted']);
		expect(low).toMatch(/^beta\./);
		expect(tried[3]).toMatch(/^beta\./);
	});

	it.each<[Partial<BetaConfig>, string]>([
		[{ transformParallelism: 1.5 }, 'beta.transformParallelism'],
		[{ transformParallelism: Number.NaN }, 'beta.transformParallelism'],
		[{ backpressureHighWatermark: 0.6, backpressureLowWatermark: 0.6 }, 'beta.backpressureLowWatermark'],
		[{ qualityThresholdWarn: 0.2 }, 'beta.qualityThresholdError'],
		[{ escalationThresholds: [0.1, 0.1, 0.2, 0.3] }, 'beta.escalationThresholds'],
		[{ escalationThresholds: [0.1, 0.2, 0.3, 1.1] }, 'beta.escalationThresholds'],
		[{ transformErrorPolicy: 'IGNORE' as never }, 'beta.transformErrorPolicy'],
		[{ filterLowQuality: 1 as never }, 'beta.filterLowQuality'],
		[{ transformProfileDefault: '' }, 'beta.transformProfileDefault'],
		[{ unknown: 1 } as never, 'beta.unknown'],
	])('refuses %o', (config, key) => {
		expect(code(config)).toBe(key);
	});
});
