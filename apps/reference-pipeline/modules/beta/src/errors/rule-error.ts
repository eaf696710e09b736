import type { TransformCode } from './codes.ts';

/** A value that a rule or a conversion cannot handle. The rule's error policy decides what follows. */
export class RuleError extends Error {
	readonly code: TransformCode;
	/** The value that did not fit, as text. */
	readonly inputText: string;

	constructor(code: TransformCode, message: string, inputText = '') {
		super(message);
		this.name = 'RuleError';
		this.code = code;
		this.inputText = inputText;
	}
}
