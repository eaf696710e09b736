import type { Summary } from './summary.ts';

/** Commands that answer what one asks after a run, with records of that run in them. */
export function renderQuestions({ examples }: Summary, source: string): string {
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
