import { ConfigError } from '@pipeline/model';

/** Parameters of the ends of an edge. Times in milliseconds. */
export interface IntegrationConfig {
	/** How long an attempt waits for its first acknowledgment, connecting included. @default 30_000 */
	readonly ackTimeoutMs: number;
	/** Pause before the first retry. @default 1000 */
	readonly retryDelayMs: number;
	/** Longest pause between retries. @default 60_000 */
	readonly retryMaxDelayMs: number;
	/** Attempts after the first. @default 5 */
	readonly maxRetries: number;
	/** @default 2 */
	readonly backoffMultiplier: number;
	/** Batches that may be with the receiver unprocessed; more wait. Above the size of the receiver's batches. @default 1024 */
	readonly maxUnprocessedBatches: number;
	/** Share of the receiver's queue at which back-pressure begins. @default 0.8 */
	readonly backpressureHighWatermark: number;
	/** Share below which it ends. @default 0.5 */
	readonly backpressureLowWatermark: number;
	/** Failed attempts in a row that open the circuit. @default 5 */
	readonly circuitFailureThreshold: number;
	/** @default 60_000 */
	readonly circuitResetTimeoutMs: number;
	/** @default 10_000 */
	readonly healthCheckIntervalMs: number;
	/** @default 5000 */
	readonly healthCheckTimeoutMs: number;
	/** Batch ids remembered to recognise duplicates. @default 10_000 */
	readonly recentBatches: number;
}

/** What applies when nothing is given. */
export const DEFAULT_CONFIG: IntegrationConfig = {
	ackTimeoutMs: 30_000,
	retryDelayMs: 1_000,
	retryMaxDelayMs: 60_000,
	maxRetries: 5,
	backoffMultiplier: 2,
	maxUnprocessedBatches: 1_024,
	backpressureHighWatermark: 0.8,
	backpressureLowWatermark: 0.5,
	circuitFailureThreshold: 5,
	circuitResetTimeoutMs: 60_000,
	healthCheckIntervalMs: 10_000,
	healthCheckTimeoutMs: 5_000,
	recentBatches: 10_000,
};

const RANGES: { readonly [K in keyof IntegrationConfig]: readonly [min: number, max: number] } = {
	ackTimeoutMs: [1, 600_000],
	retryDelayMs: [0, 60_000],
	retryMaxDelayMs: [1, 3_600_000],
	maxRetries: [0, 50],
	backoffMultiplier: [1, 10],
	maxUnprocessedBatches: [1, 1_000_000],
	backpressureHighWatermark: [0.5, 0.99],
	backpressureLowWatermark: [0.1, 0.9],
	circuitFailureThreshold: [1, 100],
	circuitResetTimeoutMs: [1, 600_000],
	healthCheckIntervalMs: [1, 3_600_000],
	healthCheckTimeoutMs: [1, 60_000],
	recentBatches: [1, 1_000_000],
};

const FRACTIONS: ReadonlySet<string> = new Set([
	'backoffMultiplier',
	'backpressureHighWatermark',
	'backpressureLowWatermark',
]);

/**
 * Fills in defaults and checks every value.
 * @throws ConfigError naming the parameter and its range; unknown names are refused too
 */
export function resolveConfig(given: Partial<IntegrationConfig> = {}): IntegrationConfig {
	for (const key of Object.keys(given)) {
		if (!Object.hasOwn(RANGES, key)) throw new ConfigError(`integration.${key}`, 'no such parameter');
	}
	const stated = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
	const config: IntegrationConfig = { ...DEFAULT_CONFIG, ...stated };
	for (const [key, [min, max]] of Object.entries(RANGES) as [keyof IntegrationConfig, readonly [number, number]][]) {
		const value: unknown = config[key];
		const fits = typeof value === 'number' && value >= min && value <= max;
		const isWhole = FRACTIONS.has(key) || Number.isInteger(value);
		if (!fits || !isWhole) throw new ConfigError(`integration.${key}`, `${min}-${max}`, value);
	}
	if (config.backpressureLowWatermark >= config.backpressureHighWatermark) {
		throw new ConfigError(
			'integration.backpressureLowWatermark',
			'below backpressureHighWatermark',
			config.backpressureLowWatermark,
		);
	}
	return config;
}
