import type { Summary } from './summary.ts';

/** What a shell takes for one word as it is. */
const WORD = /^[\w@%+=:,./-]+$/;

/**
 * Commands that answer what one asks after a run, with records of that run in them.
 *
 * @param option that says which observatory, and its value
 */
export function renderQuestions(
	{ examples }: Summary,
	[option, value]: readonly [option: string, value: string],
): string {
	const source = `${option} ${inShell(value)}`;
	const record = examples.failed ?? examples.delivered;
	const ask = (question: string, command: string) =>
		`  ${question.padEnd(34)} pnpm run observatory ${command} ${source}`;
	return [
		'',
		'Ask',
		ask('What failed, and why?', 'failed'),
		...(record === undefined
			? []
			: [
					ask('What happened to this record?', `journey ${record}`),
					ask('Who touched it?', `audit --record ${record}`),
					ask('Where did it go?', `lineage ${record}`),
				]),
		ask('Has anybody changed the audit?', 'verify'),
		'',
	].join('\n');
}

/** One word to a shell, whatever is in it: a folder may have a blank in its name. */
function inShell(text: string): string {
	return WORD.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
