import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const FILES = [
	'recorder/header',
	'recorder/flag',
	'recorder/kind',
	'recorder/layout',
	'recorder/slot-state',
	'encoding/attribute-flag',
];

// The build writes constants where they are used up to the first statement of a file that is something else.
it.each(FILES)('%s has nothing but plain numbers', async (file) => {
	const url = new URL(`../../src/${file}.ts`, import.meta.url);
	const statements = readFileSync(url, 'utf8')
		.replace(/\/\*.*?\*\/|\/\/[^\n]*/gs, '')
		.split(/;\s*/)
		.filter((statement) => statement.trim() !== '');
	for (const statement of statements) expect(statement).toMatch(/^\s*export const [A-Z][A-Z\d_]* = [-\w\s()|<.]+$/);
	const values = Object.values((await import(url.href)) as Record<string, unknown>);
	expect(values.length).toBe(statements.length);
	expect(new Set(values.map((value) => typeof value))).toEqual(new Set(['number']));
});
