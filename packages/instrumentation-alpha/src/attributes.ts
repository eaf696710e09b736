// Hot path: runs for every record. The only place that reads facts off ingestion's objects.
import { ENTRY_STAGE, type Journal, type RecordTracer, type Stage } from '@pipeline/telemetry-core';
import { attribute } from '@pipeline/telemetry-core/alpha';
import { read, setCode, setList, setNumber, setText } from '@pipeline/telemetry-core/instrumentation';
import type { AlphaBinding, RuleFailureFacts } from './binding.ts';

const UNKNOWN = 'unknown';

/** Source of a raw record, `unknown` where the binding does not say. */
export function sourceIdOf(binding: AlphaBinding, raw: unknown): string {
	return read(binding.raw?.sourceId, raw) ?? UNKNOWN;
}

/** Type of a source, which its id begins with. */
export function sourceTypeOf(sourceId: string): string {
	const colon = sourceId.indexOf(':');
	return colon > 0 ? sourceId.slice(0, colon) : UNKNOWN;
}

/** What names a raw record that has no id: the batch it was fetched with, and its place in that. */
export function rawRef(binding: AlphaBinding, raw: object): string | undefined {
	const batchId = read(binding.raw?.batchId, raw);
	return batchId === undefined ? undefined : `${batchId}#${read(binding.raw?.sequenceNumber, raw) ?? 0}`;
}

/** What is known of a record when it arrives. */
export function describeRaw(binding: AlphaBinding, tracer: RecordTracer, journal: Journal, raw: unknown): void {
	const readers = binding.raw ?? {};
	const sourceId = sourceIdOf(binding, raw);
	setText(tracer, journal, ENTRY_STAGE, attribute['pipeline.source_id'], sourceId);
	setText(tracer, journal, ENTRY_STAGE, attribute['pipeline.source_type'], sourceTypeOf(sourceId));
	setText(tracer, journal, ENTRY_STAGE, attribute['pipeline.batch_id'], read(readers.batchId, raw));
	setText(tracer, journal, ENTRY_STAGE, attribute['pipeline.correlation_id'], read(readers.batchId, raw));
	setText(tracer, journal, ENTRY_STAGE, attribute['pipeline.lineage_id'], read(readers.lineageId, raw));
	setText(tracer, journal, ENTRY_STAGE, attribute['pipeline.content_type'], read(readers.contentType, raw));
	setText(tracer, journal, ENTRY_STAGE, attribute['pipeline.encoding'], read(readers.encoding, raw));
	setNumber(tracer, journal, ENTRY_STAGE, attribute['pipeline.size_bytes'], read(readers.sizeBytes, raw));
	setNumber(tracer, journal, ENTRY_STAGE, attribute['pipeline.sequence_number'], read(readers.sequenceNumber, raw));
}

/** What is known once it was parsed. */
export function describeParsed(
	binding: AlphaBinding,
	tracer: RecordTracer,
	journal: Journal,
	stage: Stage,
	record: unknown,
): void {
	const readers = binding.record ?? {};
	const schemaId = read(readers.schemaId, record);
	setText(tracer, journal, ENTRY_STAGE, attribute['pipeline.record_id'], read(readers.recordId, record));
	setText(tracer, journal, ENTRY_STAGE, attribute['pipeline.lineage_id'], read(readers.lineageId, record));
	setText(tracer, journal, ENTRY_STAGE, attribute['pipeline.schema_id'], schemaId);
	setText(tracer, journal, stage, attribute['pipeline.schema_id'], schemaId);
	setNumber(tracer, journal, stage, attribute['pipeline.schema_version'], read(readers.schemaVersion, record));
	setNumber(tracer, journal, stage, attribute['pipeline.field_count'], read(readers.fieldCount, record));
	setNumber(tracer, journal, stage, attribute['pipeline.warning_count'], read(binding.parse?.warnings, record)?.length);
}

/** What validation found. */
export function describeValidation(
	binding: AlphaBinding,
	tracer: RecordTracer,
	journal: Journal,
	stage: Stage,
	outcome: unknown,
): void {
	const readers = binding.validate;
	const disposition = read(readers?.disposition, outcome);
	const score = read(readers?.qualityScore, outcome);
	const validated = read(readers?.validated, outcome);
	setCode(tracer, journal, stage, attribute['pipeline.validation_outcome'], disposition);
	setCode(tracer, journal, ENTRY_STAGE, attribute['pipeline.validation_outcome'], disposition);
	setNumber(tracer, journal, stage, attribute['pipeline.quality_score'], score);
	setNumber(tracer, journal, ENTRY_STAGE, attribute['pipeline.quality_score'], score);
	setNumber(tracer, journal, stage, attribute['pipeline.rules_evaluated'], read(readers?.rulesEvaluated, outcome));
	setNumber(tracer, journal, stage, attribute['pipeline.rules_passed'], read(readers?.rulesPassed, outcome));
	if (validated === undefined) return;
	const record = binding.record ?? {};
	setList(tracer, journal, stage, attribute['pipeline.quality_flags'], read(record.qualityFlags, validated));
	setText(tracer, journal, ENTRY_STAGE, attribute['pipeline.lineage_id'], read(record.lineageId, validated));
	setCode(tracer, journal, ENTRY_STAGE, attribute['pipeline.classification'], read(record.classification, validated));
}

/** One broken rule, as attributes of its event. */
export function describeRuleFailure(
	tracer: RecordTracer,
	journal: Journal,
	event: Stage,
	failure: RuleFailureFacts,
	disposition: string,
): void {
	setText(tracer, journal, event, attribute['pipeline.rule_id'], failure.ruleId);
	setText(tracer, journal, event, attribute['pipeline.error_code'], failure.errorCode);
	setText(tracer, journal, event, attribute['pipeline.field_name'], failure.fieldName);
	setText(tracer, journal, event, attribute['pipeline.severity'], failure.severity ?? 'ERROR');
	setText(tracer, journal, event, attribute['pipeline.expected'], failure.expectedValue);
	setText(tracer, journal, event, attribute['pipeline.actual'], failure.actualValue);
	setCode(tracer, journal, event, attribute['pipeline.disposition'], disposition);
}
