import type { IntermediateRecord, Runtime, TransformationError } from '@pipeline/model';
import type { ErrorPolicy } from '../config/config.ts';
import type { TransformCode } from '../errors/codes.ts';
import type { RecordScope } from '../processing/record-scope.ts';
import { StageChecksums } from '../processing/stage-checksums.ts';
import type { CompiledRule } from '../profile/compiled.ts';
import type { Step } from '../rules/step.ts';
import { Draft } from './draft.ts';
import { ruleFailure, transformationError } from './transformation-error.ts';

/** A rule that failed on a field and what was done instead. */
export interface FallbackApplied {
	readonly ruleId: string;
	readonly fieldName: string;
	readonly policy: ErrorPolicy;
	readonly errorCode: TransformCode;
}

/** What one rule did to one record. */
export interface RuleOutcome {
	readonly ruleId: string;
	/** `SKIPPED`: nothing to do. `FALLBACK`: an error policy stepped in on some field. */
	readonly outcome: 'APPLIED' | 'SKIPPED' | 'FALLBACK' | 'FAILED';
	/** Fields that changed. */
	readonly changes: number;
	readonly fallbacks: readonly FallbackApplied[];
	readonly error?: TransformationError;
}

/** What one pass did to one record. With `error`, the record may not go on. */
export interface TransformOutcome {
	readonly intermediate: IntermediateRecord;
	readonly rulesApplied: number;
	readonly rulesSkipped: number;
	readonly outcomes: readonly RuleOutcome[];
	readonly fallbacks: readonly FallbackApplied[];
	readonly error?: TransformationError;
}

/** Runs the transformation rules of a target schema: pass 1 before enrichment, pass 2 after it. */
export class TransformEngine {
	readonly #runtime: Runtime;
	readonly #checksums: StageChecksums;

	constructor(runtime: Runtime, checksums = new StageChecksums(false)) {
		this.#runtime = runtime;
		this.#checksums = checksums;
	}

	/** Runs one pass on a copy. The given record stays as it is, also when a rule fails. */
	apply(intermediate: IntermediateRecord, pass: 1 | 2, scope: RecordScope): TransformOutcome {
		const rules = (pass === 1 ? scope.target?.pass1 : scope.target?.pass2) ?? [];
		const draft = new Draft(intermediate, this.#runtime.timestamp());
		const outcomes: RuleOutcome[] = [];
		let error: TransformationError | undefined;
		for (const rule of rules) {
			error = scope.deadline.exceeded ? this.#timedOut(rule, draft, scope) : undefined;
			if (error) break;
			const outcome = this.applyRule(rule, draft, scope);
			outcomes.push(outcome);
			error = outcome.error;
			if (error) break;
		}
		const stageChecksums = this.#checksums.around(
			intermediate.stageChecksums,
			'TRANSFORM',
			intermediate.currentFields,
			draft.editor.fields,
		);
		return {
			intermediate: draft.toIntermediate('TRANSFORM', stageChecksums),
			rulesApplied: outcomes.filter((each) => each.changes > 0).length,
			rulesSkipped: outcomes.filter((each) => each.outcome === 'SKIPPED').length,
			outcomes,
			fallbacks: outcomes.flatMap((each) => each.fallbacks),
			...(error && { error }),
		};
	}

	/** Runs one rule on the draft, field by field; the rule's error policy decides about each field that fails. */
	applyRule(rule: CompiledRule, draft: Draft, scope: RecordScope): RuleOutcome {
		if (rule.type === 'TR13') return this.#applyConditional(rule, draft, scope);
		const before = draft.editor.log.length;
		const fallbacks: FallbackApplied[] = [];
		draft.editor.begin(rule.ruleId, rule.operation);
		for (const step of rule.steps) {
			const failure = runStep(rule, step, draft, scope);
			if (!failure) continue;
			fallbacks.push({ ruleId: rule.ruleId, fieldName: step.target, policy: rule.policy, errorCode: failure.code });
			if (rule.policy === 'FAIL') {
				const error = transformationError(rule, step, failure, draft, scope);
				return { ruleId: rule.ruleId, outcome: 'FAILED', changes: 0, fallbacks, error };
			}
		}
		const changes = draft.editor.log.length - before;
		if (changes > 0) draft.appliedRules.push(rule.ruleId);
		const outcome = fallbacks.length > 0 ? 'FALLBACK' : changes > 0 ? 'APPLIED' : 'SKIPPED';
		return { ruleId: rule.ruleId, outcome, changes, fallbacks };
	}

	#applyConditional(rule: CompiledRule, draft: Draft, scope: RecordScope): RuleOutcome {
		const nested: RuleOutcome[] = [];
		for (const choose of rule.choices) {
			const chosen = choose(draft.editor.fields);
			for (const inner of (chosen && scope.target?.ruleSets.get(chosen)) || []) {
				const outcome = this.applyRule(inner, draft, scope);
				nested.push(outcome);
				if (outcome.error) return { ...summary(rule, nested), outcome: 'FAILED', error: outcome.error };
			}
		}
		return summary(rule, nested);
	}

	#timedOut(rule: CompiledRule, draft: Draft, scope: RecordScope): TransformationError {
		const message = `the record took longer than ${scope.deadline.limitMs} ms`;
		return transformationError(rule, undefined, { code: 'TRX_007_TIMEOUT', message, inputText: '' }, draft, scope);
	}
}

function summary(rule: CompiledRule, nested: readonly RuleOutcome[]): RuleOutcome {
	const changes = nested.reduce((sum, each) => sum + each.changes, 0);
	const fallbacks = nested.flatMap((each) => each.fallbacks);
	const outcome = fallbacks.length > 0 ? 'FALLBACK' : changes > 0 ? 'APPLIED' : 'SKIPPED';
	return { ruleId: rule.ruleId, outcome, changes, fallbacks };
}

function runStep(rule: CompiledRule, step: Step, draft: Draft, scope: RecordScope) {
	const { editor } = draft;
	const before = editor.log.length;
	try {
		step.run(editor, scope);
		if (editor.log.length > before) scope.wrote(step.target, step.sources);
		return undefined;
	} catch (thrown) {
		if (rule.policy === 'DEFAULT') editor.set(step.target, rule.defaultValue);
		if (rule.policy === 'NULL') editor.setNull(step.target);
		return ruleFailure(thrown);
	}
}
