import type { LintFinding } from './lint.ts';

/** A registry extension that cannot be defined. */
export class ExtensionError extends Error {
	readonly code: 'EXTENSION_MODULE_TAKEN' | 'EXTENSION_INVALID' | 'EXTENSION_CONFLICT';
	/** What the lint found, if that is the reason. */
	readonly findings: readonly LintFinding[];

	constructor(code: ExtensionError['code'], message: string, findings: readonly LintFinding[] = []) {
		super(message);
		this.name = 'ExtensionError';
		this.code = code;
		this.findings = findings;
	}
}
