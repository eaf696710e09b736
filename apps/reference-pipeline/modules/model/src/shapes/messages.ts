import type { ValidatedRecord } from './alpha.ts';
import type { TransformedRecord } from './beta.ts';
import type { Iso, Module, Priority, Ratio, Sha, TraceFields, Uuid } from './blocks.ts';

/** A connection between two modules. */
export type Edge = 'ALPHA_BETA' | 'BETA_GAMMA';

/** What a message is. */
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

/** What every message begins with. */
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

/** What a receiver checks a batch against. */
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

/** What became of a batch. VERDICT is about no batch. */
export type AcknowledgmentStatus = 'RECEIVED' | 'PROCESSED' | 'REJECTED' | 'VERDICT';

/** What a receiver says about a batch. */
export interface AcknowledgmentPayload {
	batchId: Uuid;
	status: AcknowledgmentStatus;
	recordsAccepted: number;
	recordsRejected: number;
	processingDurationMs: number;
	traceVerdicts?: TraceVerdicts;
}

/** The message of an acknowledgment. */
export interface Acknowledgment {
	header: MessageHeader;
	payload: AcknowledgmentPayload;
}

/** How the records of a batch passed validation. */
export interface ValidationSummary {
	totalRecordsValidated: number;
	recordsPassed: number;
	recordsFailed: number;
	averageQualityScore: Ratio;
}

/** What was done to the records of a batch. */
export interface TransformationSummary {
	totalRecordsTransformed: number;
	transformationsApplied: number;
	enrichmentCacheHitRate: Ratio;
}

/** How good the records of a batch are. */
export interface QualitySummary {
	averageQualityScore: Ratio;
	minQualityScore: Ratio;
	maxQualityScore: Ratio;
	recordsBelowThreshold: number;
}

/** Errors on the way of a batch, by code. */
export interface BatchErrorSummary {
	upstreamErrors: number;
	errorBreakdown: Record<string, number>;
	affectedRecordIds: readonly Uuid[];
}

/** A batch on its way to Beta. */
export interface AlphaBetaBatchTransfer {
	header: MessageHeader;
	metadata: BatchMetadata;
	records: readonly ValidatedRecord[];
	validationSummary: ValidationSummary;
	errorSummary?: BatchErrorSummary;
}

/** A batch on its way to Gamma. */
export interface BetaGammaBatchTransfer {
	header: MessageHeader;
	metadata: BatchMetadata;
	records: readonly TransformedRecord[];
	transformationSummary: TransformationSummary;
	qualitySummary: QualitySummary;
	errorSummary?: BatchErrorSummary;
}

/** A batch on its way, on any edge. */
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
