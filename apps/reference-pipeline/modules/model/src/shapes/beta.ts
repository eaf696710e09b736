import type { Carrier } from '../carrier.ts';
import type { Fields, FieldValue } from '../field-value.ts';
import type { ValidatedRecord } from './alpha.ts';
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
	Uuid,
} from './blocks.ts';

/** Where in Beta a record is. */
export type TransformationStage = 'MAPPING' | 'TRANSFORM' | 'ENRICHMENT' | 'SCORING';

/** What Beta is asked to do with a batch. */
export interface TransformationRequest {
	requestId: Uuid;
	batchId: Uuid;
	records: readonly ValidatedRecord[];
	priority: Priority;
	transformationProfile: string;
}

/** One change of one field. */
export interface TransformationLogEntry {
	timestamp: Iso;
	ruleId: string;
	fieldName: string;
	operation: string;
	previousValue: FieldValue | null;
	newValue: FieldValue | null;
}

/** A record before and after a stage. */
export interface StageChecksum {
	before: Sha;
	after: Sha;
}

/** A record on its way to one target schema. */
export interface IntermediateRecord extends Carrier, LineageFields, TraceFields, ContextHealth {
	recordId: Uuid;
	/** Frozen. */
	originalFields: Fields;
	currentFields: Fields;
	targetSchema: string;
	stage: TransformationStage;
	appliedRules: readonly string[];
	transformationLog: readonly TransformationLogEntry[];
	classification: DataClassification;
	stageChecksums?: Partial<Record<TransformationStage, StageChecksum>>;
}

/** The parts of a quality score, and their weighted mean. */
export interface QualityDimensions {
	completenessScore: Ratio;
	consistencyScore: Ratio;
	conformanceScore: Ratio;
	timelinessScore: Ratio;
	overallScore: Ratio;
}

/** A record in its target schema. Id and schema together are unique. */
export interface TransformedRecord extends Carrier, LineageFields, TraceFields, ContextHealth {
	recordId: Uuid;
	fields: Fields;
	targetSchema: string;
	/** How many target schemas this record was mapped to. */
	targetSchemaCount?: number;
	qualityScore: Ratio;
	qualityDimensions: QualityDimensions;
	transformationTimestamp: Iso;
	rulesApplied: number;
	qualityFlags?: readonly string[];
	classification: DataClassification;
	personalFields: readonly string[];
	upstreamQualityScore?: Ratio;
	sourceId?: string;
	ingestionTimestamp?: Iso;
}

/** Why a record did not get through Beta. */
export interface TransformationFailure extends Carrier, LineageFields, TraceFields, OriginFields {
	recordId: Uuid;
	failureStage: TransformationStage;
	failureRule: string;
	errorCode: string;
	errorMessage: string;
	fieldName: string | null;
	isRecoverable: boolean;
}

/** Why a record did not fit its target schema. */
export interface MappingFailure extends Carrier, LineageFields, TraceFields, OriginFields {
	recordId: Uuid;
	sourceFields: Fields;
	targetSchema: string;
	failedMapping: string;
	errorCode: string;
	errorMessage: string;
	failureTimestamp: Iso;
}

/** Why a rule could not be applied. */
export interface TransformationError extends Carrier, LineageFields, TraceFields, OriginFields {
	recordId: Uuid;
	ruleId: string;
	fieldName: string;
	/** Masked when the field is sensitive. */
	inputValue: string;
	errorCode: string;
	errorMessage: string;
	intermediateState: Fields;
}

/** Why a lookup gave nothing. */
export interface EnrichmentError extends Carrier, LineageFields, TraceFields, OriginFields {
	recordId: Uuid;
	enrichmentSource: string;
	lookupKey: string;
	errorCategory: 'TRANSIENT' | 'PERMANENT';
	errorCode: string;
	retryCount: number;
	circuitState: CircuitState;
}

/** One line of the error log of Beta. */
export interface TransformationErrorLog {
	timestamp: Iso;
	level: Severity;
	errorCategory: string;
	errorCode: string;
	message: string;
	recordId?: string;
	batchId?: string;
	correlationId?: string;
	context?: StringMap;
}

/** A question to an enrichment source. */
export interface EnrichmentRequest extends Carrier {
	key: string;
	recordId?: Uuid;
}

/** Where enrichment values come from. Resolves to undefined when it does not know the key. */
export interface EnrichmentSource {
	readonly sourceId: string;
	readonly kind: 'DATABASE' | 'API' | 'CACHE';
	readonly classification: DataClassification;
	readonly authorizationRef: string;
	lookup(request: EnrichmentRequest, signal?: AbortSignal): Promise<Fields | undefined>;
	healthCheck(): Promise<ComponentHealth>;
}
