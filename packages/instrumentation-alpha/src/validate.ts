// Hot path: runs for every record.
import { ENTRY_STAGE, type Journal, type RecordTracer, type Stage } from '@pipeline/telemetry-core';
import { attribute, span, spanEvent } from '@pipeline/telemetry-core/alpha';
import {
	carriedBy,
	handOver,
	MinuteRatio,
	type Patch,
	read,
	recordCall,
	setCode,
	setNumber,
	setText,
} from '@pipeline/telemetry-core/instrumentation';
import { describeRuleFailure, describeValidation } from './attributes.ts';
import type { AlphaBinding } from './binding.ts';
import type { AlphaOptions } from './config.ts';
import { errors, metrics } from './metrics.ts';

/** Share of validations of the last minute that let no record through. */
export const validationFailures = new MinuteRatio();

/** The rules run on a record. */
export function validate(binding: AlphaBinding, options: AlphaOptions): Patch {
	const readers = binding.validate;
	const carrierOf = carriedBy(readers?.carrier);
	return {
		target: readers,
		sees: 'validation: outcomes, broken rules, quality',
		wrap: recordCall({
			span: span['alpha.validation.validate'],
			// Records that were put in behind the parser begin here.
			begin(tracer, parsed: object, second: unknown, self: unknown) {
				const item = carrierOf(parsed, second, self);
				if (tracer.journalOf(item) === 0 && tracer.current.journal === 0)
					return tracer.begin(span['alpha.record.ingest'], item);
			},
			item: carrierOf,
			settled(tracer, journal, stage, outcome: object, parsed: object) {
				describeValidation(binding, tracer, journal, stage, outcome);
				setText(
					tracer,
					journal,
					stage,
					attribute['pipeline.ingestion_timestamp'],
					read(binding.raw?.ingestedAt, parsed),
				);
				setText(tracer, journal, stage, attribute['pipeline.subject_key'], read(binding.record?.subjectKey, parsed));
				tellFailures(binding, options, tracer, journal, stage, outcome);
				const scored = tracer.event(journal, stage, spanEvent['quality.scored']);
				setNumber(tracer, journal, scored, attribute['pipeline.score'], read(readers?.qualityScore, outcome));
			},
			after(
				tracer,
				journal,
				_stage,
				seconds,
				outcome: object | undefined,
				parsed: object,
				second: unknown,
				self: unknown,
			) {
				const validated = read(readers?.validated, outcome ?? {});
				handOver(tracer, journal, tracer.stageOf(carrierOf(parsed, second, self)), validated);
				const disposition = outcome === undefined ? 'FAILED' : (read(readers?.disposition, outcome) ?? 'PASSED');
				const sourceId = read(binding.record?.sourceId, parsed) ?? 'unknown';
				const reported = disposition === 'QUARANTINED' ? 'FAILED' : disposition;
				validationFailures.add(reported === 'FAILED' || reported === 'CRITICAL');
				metrics.recordsValidated.of(sourceId, reported).add(1);
				metrics.validationSeconds.of(reported).record(seconds);
				if (outcome === undefined) return errors.report('VAL_999_UNKNOWN');
				const score = read(readers?.qualityScore, outcome);
				if (score !== undefined) metrics.qualityScore.of(sourceId).record(score);
				if (disposition === 'QUARANTINED') {
					metrics.recordsQuarantined.of(sourceId, 'QUALITY_BELOW_THRESHOLD').add(1);
					const recordId = read(binding.record?.recordId, parsed);
					errors.report('VAL_014_QUALITY', { recordId, context: tracer.inject(journal, ENTRY_STAGE, {}) });
				}
				if (disposition === 'CRITICAL') metrics.recordsQuarantined.of(sourceId, 'CRITICAL_RULE').add(1);
				for (const { ruleId, outcome: result } of read(readers?.ruleOutcomes, outcome) ?? [])
					metrics.rulesEvaluated.of(ruleId, result).add(1);
				countFailures(binding, tracer, journal, outcome, parsed, sourceId);
			},
		}),
	};
}

/** One event for each broken rule, up to the limit; the worst one is the stage's error. */
function tellFailures(
	binding: AlphaBinding,
	{ maxFailureEvents }: AlphaOptions,
	tracer: RecordTracer,
	journal: Journal,
	stage: Stage,
	outcome: object,
): void {
	const failures = read(binding.validate?.failures, outcome) ?? [];
	const passes = read(binding.validate?.validated, outcome) !== undefined;
	let told = 0;
	for (const failure of failures) {
		const isWarning = failure.severity === 'WARNING';
		if (told++ >= maxFailureEvents) break;
		const event = tracer.event(journal, stage, spanEvent[isWarning ? 'validation.warning' : 'validation.failure']);
		describeRuleFailure(tracer, journal, event, failure, passes ? 'CONTINUE' : 'QUEUE');
	}
	const worst =
		failures.find(({ severity }) => severity === 'CRITICAL') ?? failures.find(({ severity }) => severity !== 'WARNING');
	if (worst !== undefined) {
		tracer.fail(journal, stage, errors.definition(worst.errorCode));
		setCode(tracer, journal, stage, attribute['pipeline.failure_severity'], worst.severity ?? 'ERROR');
	}
}

function countFailures(
	binding: AlphaBinding,
	tracer: RecordTracer,
	journal: Journal,
	outcome: object,
	parsed: object,
	sourceId: string,
): void {
	for (const { ruleId, errorCode, severity = 'ERROR' } of read(binding.validate?.failures, outcome) ?? []) {
		metrics.ruleFailures.of(ruleId, errorCode, severity).add(1);
		if (errorCode === 'VAL_009_DUPLICATE') metrics.duplicates.of(sourceId, 'GLOBAL').add(1);
		if (errorCode === 'VAL_013_TIMEOUT') metrics.validationTimeouts.of().add(1);
		errors.report(errorCode, {
			severity: severity === 'WARNING' ? 'WARN' : severity === 'CRITICAL' ? 'CRITICAL' : 'ERROR',
			recordId: read(binding.record?.recordId, parsed),
			context: tracer.inject(journal, ENTRY_STAGE, {}),
			dimensions: { 'pipeline.rule_id': ruleId },
		});
	}
}

/** One rule on one record, at detail level `full`. */
export function rule(binding: AlphaBinding): Patch {
	const readers = binding.rule;
	const named = carriedBy(readers?.carrier);
	return {
		target: readers,
		sees: 'single rules (detail level full)',
		wrap: recordCall({
			span: span['alpha.validation.rule'],
			// A rule that a record breaks is told by the stage of all rules.
			isFailure: () => false,
			item: (rule: object, record: unknown, self: unknown) =>
				readers?.carrier === undefined ? record : named(rule, record, self),
			settled(tracer, journal, stage, result: unknown, evaluated: object) {
				setText(tracer, journal, stage, attribute['pipeline.rule_id'], read(readers?.ruleId, evaluated));
				setText(tracer, journal, stage, attribute['pipeline.rule_category'], read(readers?.category, evaluated));
				setText(tracer, journal, stage, attribute['pipeline.outcome'], read(readers?.failed, result) ? 'FAIL' : 'PASS');
			},
			after(_tracer, _journal, _stage, seconds, _result: unknown, evaluated: object) {
				metrics.ruleSeconds.of(read(readers?.ruleId, evaluated)).record(seconds);
			},
		}),
	};
}

/** Reference data asked for by a rule, at detail level `full`. */
export function lookup(binding: AlphaBinding): Patch {
	const readers = binding.lookup;
	return {
		target: readers,
		sees: 'reference look-ups (detail level full)',
		wrap: recordCall({
			span: span['alpha.validation.reference_lookup'],
			isFailure: () => false,
			settled(tracer, journal, stage, result: unknown, request: object) {
				setText(tracer, journal, stage, attribute['pipeline.lookup_source'], read(readers?.source, request));
				setCode(tracer, journal, stage, attribute['pipeline.cache.status'], read(readers?.cacheStatus, result));
			},
		}),
	};
}
