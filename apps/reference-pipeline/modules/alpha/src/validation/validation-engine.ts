import {
	type DataClassification,
	type FailureSeverity,
	JOURNAL,
	type ParsedRecord,
	type RuleFailure,
	type Runtime,
	STAGE,
	traceFieldsOf,
	type ValidatedRecord,
	type ValidationFailure,
} from '@pipeline/model';
import { type CompiledRule, compileRule } from './compile-rule.ts';
import { ReferenceLookup } from './reference-lookup.ts';
import type { Draft, Finding, RuleConfig } from './rule.ts';

export type Disposition = 'PASSED' | 'PASSED_WITH_WARNING' | 'FAILED' | 'CRITICAL' | 'QUARANTINED';

export interface RuleOutcome {
	readonly ruleId: string;
	readonly outcome: 'PASS' | 'FAIL' | 'SKIP';
}

/** What validation found, and the record that goes on, if it does. */
export interface ValidationOutcome {
	readonly disposition: Disposition;
	readonly qualityScore: number;
	readonly ruleOutcomes: readonly RuleOutcome[];
	/** Every broken rule, warnings included. */
	readonly failures: readonly RuleFailure[];
	readonly record?: ValidatedRecord;
	readonly failure?: ValidationFailure;
}

export interface ValidationEngineOptions {
	readonly runtime: Runtime;
	readonly rules: readonly RuleConfig[];
	readonly lookup?: ReferenceLookup;
	readonly timeoutMs: number;
	readonly quarantineThreshold: number;
	readonly classification: DataClassification;
	/** Fields whose values are never shown. */
	readonly personalFields: readonly string[];
}

const SEVERITY_RANK: readonly FailureSeverity[] = ['WARNING', 'ERROR', 'CRITICAL'];

/** Runs the rules of a rule set on records, group by group. A group with a CRITICAL failure is the last. */
export class ValidationEngine {
	readonly rules: readonly CompiledRule[];
	readonly quarantineThreshold: number;
	readonly #options: ValidationEngineOptions;

	/** @throws ConfigError for a rule that cannot be run */
	constructor(options: ValidationEngineOptions) {
		const lookup = options.lookup ?? new ReferenceLookup();
		this.#options = options;
		this.quarantineThreshold = options.quarantineThreshold;
		this.rules = options.rules
			.map((rule) => compileRule(rule, options.runtime, lookup))
			.sort((a, b) => a.group - b.group);
	}

	validate(parsed: ParsedRecord): ValidationOutcome {
		const { runtime, timeoutMs } = this.#options;
		const startedMs = runtime.now();
		const fields: Draft = { ...parsed.fields };
		const ruleOutcomes: RuleOutcome[] = [];
		const failures: RuleFailure[] = [];
		let weights = 0;
		let passed = 0;
		let stopAfter = Number.POSITIVE_INFINITY;
		for (const rule of this.rules) {
			if (rule.group > stopAfter) break;
			if (runtime.elapsedMs(startedMs) > timeoutMs) {
				failures.push(
					failureOf(
						rule,
						{ field: null, expected: `within ${timeoutMs} ms`, actual: 'longer' },
						'ERROR',
						'VAL_013_TIMEOUT',
						'longer',
					),
				);
				break;
			}
			const found = this.evaluateRule(rule, fields, parsed);
			ruleOutcomes.push({
				ruleId: rule.config.id,
				outcome: found === undefined ? 'SKIP' : found.length === 0 ? 'PASS' : 'FAIL',
			});
			if (found === undefined) continue;
			weights += rule.weight;
			if (found.length === 0) passed += rule.weight;
			failures.push(...found);
			if (found.some(({ severity }) => severity === 'CRITICAL')) stopAfter = rule.group;
		}
		const qualityScore = weights === 0 ? 1 : passed / weights;
		return this.#outcome(
			parsed,
			fields,
			ruleOutcomes,
			failures,
			qualityScore,
			Math.round(runtime.elapsedMs(startedMs)),
		);
	}

	/** One rule on one record. Undefined when it does not apply. */
	evaluateRule(rule: CompiledRule, fields: Draft, parsed: ParsedRecord): readonly RuleFailure[] | undefined {
		const found = rule.check(fields, parsed.batchId ?? '');
		return found?.map((finding) =>
			failureOf(rule, finding, finding.severity ?? rule.config.severity ?? 'ERROR', rule.code, this.#shown(finding)),
		);
	}

	#shown({ field, actual }: Finding): string {
		return field !== null && this.#options.personalFields.includes(field) ? '***' : actual;
	}

	#outcome(
		parsed: ParsedRecord,
		fields: Draft,
		ruleOutcomes: readonly RuleOutcome[],
		failures: readonly RuleFailure[],
		qualityScore: number,
		durationMs: number,
	): ValidationOutcome {
		const worst = Math.max(-1, ...failures.map(({ severity = 'ERROR' }) => SEVERITY_RANK.indexOf(severity)));
		const facts = { qualityScore, ruleOutcomes, failures };
		if (worst >= 1) {
			const severity = SEVERITY_RANK[worst] ?? 'ERROR';
			return {
				...facts,
				disposition: severity === 'CRITICAL' ? 'CRITICAL' : 'FAILED',
				failure: this.#failure(parsed, failures, severity),
			};
		}
		if (qualityScore < this.quarantineThreshold) {
			const below: RuleFailure = {
				ruleId: 'QUALITY',
				ruleName: 'Quality threshold',
				fieldName: null,
				expectedValue: `at least ${this.quarantineThreshold}`,
				actualValue: String(qualityScore),
				errorCode: 'VAL_014_QUALITY',
				errorMessage: 'the quality is too low',
				severity: 'ERROR',
			};
			return { ...facts, disposition: 'QUARANTINED', failure: this.#failure(parsed, [...failures, below], 'ERROR') };
		}
		const record = this.#record(parsed, fields, ruleOutcomes, failures.length > 0, qualityScore, durationMs);
		return { ...facts, disposition: failures.length > 0 ? 'PASSED_WITH_WARNING' : 'PASSED', record };
	}

	#record(
		parsed: ParsedRecord,
		fields: Draft,
		ruleOutcomes: readonly RuleOutcome[],
		isSuspect: boolean,
		qualityScore: number,
		validationDurationMs: number,
	): ValidatedRecord {
		const { runtime, classification, personalFields } = this.#options;
		const isComplete = Object.values(fields).every(({ isNull }) => !isNull);
		const evaluated = ruleOutcomes.filter(({ outcome }) => outcome !== 'SKIP');
		return {
			recordId: parsed.recordId,
			parsedRecordRef: parsed.recordId,
			fields,
			validationTimestamp: runtime.timestamp(),
			validationDurationMs,
			rulesEvaluated: evaluated.length,
			rulesPassed: evaluated.filter(({ outcome }) => outcome === 'PASS').length,
			qualityScore,
			qualityFlags: [isComplete ? 'COMPLETE' : 'PARTIAL', ...(isSuspect ? ['SUSPECT'] : [])],
			...(parsed.sourceId !== undefined && { sourceId: parsed.sourceId }),
			...(parsed.ingestionTimestamp !== undefined && { ingestionTimestamp: parsed.ingestionTimestamp }),
			...(parsed.sourceTimestamp !== undefined && { sourceTimestamp: parsed.sourceTimestamp }),
			classification,
			personalFields,
			lineageId: parsed.lineageId,
			...(parsed.parentIds && { parentIds: parsed.parentIds }),
			...traceFieldsOf(parsed),
			[JOURNAL]: parsed[JOURNAL],
			[STAGE]: parsed[STAGE],
		};
	}

	#failure(
		parsed: ParsedRecord,
		failedRules: readonly RuleFailure[],
		failureSeverity: FailureSeverity,
	): ValidationFailure {
		return {
			recordId: parsed.recordId,
			parsedRecordRef: parsed.recordId,
			failureTimestamp: this.#options.runtime.timestamp(),
			failedRules,
			failureSeverity,
			isRecoverable: true,
			suggestedAction: 'correct the record and replay it',
			lineageId: parsed.lineageId,
			...(parsed.parentIds && { parentIds: parsed.parentIds }),
			...traceFieldsOf(parsed),
			[JOURNAL]: parsed[JOURNAL],
			[STAGE]: parsed[STAGE],
		};
	}
}

function failureOf(
	rule: CompiledRule,
	{ field, expected }: Finding,
	severity: FailureSeverity,
	errorCode: string,
	actual: string,
): RuleFailure {
	return {
		ruleId: rule.config.id,
		ruleName: rule.name,
		fieldName: field,
		expectedValue: expected,
		actualValue: actual,
		errorCode,
		errorMessage: `${rule.name}: expected ${expected}`,
		severity,
	};
}
