import { describe, expect, it } from 'vitest';
import { checkForbiddenWords } from '../src/forbidden-words.ts';
import { fixtureTree } from './fixture-tree.ts';

const found = (text: string): readonly string[] =>
	checkForbiddenWords(fixtureTree({ 'packages/a/src/b.ts': `// first line\n${text}\n` })).map(
		({ line, message }) => `${line} ${message.split('": ')[0]}"`,
	);

describe('forbidden words', () => {
	it.each([
		["const data = '/root/data.csv';", '2 "/root/d"'],
		["const data = '/home/ann/data.csv';", '2 "/home/ann/d"'],
		['// TODO: later', '2 "TODO"'],
		['<<<<<<< ours', '2 "<<<<<<<"'],
		["const host = 'https://registry.npmjs.org';", '2 "registry.npmjs"'],
		["it.only('runs alone', () => {});", '2 "it.only("'],
		['\tdebugger;', '2 "debugger;"'],
	])('finds %s', (text, finding) => {
		expect(found(text)).toEqual([finding]);
	});

	it('passes ordinary text', () => {
		expect(found("const path = '/workspace/x'; // see src/root/index.ts and http://host/work")).toEqual([]);
	});
});
