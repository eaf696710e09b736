import type { ValidatedRecord } from './alpha.ts';
import type { TransformedRecord } from './beta.ts';
import type {
	CircuitState,
	ComponentHealth,
	ErrorScope,
	HealthStatus,
	IntegrationSeverity,
	Iso,
	Module,
	Priority,
	Ratio,
	Recoverability,
	Sha,
	TraceFields,
	Uuid,
} from './blocks.ts';

export type Edge = 'ALPHA_BETA' | 'BETA_GAMMA';

export type MessageType =
	| 'BATCH_TRANSFER'
	| 'ACKNOWLEDGMENT'
	| 'BACKPRESSURE'
	| 'DELIVERY_CONFIRMATION'
	| 'ERROR_NOTIFICATION'
	| 'CIRCUIT_STATE_CHANGE'
	| 'HEALTH_CHECK'
	| 'CACHE_ACCESS'
	| 'CACHE_WARM_UP'
	| 'JOB_CONTROL'
	| 'JOB_STATUS'
	| 'DEPENDENCY_SIGNAL'
	| 'SCHEDULE_NOTIFICATION';

export interface MessageHeader extends TraceFields {
	messageId: Uuid;
	correlationId: string;
	sourceModule: Module;
	targetModule: Module;
	messageType: MessageType;
	timestamp: Iso;
	/** `1.1.0`; readers accept 1.x. */
	protocolVersion: string;
}

export interface BatchMetadata {
	batchId: Uuid;
	/** Monotonic per source module. */
	sequenceNumber: number;
	recordCount: number;
	checksum: Sha;
	createdAt: Iso;
}

/** Decisions about traces, carried unread. */
export type TraceVerdicts = Readonly<Record<string, unknown>>;

export type AcknowledgmentStatus = 'RECEIVED' | 'PROCESSED' | 'REJECTED' | 'VERDICT';

export interface AcknowledgmentPayload {
	batchId: Uuid;
	status: AcknowledgmentStatus;
	recordsAccepted: number;
	recordsRejected: number;
	processingDurationMs: number;
	traceVerdicts?: TraceVerdicts;
}

export interface Acknowledgment {
	header: MessageHeader;
	payload: AcknowledgmentPayload;
}

export interface ValidationSummary {
	totalRecordsValidated: number;
	recordsPassed: number;
	recordsFailed: number;
	averageQualityScore: Ratio;
}

export interface TransformationSummary {
	totalRecordsTransformed: number;
	transformationsApplied: number;
	enrichmentCacheHitRate: Ratio;
}

export interface QualitySummary {
	averageQualityScore: Ratio;
	minQualityScore: Ratio;
	maxQualityScore: Ratio;
	recordsBelowThreshold: number;
}

export interface BatchErrorSummary {
	upstreamErrors: number;
	errorBreakdown: Record<string, number>;
	affectedRecordIds: readonly Uuid[];
}

export interface AlphaBetaBatchTransfer {
	header: MessageHeader;
	metadata: BatchMetadata;
	records: readonly ValidatedRecord[];
	validationSummary: ValidationSummary;
	errorSummary?: BatchErrorSummary;
}

export interface BetaGammaBatchTransfer {
	header: MessageHeader;
	metadata: BatchMetadata;
	records: readonly TransformedRecord[];
	transformationSummary: TransformationSummary;
	qualitySummary: QualitySummary;
	errorSummary?: BatchErrorSummary;
}

export type BatchTransfer = AlphaBetaBatchTransfer | BetaGammaBatchTransfer;

/** A batch as alpha assembles it; header and metadata are the integration layer's. */
export interface AlphaBetaBatch {
	batchId: Uuid;
	correlationId: string;
	priority: Priority;
	records: readonly ValidatedRecord[];
	validationSummary: ValidationSummary;
	errorSummary?: BatchErrorSummary;
	checksum?: Sha;
}

/** A batch as beta assembles it. */
export interface BetaGammaBatch {
	batchId: Uuid;
	correlationId: string;
	priority: Priority;
	records: readonly TransformedRecord[];
	transformationSummary: TransformationSummary;
	qualitySummary: QualitySummary;
	errorSummary?: BatchErrorSummary;
	checksum?: Sha;
}

export interface BackPressureSignal {
	header: MessageHeader;
	signalType: 'ACTIVATE' | 'DEACTIVATE';
	currentQueueDepth: number;
	recommendedDelayMs: number;
	queueCapacity?: number;
}

export interface RecordDeliveryResult {
	recordId: Uuid;
	destinationId: string;
	status: 'DELIVERED' | 'FAILED' | 'DLQ';
	deliveryTimestamp: Iso;
}

export interface DeliveryConfirmation {
	header: MessageHeader;
	batchId: Uuid;
	deliveryResults: readonly RecordDeliveryResult[];
	traceVerdicts?: TraceVerdicts;
}

export interface ErrorContext {
	recordId?: string;
	batchId?: string;
	fieldName?: string;
	expectedValue?: string;
	actualValue?: string;
	upstreamErrors?: readonly Uuid[];
}

export interface IntegrationError extends TraceFields {
	errorId: Uuid;
	correlationId: string;
	timestamp: Iso;
	sourceModule: Module;
	severity: IntegrationSeverity;
	recoverability: Recoverability;
	scope: ErrorScope;
	errorCode: string;
	errorMessage: string;
	context: ErrorContext;
	retryEligible: boolean;
}

export type ActionRequired = 'NONE' | 'THROTTLE' | 'HALT' | 'INVESTIGATE';

export interface ErrorNotification {
	header: MessageHeader;
	errors: readonly IntegrationError[];
	actionRequired: ActionRequired;
}

export interface CircuitBreakerState {
	/** `{module}:{kind}:{target}`. */
	circuitId: string;
	state: CircuitState;
	failureCount: number;
	lastFailure: Iso | null;
	nextAttempt: Iso | null;
}

export interface CircuitStateChange extends TraceFields {
	header: MessageHeader;
	circuitId: string;
	previousState: CircuitState;
	newState: CircuitState;
	affectedModules: readonly Module[];
}

export type CheckType = 'LIVENESS' | 'READINESS' | 'DETAILED';

export interface HealthCheckRequest {
	header: MessageHeader;
	checkType: CheckType;
}

export interface HealthCheckResponse {
	header: MessageHeader;
	status: HealthStatus;
	checks: readonly ComponentHealth[];
	uptimeSeconds: number;
}

export interface CacheAccessRequest {
	header: MessageHeader;
	operation: 'GET' | 'PUT' | 'INVALIDATE';
	cacheKey: string;
	cacheNamespace: string;
	value?: Uint8Array;
	ttlSeconds?: number;
}

export interface CacheAccessResponse {
	header: MessageHeader;
	status: 'HIT' | 'MISS' | 'ERROR';
	value?: Uint8Array;
	sourceTier?: 'L1' | 'L2' | 'L3';
	latencyMs: number;
}

export interface CacheWarmUpRequest {
	header: MessageHeader;
	cacheNamespace: string;
	keyPatterns: readonly string[];
	priority: 'NORMAL' | 'HIGH';
}

export interface JobControlRequest {
	header: MessageHeader;
	operation: 'START' | 'STOP' | 'PAUSE' | 'RESUME';
	jobId: string;
	parameters: Record<string, unknown>;
}

export interface JobStatusUpdate {
	header: MessageHeader;
	jobId: string;
	executionId: string;
	status: 'PENDING' | 'RUNNING' | 'COMPLETED' | 'FAILED';
	progressPercent: number;
	recordsProcessed: number;
}

export interface DependencySignal {
	header: MessageHeader;
	signalType: 'JOB_COMPLETE' | 'JOB_FAILED' | 'DATA_READY';
	jobId: string;
	downstreamJobs: readonly string[];
}

export interface ScheduleNotification {
	header: MessageHeader;
	jobId: string;
	scheduledTime: Iso;
	parameters: Record<string, unknown>;
}
