import { ConfigError } from '@pipeline/model';
import { type Bounds, numberBounds } from './bounds.ts';

/** What happens to a field whose rule failed: fail the record, leave the field, set a default, or set null. */
export type ErrorPolicy = 'FAIL' | 'SKIP' | 'DEFAULT' | 'NULL';

/** Parameters of module Beta. Every value has a default; see {@link betaConfig}. */
export interface BetaConfig {
	/** Records processed at the same time. @default 8, 1-64 */
	readonly transformParallelism: number;
	/** Records that may run ahead of the oldest unfinished one. @default 500, 1-10000 */
	readonly transformBatchSize: number;
	/** Longest time for one record and target schema, in milliseconds. @default 30000, 1000-300000 */
	readonly transformTimeoutMs: number;
	/** Records that may wait in the intake queue. @default 5000, 100-100000 */
	readonly transformQueueCapacity: number;
	/** Profile of a batch that names none. @default standard */
	readonly transformProfileDefault: string;
	/** Policy of a rule that declares none. @default FAIL */
	readonly transformErrorPolicy: ErrorPolicy;
	/** Further tries of a target schema that timed out. @default 1, 0-10 */
	readonly transformMaxRetries: number;
	/** Age at which a cached enrichment value turns stale, in seconds. @default 3600, 60-86400 */
	readonly enrichmentCacheTtlSeconds: number;
	/** Entries kept in the enrichment cache. @default 100000, 1000-10000000 */
	readonly enrichmentCacheMaxSize: number;
	/** Longest time for one call of a source, in milliseconds. @default 5000, 100-60000 */
	readonly enrichmentTimeoutMs: number;
	/** Further tries after a transient source error. @default 3, 0-10 */
	readonly enrichmentMaxRetries: number;
	/** Wait before the first retry, in milliseconds; doubles each time. @default 100, 0-60000 */
	readonly enrichmentRetryInitialDelayMs: number;
	/** Longest wait between two tries, in milliseconds. @default 5000, 0-300000 */
	readonly enrichmentRetryMaxDelayMs: number;
	/** Share of failed calls among the last 20 above which a source's circuit opens. @default 0.5, 0-1 */
	readonly enrichmentCircuitThreshold: number;
	/** Time a circuit stays open before one trial call, in milliseconds. @default 30000, 1-3600000 */
	readonly enrichmentCircuitTimeoutMs: number;
	/** Score below which a record is reported. @default 0.7, 0-1 */
	readonly qualityThresholdWarn: number;
	/** Score below which a record is flagged `LOW_QUALITY`. @default 0.3, 0-1 */
	readonly qualityThresholdError: number;
	/** Age at which a record's timeliness is 0, in seconds. @default 86400, 1-3153600000 */
	readonly timelinessMaxAgeSeconds: number;
	/** Whether records flagged `LOW_QUALITY` go to the CRITICAL queue instead of the handoff. @default false */
	readonly filterLowQuality: boolean;
	/** Mapping failure rate above which a profile is suspended. @default 0.2, 0-1 */
	readonly mappingErrorThreshold: number;
	/** Entries kept per error queue. @default 5000, 100-100000 */
	readonly errorQueueCapacity: number;
	/** Time an error-queue entry is kept, in hours. @default 168, 1-8760 */
	readonly errorRetentionHours: number;
	/** Replays allowed per error-queue entry. @default 3, 0-100 */
	readonly maxReplayAttempts: number;
	/** Records of one batch for Gamma. @default 500, 1-100000 */
	readonly betaGammaBatchSize: number;
	/** Longest time a transformed record waits for its batch to fill, in milliseconds. @default 5000, 1-3600000 */
	readonly betaGammaFlushTimeoutMs: number;
	/** Fill level at which the sender is asked to slow down. @default 0.8, 0.5-0.99 */
	readonly backpressureHighWatermark: number;
	/** Fill level at which the sender may go on. @default 0.5, 0.1-0.9 */
	readonly backpressureLowWatermark: number;
	/** Error rates at which the escalation levels 1 to 4 begin. @default 0.05, 0.2, 0.5, 0.8 */
	readonly escalationThresholds: readonly [number, number, number, number];
	/** Whether checksums are taken around every stage. @default false */
	readonly captureStageChecksums: boolean;
	/** Whether the intake recomputes a batch's checksum. Off where the receiving transport has done so. @default true */
	readonly verifyTransferChecksum: boolean;
}

const DEFAULTS: BetaConfig = {
	transformParallelism: 8,
	transformBatchSize: 500,
	transformTimeoutMs: 30_000,
	transformQueueCapacity: 5000,
	transformProfileDefault: 'standard',
	transformErrorPolicy: 'FAIL',
	transformMaxRetries: 1,
	enrichmentCacheTtlSeconds: 3600,
	enrichmentCacheMaxSize: 100_000,
	enrichmentTimeoutMs: 5000,
	enrichmentMaxRetries: 3,
	enrichmentRetryInitialDelayMs: 100,
	enrichmentRetryMaxDelayMs: 5000,
	enrichmentCircuitThreshold: 0.5,
	enrichmentCircuitTimeoutMs: 30_000,
	qualityThresholdWarn: 0.7,
	qualityThresholdError: 0.3,
	timelinessMaxAgeSeconds: 86_400,
	filterLowQuality: false,
	mappingErrorThreshold: 0.2,
	errorQueueCapacity: 5000,
	errorRetentionHours: 168,
	maxReplayAttempts: 3,
	betaGammaBatchSize: 500,
	betaGammaFlushTimeoutMs: 5000,
	backpressureHighWatermark: 0.8,
	backpressureLowWatermark: 0.5,
	escalationThresholds: [0.05, 0.2, 0.5, 0.8],
	captureStageChecksums: false,
	verifyTransferChecksum: true,
};

const POLICIES: readonly string[] = ['FAIL', 'SKIP', 'DEFAULT', 'NULL'] satisfies readonly ErrorPolicy[];

/**
 * Fills in the defaults and checks every range once.
 * @throws ConfigError naming the key and what it may hold
 */
export function betaConfig(given: Partial<BetaConfig> = {}): BetaConfig {
	const config: BetaConfig = { ...DEFAULTS, ...given };
	for (const key of Object.keys(given)) if (!Object.hasOwn(DEFAULTS, key)) fail(key, 'a known parameter');
	for (const [key, bounds] of Object.entries(numberBounds)) checkNumber(key, config[key as keyof BetaConfig], bounds);
	for (const key of ['filterLowQuality', 'captureStageChecksums', 'verifyTransferChecksum'] as const) {
		if (typeof config[key] !== 'boolean') fail(key, 'true or false');
	}
	if (!config.transformProfileDefault) fail('transformProfileDefault', 'a profile id');
	if (!POLICIES.includes(config.transformErrorPolicy)) fail('transformErrorPolicy', POLICIES.join(', '));
	if (config.backpressureLowWatermark >= config.backpressureHighWatermark) {
		fail('backpressureLowWatermark', 'a value below backpressureHighWatermark');
	}
	if (config.qualityThresholdError > config.qualityThresholdWarn) {
		fail('qualityThresholdError', 'at most qualityThresholdWarn');
	}
	checkEscalation(config.escalationThresholds);
	return config;
}

function checkNumber(key: string, value: unknown, bounds: Bounds): void {
	const { min, max, integer } = bounds;
	const fits = typeof value === 'number' && value >= min && value <= max && (!integer || Number.isInteger(value));
	if (!fits) fail(key, `${integer ? 'an integer' : 'a number'} from ${min} to ${max}`);
}

function checkEscalation(levels: readonly number[]): void {
	const rising = levels.every((level, at) => level > 0 && level <= 1 && (at === 0 || level > (levels[at - 1] ?? 0)));
	if (levels.length !== 4 || !rising) fail('escalationThresholds', 'four rising ratios above 0, at most 1');
}

function fail(key: string, allowed: string): never {
	throw new ConfigError(`beta.${key}`, allowed);
}
