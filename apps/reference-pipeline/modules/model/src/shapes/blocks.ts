/** RFC 9562, lowercase; own ids are version 7. */
export type Uuid = string;
/** ISO 8601 UTC with microseconds: `YYYY-MM-DDTHH:mm:ss.ffffffZ`. */
export type Iso = string;
/** 0 to 1 inclusive. */
export type Ratio = number;
/** SHA-256, 64 lowercase hex digits. */
export type Sha = string;
/** Text by name. Names are data. */
export type StringMap = Record<string, string>;

/** Where an item stands in a trace. Carried along when present, never read by modules, outside every checksum. */
export interface TraceFields {
	traceId?: string;
	spanId?: string;
	parentSpanId?: string;
	traceFlags?: number;
	traceState?: string;
	baggage?: StringMap;
}

/** Given at ingestion, constant through retries and replays. Split and merged records get their own and name their parents. */
export interface LineageFields {
	lineageId: Uuid;
	parentIds?: readonly string[];
}

/** Where a trace position comes from. */
export type ContextOrigin = 'ORIGINAL' | 'RESTORED' | 'REGENERATED' | 'SYNTHETIC';

/** Whether a trace position was kept or had to be made. */
export interface ContextHealth {
	contextOrigin?: ContextOrigin;
}

/** When a trace began and ended, and how. Times in milliseconds. */
export interface TraceTiming {
	traceStartedAt?: Iso;
	traceCompletedAt?: Iso;
	traceDurationMs?: number;
	traceOutcome?: TraceOutcome;
	stageTimingsMs?: Record<string, number>;
}

/** Where a queued failure was raised, and the traces of its replays. */
export interface OriginFields {
	originTraceId?: string;
	originSpanId?: string;
	replayTraceIds?: readonly string[];
}

/** How a record ended. */
export type TraceOutcome =
	| 'DELIVERED'
	| 'PARTIAL'
	| 'FAILED'
	| 'EXPIRED'
	| 'DLQ'
	| 'REJECTED'
	| 'QUARANTINED'
	| 'DROPPED'
	| 'ABANDONED';

/** A module of the pipeline. */
export type Module = 'ALPHA' | 'BETA' | 'GAMMA' | 'INTEGRATION' | 'EPSILON' | 'PHI' | 'TELEMETRY';
/** How bad an event is, of any kind. */
export type Severity = 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'CRITICAL';
/** How bad an error between modules is. */
export type IntegrationSeverity = 'CRITICAL' | 'ERROR' | 'WARNING';
/** Whether trying again may help. */
export type Recoverability = 'TRANSIENT' | 'PERMANENT' | 'UNKNOWN';
/** How much an error concerns. */
export type ErrorScope = 'RECORD' | 'BATCH' | 'MODULE' | 'PIPELINE';
/** How a component is. */
export type HealthStatus = 'HEALTHY' | 'DEGRADED' | 'UNHEALTHY';
/** Whether a circuit lets calls through. */
export type CircuitState = 'CLOSED' | 'OPEN' | 'HALF_OPEN';
/** How soon a batch is processed. */
export type Priority = 'NORMAL' | 'HIGH' | 'CRITICAL';
/** How much data is to be protected. */
export type DataClassification = 'PUBLIC' | 'INTERNAL' | 'CONFIDENTIAL' | 'RESTRICTED';

/** From least to most protected. */
export const CLASSIFICATIONS: readonly DataClassification[] = ['PUBLIC', 'INTERNAL', 'CONFIDENTIAL', 'RESTRICTED'];

/** The most protected of the given labels; INTERNAL when there is none. */
export function highestClassification(labels: Iterable<DataClassification>): DataClassification {
	let highest = -1;
	for (const label of labels) highest = Math.max(highest, CLASSIFICATIONS.indexOf(label));
	return CLASSIFICATIONS[highest] ?? 'INTERNAL';
}

/** How one component is. */
export interface ComponentHealth {
	componentName: string;
	status: HealthStatus;
	message: string;
	lastCheck: Iso;
}
