/** One thing that is wrong, and where it was said. */
export interface SettingIssue {
	/** Variable, option, or file and line. */
	readonly source: string;
	readonly problem: string;
}

/** Settings that are not allowed: says where each comes from, what it is, and what is allowed. */
export class SettingError extends Error {
	override readonly name = 'SettingError';
	readonly code = 'SETTING_INVALID';
	readonly issues: readonly SettingIssue[];

	constructor(issues: readonly SettingIssue[]) {
		super(issues.map(({ source, problem }) => `${source} ${problem}`).join('\n  '));
		this.issues = issues;
	}
}

const MAX_SHOWN = 80;

/** A value as messages show it: cut, on one line. */
export function shown(value: unknown): string {
	const text = JSON.stringify(value) ?? String(value);
	return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}
