/** RFC 9562, lowercase; own ids are version 7. */
export type Uuid = string;
/** ISO 8601 UTC with microseconds: `YYYY-MM-DDTHH:mm:ss.ffffffZ`. */
export type Iso = string;
/** 0 to 1 inclusive. */
export type Ratio = number;
/** SHA-256, 64 lowercase hex digits. */
export type Sha = string;
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

export type ContextOrigin = 'ORIGINAL' | 'RESTORED' | 'REGENERATED' | 'SYNTHETIC';

export interface ContextHealth {
	contextOrigin?: ContextOrigin;
}

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

export type Module = 'ALPHA' | 'BETA' | 'GAMMA' | 'INTEGRATION' | 'EPSILON' | 'PHI' | 'TELEMETRY';
export type Severity = 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'CRITICAL';
export type IntegrationSeverity = 'CRITICAL' | 'ERROR' | 'WARNING';
export type Recoverability = 'TRANSIENT' | 'PERMANENT' | 'UNKNOWN';
export type ErrorScope = 'RECORD' | 'BATCH' | 'MODULE' | 'PIPELINE';
export type HealthStatus = 'HEALTHY' | 'DEGRADED' | 'UNHEALTHY';
export type CircuitState = 'CLOSED' | 'OPEN' | 'HALF_OPEN';
export type Priority = 'NORMAL' | 'HIGH' | 'CRITICAL';
export type DataClassification = 'PUBLIC' | 'INTERNAL' | 'CONFIDENTIAL' | 'RESTRICTED';

/** From least to most protected. */
export const CLASSIFICATIONS: readonly DataClassification[] = ['PUBLIC', 'INTERNAL', 'CONFIDENTIAL', 'RESTRICTED'];

/** The most protected of the given labels; INTERNAL when there is none. */
export function highestClassification(labels: Iterable<DataClassification>): DataClassification {
	let highest = -1;
	for (const label of labels) highest = Math.max(highest, CLASSIFICATIONS.indexOf(label));
	return CLASSIFICATIONS[highest] ?? 'INTERNAL';
}

export interface ComponentHealth {
	componentName: string;
	status: HealthStatus;
	message: string;
	lastCheck: Iso;
}
