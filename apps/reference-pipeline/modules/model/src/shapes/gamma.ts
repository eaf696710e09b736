import type { Carrier } from '../carrier.ts';
import type { Fields } from '../field-value.ts';
import type { TransformedRecord } from './beta.ts';
import type {
	CircuitState,
	ComponentHealth,
	ContextHealth,
	DataClassification,
	Iso,
	LineageFields,
	OriginFields,
	Priority,
	Ratio,
	Severity,
	Sha,
	StringMap,
	TraceFields,
	TraceTiming,
	Uuid,
} from './blocks.ts';

/** What a record is rendered as. */
export type OutputFormat = 'JSON' | 'XML' | 'CSV' | 'AVRO' | 'PARQUET' | 'TEMPLATE';
/** How a destination acknowledges. */
export type AckType = 'SYNC' | 'ASYNC' | 'BATCH';
/** What became of an acknowledgment. */
export type AckStatus = 'PENDING' | 'RECEIVED' | 'TIMEOUT' | 'ERROR';
/** What to do when no acknowledgment comes. */
export type AckTimeoutAction = 'RETRY_DELIVERY' | 'ASSUME_SUCCESS' | 'QUERY_DESTINATION' | 'MANUAL_REVIEW';
/** What became of a delivery attempt. */
export type AttemptStatus = 'PENDING' | 'SUCCESS' | 'FAILED' | 'TIMEOUT';
/** What became of a delivery. */
export type FinalStatus = 'DELIVERED' | 'FAILED' | 'EXPIRED' | 'DLQ';

/** What Gamma is asked to do with a batch. */
export interface DeliveryRequest {
	requestId: Uuid;
	batchId: Uuid;
	records: readonly TransformedRecord[];
	priority: Priority;
	deliveryProfile: string;
	sourceTimestamp: Iso;
	expiration?: Iso;
}

/** A record in the format of one destination. */
export interface RenderedRecord extends Carrier, LineageFields, TraceFields {
	recordId: Uuid;
	destinationId: string;
	format: OutputFormat;
	renderedContent: Uint8Array;
	contentType: string;
	encoding: string;
	renderTimestamp: Iso;
	renderDurationMs: number;
	contentChecksum: Sha;
}

/** One try to deliver. */
export interface DeliveryAttempt extends Carrier, LineageFields, TraceFields {
	attemptId: Uuid;
	recordId: Uuid;
	destinationId: string;
	/** From 1. */
	attemptNumber: number;
	attemptTimestamp: Iso;
	completionTimestamp: Iso | null;
	status: AttemptStatus;
	responseCode?: string;
	responseMessage?: string;
	latencyMs: number | null;
}

/** How the delivery to one destination ended. */
export interface DeliveryResult extends Carrier, LineageFields, TraceFields, TraceTiming, ContextHealth {
	recordId: Uuid;
	destinationId: string;
	finalStatus: FinalStatus;
	totalAttempts: number;
	firstAttempt: Iso;
	finalAttempt: Iso;
	acknowledgmentId: string | null;
	acknowledgmentTimestamp: Iso | null;
	deliveryLatencyMs: number;
	qualityScore?: Ratio;
	upstreamQualityScore?: Ratio;
}

/** An acknowledgment that is awaited or came. */
export interface AcknowledgmentRecord extends Carrier, LineageFields, TraceFields {
	recordId: Uuid;
	destinationId: string;
	correlationId: string;
	ackType: AckType;
	ackStatus: AckStatus;
	expectedBy: Iso;
	receivedAt: Iso | null;
	ackPayload?: string;
	deliverySpanId?: string;
}

/** A delivery that was given up, with everything needed to try again. */
export interface DeadLetterEntry extends Carrier, LineageFields, TraceFields, ContextHealth, OriginFields {
	entryId: Uuid;
	recordId: Uuid;
	destinationId: string;
	originalRecord: TransformedRecord;
	renderedContent?: Uint8Array;
	failureReason: string;
	failureDetails: string;
	attemptHistory: readonly DeliveryAttempt[];
	createdAt: Iso;
	expiresAt: Iso;
	replayCount: number;
	enqueuedAt?: Iso;
}

/** Where a record goes, and by which rule. */
export interface RoutingDecision extends Carrier, LineageFields, TraceFields {
	recordId: Uuid;
	evaluatedRules: readonly string[];
	matchedRule: string | null;
	destinations: readonly string[];
	routingTimestamp: Iso;
	routingContext: StringMap;
}

/** Why a record could not be rendered. */
export interface RenderingFailure extends Carrier, LineageFields, TraceFields, OriginFields {
	recordId: Uuid;
	destinationId: string;
	targetFormat: string;
	inputFields: Fields;
	errorCode: string;
	errorMessage: string;
	fieldName: string | null;
	failureTimestamp: Iso;
}

/** Why a record goes nowhere. */
export interface RoutingError extends Carrier, LineageFields, TraceFields, OriginFields {
	recordId: Uuid;
	evaluatedRules: readonly string[];
	routingContext: StringMap;
	errorCode: string;
	errorMessage: string;
	failureTimestamp: Iso;
}

/** Why a destination could not be reached. */
export interface ConnectionError {
	destinationId: string;
	errorType: 'NETWORK' | 'DNS' | 'TLS' | 'AUTH' | 'POOL' | 'SERVICE';
	errorCode: string;
	errorMessage: string;
	retryCount: number;
	circuitState: CircuitState;
	failureTimestamp: Iso;
}

/** Why a destination did not take a record. */
export interface DeliveryError extends Carrier, LineageFields, TraceFields, OriginFields {
	recordId: Uuid;
	destinationId: string;
	attemptNumber: number;
	errorType: 'TRANSIENT' | 'PERMANENT';
	errorCode: string;
	destinationResponse: string;
	retryEligible: boolean;
	failureTimestamp: Iso;
}

/** Why a delivery was not acknowledged. */
export interface AcknowledgmentError extends Carrier, LineageFields, TraceFields, OriginFields {
	recordId: Uuid;
	destinationId: string;
	ackType: AckType;
	errorCode: string;
	errorMessage: string;
	correlationId: string;
	expectedBy: Iso;
	failureTimestamp: Iso;
}

/** One line of the error log of Gamma. */
export interface OutputErrorLog {
	timestamp: Iso;
	level: Severity;
	errorCategory: string;
	errorCode: string;
	message: string;
	recordId?: string;
	destinationId?: string;
	batchId?: string;
	correlationId?: string;
	attemptNumber?: number;
	context?: StringMap;
}

/** Where records go. */
export interface DestinationAdapter {
	connect(): Promise<void>;
	disconnect(): Promise<void>;
	deliver(batch: readonly RenderedRecord[]): Promise<DeliveryAttempt[]>;
	getDeliveryStatus(batchId: string): Promise<AckStatus | undefined>;
	getMetrics(): Readonly<Record<string, number>>;
	healthCheck(): Promise<ComponentHealth>;
}

/** What is known of a destination. */
export interface DestinationRegistration {
	destinationId: string;
	kind: 'DATABASE' | 'FILE' | 'API' | 'QUEUE';
	maxClassification: DataClassification;
	format: OutputFormat;
	ackType: AckType;
	ackTimeoutAction: AckTimeoutAction;
	enabled: boolean;
}
