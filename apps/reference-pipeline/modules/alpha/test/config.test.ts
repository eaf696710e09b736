import { ConfigError } from '@pipeline/model';
import { describe, expect, it } from 'vitest';
import { ALPHA_DEFAULTS, type AlphaConfig, resolveAlphaConfig } from '../src/index.ts';

const accepts = (config: Partial<AlphaConfig>) => {
	try {
		resolveAlphaConfig(config);
		return true;
	} catch (error) {
		if (error instanceof ConfigError) return false;
		throw error;
	}
};

describe('resolveAlphaConfig', () => {
	it('fills in the defaults, and what it has made can be given again as JSON', () => {
		const config = resolveAlphaConfig();
		expect([config, resolveAlphaConfig(JSON.parse(JSON.stringify(config)))]).toEqual([ALPHA_DEFAULTS, ALPHA_DEFAULTS]);
	});

	it.each<[keyof AlphaConfig, number, number, number, number]>([
		['defaultBatchSize', 0, 1, 100_000, 100_001],
		['maxRetryCount', -1, 0, 100, 101],
		['maxRecordSizeBytes', 1_023, 1_024, 1_073_741_824, 1_073_741_825],
		['validationTimeoutMs', 99, 100, 60_000, 60_001],
		['bufferCapacity', 99, 100, 1_000_000, 1_000_001],
		['bufferHighWatermark', 0.49, 0.51, 0.99, 1],
		['bufferLowWatermark', 0.09, 0.1, 0.79, 0.91],
		['errorQueueCapacity', 99, 100, 100_000, 100_001],
		['qualityQuarantineThreshold', -0.1, 0, 1, 1.1],
	])('%s: %d is too low, %d and %d are allowed, %d is too high', (key, tooLow, lowest, highest, tooHigh) => {
		expect([tooLow, lowest, highest, tooHigh].map((value) => accepts({ [key]: value }))).toEqual([
			false,
			true,
			true,
			false,
		]);
	});

	it.each([
		{ encodingFallback: 'EBCDIC' },
		{ bufferLowWatermark: 0.8, bufferHighWatermark: 0.8 },
		{ colour: 1 },
		{ defaultBatchSize: '5' },
	])('refuses %j', (config) => {
		expect(() => resolveAlphaConfig(config as never)).toThrow(ConfigError);
	});
});
