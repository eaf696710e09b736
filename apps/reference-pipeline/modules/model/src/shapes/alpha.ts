import type { Carrier } from '../carrier.ts';
import type { Fields } from '../field-value.ts';
import type {
	ComponentHealth,
	ContextHealth,
	DataClassification,
	Iso,
	LineageFields,
	OriginFields,
	Ratio,
	Severity,
	StringMap,
	TraceFields,
	Uuid,
} from './blocks.ts';

/** What a source gave, before anyone looked into it. */
export interface RawRecord extends Carrier, LineageFields, TraceFields {
	/** `{source_type}:{source_name}`. */
	sourceId: string;
	/** The untouched original, for replay. */
	rawBytes: Uint8Array;
	encoding: string;
	/** MIME type. */
	contentType: string;
	sourceTimestamp: Iso | null;
	ingestionTimestamp: Iso;
	sourceMetadata: StringMap;
	batchId: Uuid;
	/** Position in the batch, from 0. */
	sequenceNumber: number;
}

/** A record with typed fields, not yet checked. */
export interface ParsedRecord extends Carrier, LineageFields, TraceFields {
	recordId: Uuid;
	/** `{batch_id}#{sequence_number}`. */
	rawRecordRef: string;
	fields: Fields;
	schemaId: string;
	schemaVersion: number;
	parseTimestamp: Iso;
	parseDurationMs: number;
	parseWarnings: readonly string[];
	sourceId?: string;
	batchId?: Uuid;
	ingestionTimestamp?: Iso;
	sourceTimestamp?: Iso | null;
}

/** A remark on a record: `COMPLETE`, `PARTIAL`, `SUSPECT`, `QUARANTINED`. */
export type QualityFlag = string;

/** A record that passed its rules. */
export interface ValidatedRecord extends Carrier, LineageFields, TraceFields, ContextHealth {
	recordId: Uuid;
	parsedRecordRef: string;
	fields: Fields;
	validationTimestamp: Iso;
	validationDurationMs: number;
	rulesEvaluated: number;
	rulesPassed: number;
	qualityScore: Ratio;
	qualityFlags: readonly QualityFlag[];
	sourceId?: string;
	ingestionTimestamp?: Iso;
	sourceTimestamp?: Iso | null;
	classification: DataClassification;
	personalFields: readonly string[];
}

/** How bad a failed rule is. */
export type FailureSeverity = 'WARNING' | 'ERROR' | 'CRITICAL';

/** One rule that a record did not meet. */
export interface RuleFailure {
	ruleId: string;
	ruleName: string;
	fieldName: string | null;
	/** Masked when the field is sensitive. */
	expectedValue: string;
	actualValue: string;
	errorCode: string;
	errorMessage: string;
	severity?: FailureSeverity;
}

/** Why a record did not pass; at least one rule. */
export interface ValidationFailure extends Carrier, LineageFields, TraceFields, OriginFields {
	recordId: Uuid;
	parsedRecordRef: string;
	failureTimestamp: Iso;
	failedRules: readonly RuleFailure[];
	failureSeverity: FailureSeverity;
	isRecoverable: boolean;
	suggestedAction: string;
}

/** Why raw bytes gave no record. */
export interface ParseFailure extends Carrier, LineageFields, TraceFields, OriginFields {
	rawRecord: RawRecord;
	/** `line:column` or a byte offset. */
	errorLocation: string;
	expectedToken: string;
	parserState: string;
	partialResult?: Fields;
	failureTimestamp: Iso;
	errorCode: string;
}

/** A buffer that reached or left a watermark. */
export interface BackPressureEvent {
	bufferId: string;
	eventType: 'ACTIVATED' | 'DEACTIVATED' | 'THRESHOLD_WARNING';
	currentUtilization: Ratio;
	durationActiveMs: number;
	affectedSources: readonly string[];
}

/** One line of the error log of Alpha. */
export interface ErrorLogEntry {
	timestamp: Iso;
	level: Severity;
	errorCategory: string;
	errorCode: string;
	message: string;
	recordId?: string;
	sourceId?: string;
	correlationId?: string;
	stackTrace?: string;
	context: StringMap;
}

/** Where records come from. */
export interface SourceAdapter {
	readonly sourceId: string;
	readonly sourceType: 'REST_API' | 'DATABASE' | 'MESSAGE_QUEUE' | 'FILE';
	connect(): Promise<void>;
	disconnect(): Promise<void>;
	/** At most `batchSize`; none when the source is exhausted. */
	fetch(batchSize: number): Promise<RawRecord[]>;
	acknowledge(recordIds: readonly string[]): Promise<void>;
	getMetrics(): Readonly<Record<string, number>>;
	healthCheck(): Promise<ComponentHealth>;
}
