import type { AckTimeoutAction } from '@pipeline/model';

/** Formats this module renders. */
export type RenderFormat = 'JSON' | 'CSV';

/** Parameters of module Gamma. Every value has a default; see `gammaConfig`. */
export interface GammaConfig {
	/** Most records sent to a destination in one call. @default 500, 1-10000 */
	readonly outputBatchSize: number;
	/** Retries after the first attempt of a delivery. @default 5, 0-50 */
	readonly maxDeliveryRetries: number;
	/** Longest time for one call of a destination, in milliseconds. @default 30000, 1000-300000 */
	readonly deliveryTimeoutMs: number;
	/** Wait before the first retry, in milliseconds. @default 1000, 100-60000 */
	readonly retryInitialDelayMs: number;
	/** Factor from one retry wait to the next. @default 2, 1-10 */
	readonly retryBackoffMultiplier: number;
	/** Longest computed retry wait, in milliseconds. @default 60000, 100-3600000 */
	readonly retryMaxDelayMs: number;
	/** Longest wait that a destination may ask for by retry-after, in milliseconds. @default 300000, 0-3600000 */
	readonly maxRetryAfterMs: number;
	/** Consecutive failures that open a destination's circuit. @default 10, 1-100 */
	readonly circuitFailureThreshold: number;
	/** Time a circuit stays open before trial calls, in milliseconds. @default 60000, 5000-600000 */
	readonly circuitResetTimeoutMs: number;
	/** Trial calls that must succeed to close a circuit. @default 2, 1-100 */
	readonly circuitSuccessThreshold: number;
	/** Records that may wait for one open circuit. @default 10000, 1-1000000 */
	readonly holdingCapacity: number;
	/** Failed connects before giving up, and failed trials of a circuit before its held records go to the DLQ. @default 5, 0-100 */
	readonly maxConnectionRetries: number;
	/** Share of rendering failures that is reported. @default 0.2, 0-1 */
	readonly renderErrorThreshold: number;
	/** Longest wait for an acknowledgment, in milliseconds. @default 60000, 1000-600000 */
	readonly ackWaitTimeoutMs: number;
	/** What follows an acknowledgment that does not come. @default RETRY_DELIVERY */
	readonly ackTimeoutAction: AckTimeoutAction;
	/** Interval of the deadline sweep, in milliseconds. @default 1000, 10-60000 */
	readonly ackSweepIntervalMs: number;
	/** Format of a destination that names none. @default JSON */
	readonly defaultOutputFormat: RenderFormat;
	/** Largest rendered record, in bytes. @default 10485760, 1024-1073741824 */
	readonly maxRecordSizeBytes: number;
	/** Records that may wait at the intake. @default 5000, 100-100000 */
	readonly deliveryQueueCapacity: number;
	/** Records whose deliveries may be under way at once. @default 5000, 1-1000000 */
	readonly maxInFlightRecords: number;
	/** Finished records remembered to recognise re-sent ones. @default 100000, 1-10000000 */
	readonly deduplicationWindow: number;
	/** Profile of a batch that names none. @default standard */
	readonly deliveryProfileDefault: string;
	/** Time a dead letter is kept, in days. @default 30, 1-365 */
	readonly dlqRetentionDays: number;
	/** Dead letters kept; the oldest is evicted. @default 100000, 1000-10000000 */
	readonly dlqMaxEntries: number;
	/** Replays allowed per entry. @default 3, 0-100 */
	readonly maxReplayAttempts: number;
	/** Replays started per second. @default 10, 1-10000 */
	readonly replayRatePerSecond: number;
	/** Entries kept per error queue. @default 5000, 100-100000 */
	readonly errorQueueCapacity: number;
	/** Time a rendering or routing error is kept, in hours. @default 168, 1-8760 */
	readonly renderErrorRetentionHours: number;
	/** Time a delivery or acknowledgment error is kept, in hours. @default 168, 1-8760 */
	readonly deliveryErrorRetentionHours: number;
	/** Unconfirmed deliveries of a destination that raise the alert. @default 100, 1-1000000 */
	readonly unconfirmedAlertCount: number;
	/** Age of the oldest unconfirmed delivery that raises the alert, in seconds. @default 300, 1-86400 */
	readonly unconfirmedAlertAgeS: number;
	/** Interval of the reconciliation report, in milliseconds. @default 60000, 1000-86400000 */
	readonly reconciliationIntervalMs: number;
	/** Fill level of the intake at which back-pressure begins. @default 0.8, 0.5-0.99 */
	readonly backpressureHighWatermark: number;
	/** Fill level of the intake at which back-pressure ends. @default 0.5, 0.1-0.9 */
	readonly backpressureLowWatermark: number;
}
