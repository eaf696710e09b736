import { redactText } from '@pipeline/telemetry-core/redaction';

/** One thing that is wrong, and where it was said. */
export interface SettingIssue {
	/** Variable, option, or file and line. */
	readonly source: string;
	readonly problem: string;
}

/** Settings that are not allowed: says where each comes from, what it is, and what is allowed. The message shows no secret. */
export class SettingError extends Error {
	override readonly name = 'SettingError';
	readonly code = 'SETTING_INVALID';
	readonly issues: readonly SettingIssue[];

	constructor(issues: readonly SettingIssue[]) {
		super(issues.map(said).join('\n  '));
		this.issues = issues;
	}
}

/** What is behind it is help, and looks like what it helps with. */
const HELP = '; allowed: ';

function said({ source, problem }: SettingIssue): string {
	const end = problem.lastIndexOf(HELP);
	return end < 0
		? redactText(`${source} ${problem}`)
		: redactText(`${source} ${problem.slice(0, end)}`) + problem.slice(end);
}

const MAX_SHOWN = 80;

/** A value as messages show it: cut, on one line. */
export function shown(value: unknown): string {
	const text = JSON.stringify(value) ?? String(value);
	return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

/** What went wrong, in words that may be shown. */
export function reasonOf(error: unknown): string {
	if (error instanceof SettingError) return error.message;
	return redactText(error instanceof Error ? error.message : String(error));
}
