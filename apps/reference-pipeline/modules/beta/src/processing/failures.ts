import {
	type EnrichmentError,
	JOURNAL,
	type MappingFailure,
	STAGE,
	type TransformationError,
	type TransformationFailure,
	type TransformationStage,
	traceFieldsOf,
	type ValidatedRecord,
} from '@pipeline/model';
import type { ProcessFailure } from './process-outcome.ts';
import type { RecordScope } from './record-scope.ts';

interface FailureFacts {
	readonly stage: TransformationStage;
	readonly rule: string;
	readonly code: string;
	readonly message: string;
	readonly fieldName?: string | null;
	readonly isRecoverable?: boolean;
}

/** The failure of a record before there was an intermediate one. */
export function mappingFailed(detail: MappingFailure, scope: RecordScope): ProcessFailure {
	const { errorCode: code, errorMessage: message, failedMapping: rule } = detail;
	const failure = failureOf(scope.record, { stage: 'MAPPING', rule, code, message });
	return { queue: 'MAPPING', targetSchema: scope.schemaId, failure, detail };
}

/** The failure of a rule; only a timeout may pass on another try. */
export function transformFailed(detail: TransformationError, scope: RecordScope): ProcessFailure {
	const { errorCode: code, errorMessage: message, ruleId: rule, fieldName } = detail;
	const isRecoverable = code === 'TRX_007_TIMEOUT';
	const failure = failureOf(scope.record, { stage: 'TRANSFORM', rule, code, message, fieldName, isRecoverable });
	return { queue: 'TRANSFORM', targetSchema: scope.schemaId, failure, detail };
}

/** The failure of a lookup whose fallback is FAIL. */
export function enrichmentFailed(detail: EnrichmentError, scope: RecordScope): ProcessFailure {
	const failure = failureOf(scope.record, {
		stage: 'ENRICHMENT',
		rule: 'TR15',
		code: detail.errorCode,
		message: `no data from ${detail.enrichmentSource}`,
		isRecoverable: detail.errorCategory === 'TRANSIENT' || detail.errorCode === 'ENR_007_CIRCUIT_OPEN',
	});
	return { queue: 'ENRICHMENT', targetSchema: scope.schemaId, failure, detail };
}

/** A record that the quality filter keeps back. */
export function filtered(scope: RecordScope, score: number): ProcessFailure {
	const message = `quality score ${score} is below the threshold`;
	const failure = failureOf(scope.record, { stage: 'SCORING', rule: '', code: 'QUAL_002_BELOW_ERROR', message });
	return { queue: 'CRITICAL', targetSchema: scope.schemaId, failure };
}

/** An error that no stage foresaw. */
export function unexpected(scope: RecordScope, stage: TransformationStage, error: unknown): ProcessFailure {
	const message = error instanceof Error ? error.message : String(error);
	const failure = failureOf(scope.record, { stage, rule: '', code: 'TRX_999_UNKNOWN', message });
	return { queue: 'CRITICAL', targetSchema: scope.schemaId, failure };
}

function failureOf(record: ValidatedRecord, facts: FailureFacts): TransformationFailure {
	return {
		recordId: record.recordId,
		failureStage: facts.stage,
		failureRule: facts.rule,
		errorCode: facts.code,
		errorMessage: facts.message,
		fieldName: facts.fieldName || null,
		isRecoverable: facts.isRecoverable ?? false,
		lineageId: record.lineageId,
		...(record.parentIds && { parentIds: record.parentIds }),
		...traceFieldsOf(record),
		[JOURNAL]: record[JOURNAL],
		[STAGE]: record[STAGE],
	};
}
