// Hot path: runs for every pass over every record.
import type { Journal, RecordTracer, Stage, TraceFields } from '@pipeline/telemetry-core';
import { attribute, span, spanEvent } from '@pipeline/telemetry-core/beta';
import { handOver, type Patch, read, recordCall, setNumber, setText } from '@pipeline/telemetry-core/instrumentation';
import { describeFailure } from './attributes.ts';
import type { BetaBinding } from './binding.ts';
import { compareResult, describeChecksums } from './checksums.ts';
import type { BetaOptions } from './config.ts';
import { errors, metrics } from './metrics.ts';
import { thirdArgument, withThirdArgument } from './third-argument.ts';

const UNKNOWN = 'TRX_999_UNKNOWN';
const TIMEOUT = 'TRX_007_TIMEOUT';
const MASKED = '***';
const NO_VALUE = 'NULL';

/** The rules of one pass run on a record. */
export function transform(binding: BetaBinding, options: BetaOptions): Patch {
	const readers = binding.transform;
	return {
		target: readers,
		sees: 'transformation: rules, fallbacks, changed fields',
		wrap: withThirdArgument(
			recordCall({
				span: span['beta.transform.apply'],
				begin() {
					metrics.inProgress.of('TRANSFORM').add(1);
				},
				settled(tracer, journal, stage, outcome: object, record: object, pass: unknown) {
					const schema = read(binding.record?.targetSchema, record);
					const fallbacks = read(readers?.fallbacks, outcome) ?? [];
					setText(tracer, journal, stage, attribute['pipeline.target_schema'], schema);
					if (typeof pass === 'number') tracer.setNumber(journal, stage, attribute['pipeline.transform_pass'], pass);
					setNumber(tracer, journal, stage, attribute['pipeline.rules_applied'], read(readers?.rulesApplied, outcome));
					setNumber(tracer, journal, stage, attribute['pipeline.rules_skipped'], read(readers?.rulesSkipped, outcome));
					tracer.setNumber(journal, stage, attribute['pipeline.fallback_count'], fallbacks.length);
					for (const { ruleId, policy } of fallbacks) {
						const told = tracer.event(journal, stage, spanEvent['fallback.applied']);
						tracer.setText(journal, told, attribute['pipeline.action'], policy);
						tracer.setText(journal, told, attribute['pipeline.rule_id'], ruleId);
					}
					const failure = read(readers?.failure, outcome);
					if (failure !== undefined) {
						tracer.fail(journal, stage, errors.definition(failure.errorCode));
						describeFailure(tracer, journal, stage, 'TRANSFORM', failure, read(binding.record?.recordId, record));
						return;
					}
					describeChecksums(tracer, journal, stage, read(readers?.checksums, outcome));
					tellChanges(binding, options, tracer, journal, stage, outcome, record);
				},
				failed(tracer, journal, stage, error, record: object) {
					tracer.fail(journal, stage, errors.definition(UNKNOWN), error);
					describeFailure(tracer, journal, stage, 'TRANSFORM', {}, read(binding.record?.recordId, record));
				},
				after(tracer, journal, stage, seconds, outcome: object | undefined, record: object, pass: unknown) {
					metrics.inProgress.of('TRANSFORM').add(-1);
					const schema = read(binding.record?.targetSchema, record);
					const failure = outcome === undefined ? { errorCode: UNKNOWN } : read(readers?.failure, outcome);
					metrics.transformSeconds.of(schema, outcomeOf(failure?.errorCode)).record(seconds);
					for (const { ruleId, outcome: result } of (outcome && read(readers?.outcomes, outcome)) ?? [])
						metrics.rulesApplied.of(ruleId, result).add(1);
					countFallbacks(binding, tracer, journal, stage, outcome, record);
					if (outcome !== undefined)
						handOver(tracer, journal, tracer.stageOf(record), read(readers?.transformed, outcome));
					const recordId = read(binding.record?.recordId, record);
					if (failure !== undefined) return tellFailure(failure, schema, recordId, tracer.inject(journal, stage, {}));
					const checksums = outcome === undefined ? undefined : read(readers?.checksums, outcome);
					if (checksums !== undefined)
						compareResult(binding, tracer, journal, stage, { recordId, of: `${schema}|PASS ${pass}`, checksums });
				},
			}),
		),
	};
}

function outcomeOf(errorCode: string | undefined): string {
	return errorCode === undefined ? 'SUCCESS' : errorCode === TIMEOUT ? 'TIMEOUT' : 'FAILURE';
}

/** A rule, or the time that a record has, ended its way into a target schema. */
export function tellFailure(
	{ errorCode, ruleId }: { readonly errorCode: string; readonly ruleId?: string | undefined },
	schema: string | undefined,
	recordId: string | undefined,
	context: Readonly<TraceFields>,
): void {
	metrics.transformErrors.of(errorCode, schema, ruleId).add(1);
	if (errorCode === TIMEOUT) metrics.timeouts.of().add(1);
	errors.report(errorCode, {
		recordId,
		context,
		dimensions: { 'pipeline.target_schema': schema, 'pipeline.rule_id': ruleId },
	});
}

/** Each failed rule counts once: those that end the record's way are its failure, the others are warnings. */
function countFallbacks(
	binding: BetaBinding,
	tracer: RecordTracer,
	journal: Journal,
	stage: Stage,
	outcome: object | undefined,
	record: object,
): void {
	const fallbacks = outcome === undefined ? [] : (read(binding.transform?.fallbacks, outcome) ?? []);
	for (const { ruleId, policy, errorCode } of fallbacks) {
		metrics.ruleFallbacks.of(policy).add(1);
		if (policy === 'FAIL') continue;
		const schema = read(binding.record?.targetSchema, record);
		metrics.transformErrors.of(errorCode, schema, ruleId).add(1);
		errors.report(errorCode, {
			severity: 'WARN',
			recordId: read(binding.record?.recordId, record),
			context: tracer.inject(journal, stage, {}),
			dimensions: { 'pipeline.target_schema': schema, 'pipeline.rule_id': ruleId },
		});
	}
}

/** Sensitive fields that the pass changed: which, and by which rule; that there was and is a value, never which. */
function tellChanges(
	binding: BetaBinding,
	{ maxFieldEvents }: BetaOptions,
	tracer: RecordTracer,
	journal: Journal,
	stage: Stage,
	outcome: object,
	record: object,
): void {
	const isSensitive = read(binding.scope?.isSensitive, thirdArgument());
	if (isSensitive === undefined) return;
	const changes = read(binding.transform?.changesAfter, outcome) ?? [];
	let told = 0;
	for (let at = read(binding.transform?.changeCountBefore, record) ?? 0; at < changes.length; at++) {
		const change = changes[at];
		if (change === undefined || !isSensitive(change.fieldName)) continue;
		if (told++ >= maxFieldEvents) return;
		const event = tracer.event(journal, stage, spanEvent['field.transformed']);
		tracer.setText(journal, event, attribute['pipeline.rule_id'], change.ruleId);
		tracer.setText(journal, event, attribute['pipeline.field_name'], change.fieldName);
		tracer.setText(journal, event, attribute['pipeline.before'], change.hadValue ? MASKED : NO_VALUE);
		tracer.setText(journal, event, attribute['pipeline.after'], change.hasValue ? MASKED : NO_VALUE);
	}
}

/** One rule on one record, at detail level `full`. */
export function rule(binding: BetaBinding): Patch {
	const readers = binding.rule;
	return {
		target: readers,
		sees: 'single rules (detail level full)',
		wrap: recordCall({
			span: span['beta.transform.rule'],
			isFailure: (outcome: unknown) => read(readers?.errorCode, outcome) !== undefined,
			item: (_rule: object, carrier: unknown) => carrier,
			settled(tracer, journal, stage, outcome: unknown, applied: object) {
				setText(tracer, journal, stage, attribute['pipeline.rule_id'], read(readers?.ruleId, applied));
				setText(tracer, journal, stage, attribute['pipeline.rule_category'], read(readers?.category, applied));
				setText(tracer, journal, stage, attribute['pipeline.operation'], read(readers?.operation, applied));
				const fieldNames = read(readers?.fieldNames, applied);
				if (fieldNames !== undefined && fieldNames.length > 0)
					tracer.setText(journal, stage, attribute['pipeline.field_name'], fieldNames.join(','));
				const errorCode = read(readers?.errorCode, outcome);
				if (errorCode !== undefined) tracer.fail(journal, stage, errors.definition(errorCode));
			},
			after(_tracer, _journal, _stage, seconds, _outcome: unknown, applied: object) {
				metrics.ruleSeconds.of(read(readers?.ruleId, applied)).record(seconds);
			},
		}),
	};
}
