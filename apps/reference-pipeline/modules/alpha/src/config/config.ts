import { ConfigError } from '@pipeline/model';

/** Parameters of ingestion. */
export interface AlphaConfig {
	readonly defaultBatchSize: number;
	readonly maxRetryCount: number;
	readonly maxRecordSizeBytes: number;
	readonly encodingFallback: 'UTF-8' | 'ISO-8859-1' | 'UTF-16' | 'ASCII';
	readonly validationTimeoutMs: number;
	readonly qualityQuarantineThreshold: number;
	readonly bufferCapacity: number;
	readonly bufferHighWatermark: number;
	readonly bufferLowWatermark: number;
	readonly handoffFlushTimeoutMs: number;
	readonly errorQueueCapacity: number;
	readonly parseErrorRetentionHours: number;
	readonly validationErrorRetentionHours: number;
	readonly criticalErrorRetentionDays: number;
	readonly maxReplayAttempts: number;
	readonly connectionRetryInitialDelayMs: number;
	readonly connectionRetryMaxDelayMs: number;
	readonly connectionRetryBackoffMultiplier: number;
	readonly circuitBreakerFailureThreshold: number;
	readonly circuitBreakerResetTimeoutMs: number;
	/** Batches sent and not yet received. */
	readonly maxBatchesInFlight: number;
	/** Resident memory above which ingestion slows down, in bytes. */
	readonly memoryLimitBytes: number;
}

export const ALPHA_DEFAULTS: AlphaConfig = {
	defaultBatchSize: 1_000,
	maxRetryCount: 5,
	maxRecordSizeBytes: 10_485_760,
	encodingFallback: 'UTF-8',
	validationTimeoutMs: 5_000,
	qualityQuarantineThreshold: 0.5,
	bufferCapacity: 10_000,
	bufferHighWatermark: 0.8,
	bufferLowWatermark: 0.5,
	handoffFlushTimeoutMs: 5_000,
	errorQueueCapacity: 5_000,
	parseErrorRetentionHours: 72,
	validationErrorRetentionHours: 168,
	criticalErrorRetentionDays: 30,
	maxReplayAttempts: 3,
	connectionRetryInitialDelayMs: 1_000,
	connectionRetryMaxDelayMs: 60_000,
	connectionRetryBackoffMultiplier: 2,
	circuitBreakerFailureThreshold: 5,
	circuitBreakerResetTimeoutMs: 60_000,
	maxBatchesInFlight: 4,
	memoryLimitBytes: 4 * 1024 ** 3,
};

type NumberKey = { [K in keyof AlphaConfig]: AlphaConfig[K] extends number ? K : never }[keyof AlphaConfig];

const RANGES: Readonly<Record<NumberKey, readonly [min: number, max: number]>> = {
	defaultBatchSize: [1, 100_000],
	maxRetryCount: [0, 100],
	maxRecordSizeBytes: [1_024, 1_073_741_824],
	validationTimeoutMs: [100, 60_000],
	qualityQuarantineThreshold: [0, 1],
	bufferCapacity: [100, 1_000_000],
	bufferHighWatermark: [0.5, 0.99],
	bufferLowWatermark: [0.1, 0.9],
	handoffFlushTimeoutMs: [1, 600_000],
	errorQueueCapacity: [100, 100_000],
	parseErrorRetentionHours: [1, 87_600],
	validationErrorRetentionHours: [1, 87_600],
	criticalErrorRetentionDays: [1, 3_650],
	maxReplayAttempts: [0, 100],
	connectionRetryInitialDelayMs: [0, 600_000],
	connectionRetryMaxDelayMs: [0, 3_600_000],
	connectionRetryBackoffMultiplier: [1, 10],
	circuitBreakerFailureThreshold: [1, 100],
	circuitBreakerResetTimeoutMs: [1, 3_600_000],
	maxBatchesInFlight: [1, 100],
	memoryLimitBytes: [1_048_576, Number.MAX_SAFE_INTEGER],
};
const ENCODINGS: readonly string[] = ['UTF-8', 'ISO-8859-1', 'UTF-16', 'ASCII'];

/** @throws ConfigError naming the parameter and what is allowed */
export function resolveAlphaConfig(given: Partial<AlphaConfig> = {}): AlphaConfig {
	const config = { ...ALPHA_DEFAULTS, ...given };
	for (const key of Object.keys(given))
		if (!(key in ALPHA_DEFAULTS)) throw new ConfigError(`alpha.${key}`, 'no such parameter');
	for (const [key, [min, max]] of Object.entries(RANGES) as [NumberKey, readonly [number, number]][]) {
		const value = config[key];
		if (typeof value !== 'number' || !(value >= min && value <= max))
			throw new ConfigError(`alpha.${key}`, `${min}-${max}`, value);
	}
	if (!ENCODINGS.includes(config.encodingFallback))
		throw new ConfigError('alpha.encodingFallback', ENCODINGS.join(', '), config.encodingFallback);
	if (config.bufferLowWatermark >= config.bufferHighWatermark) {
		throw new ConfigError('alpha.bufferLowWatermark', 'below bufferHighWatermark', config.bufferLowWatermark);
	}
	return config;
}
