import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { renderQuestions } from '../src/run/questions.ts';
import type { Summary } from '../src/run/summary.ts';

const summary = { examples: { failed: 'a-record' } } as unknown as Summary;

it.each(['out/store', "my runs/it's $HOME/`store`"])('gives commands that a shell takes as they are: %s', (folder) => {
	const lines = renderQuestions(summary, ['--data', folder]).split('\n');
	const commands = lines.flatMap((line) => /pnpm run observatory .*/.exec(line) ?? []);
	expect(commands).toHaveLength(5);
	for (const command of commands) {
		const words = execFileSync('sh', ['-c', `printf '%s\\n' ${command}`], { encoding: 'utf8' });
		expect(words.trimEnd().split('\n').slice(-2)).toEqual(['--data', folder]);
	}
});
