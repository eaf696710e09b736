import { JOURNAL, STAGE, type TransformationError, traceFieldsOf } from '@pipeline/model';
import type { TransformCode } from '../errors/codes.ts';
import { RuleError } from '../errors/rule-error.ts';
import type { RecordScope } from '../processing/record-scope.ts';
import type { CompiledRule } from '../profile/compiled.ts';
import type { Step } from '../rules/step.ts';
import type { Draft } from './draft.ts';

/** Why a rule failed on a field. */
export interface RuleFailure {
	readonly code: TransformCode;
	readonly message: string;
	/** The value that did not fit, as text. */
	readonly inputText: string;
}

/** Longest input text that an error keeps, in characters. */
const MAX_INPUT_TEXT = 200;

/** Turns whatever a rule threw into a failure with a code. */
export function ruleFailure(thrown: unknown): RuleFailure {
	if (thrown instanceof RuleError) return thrown;
	const message = thrown instanceof Error ? thrown.message : String(thrown);
	return { code: 'TRX_999_UNKNOWN', message, inputText: '' };
}

/** The error of a rule that may not go on, with the fields as the rule left them. Personal input is masked. */
export function transformationError(
	rule: CompiledRule,
	step: Step | undefined,
	failure: RuleFailure,
	draft: Draft,
	scope: RecordScope,
): TransformationError {
	const touched = step ? [step.target, ...step.sources] : [];
	const isPersonal = touched.some((name) => scope.personalFields.has(name));
	return {
		recordId: draft.recordId,
		ruleId: rule.ruleId,
		fieldName: step?.target ?? '',
		inputValue: isPersonal && failure.inputText ? '***' : failure.inputText.slice(0, MAX_INPUT_TEXT),
		errorCode: failure.code,
		errorMessage: failure.message,
		intermediateState: { ...draft.editor.fields },
		lineageId: draft.source.lineageId,
		...(draft.source.parentIds && { parentIds: draft.source.parentIds }),
		...traceFieldsOf(draft.source),
		[JOURNAL]: draft[JOURNAL],
		[STAGE]: draft[STAGE],
	};
}
