import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkRatchet, countExemptions, lowerRatchet } from '../src/ratchet.ts';
import { fixtureTree } from './fixture-tree.ts';

const SOURCE = `
// any word in a comment or in 'any string' does not count
const text: string = 'any';
const loose: any = text as any;
// @ts-ignore
// biome-ignore lint: reason
// @ts-nocheck
`;

function tree(ratchet: Readonly<Record<string, number>>): string {
	return fixtureTree({ 'packages/a/src/b.ts': SOURCE, 'tooling/checks/ratchet.json': JSON.stringify(ratchet) });
}

describe('ratchet', () => {
	it('counts types and comments', () => {
		expect(countExemptions(tree({}))).toEqual({ any: 2, typeIgnores: 2, lintIgnores: 1 });
	});

	it('passes the stored counts, rejects one more, and asks to store one less', () => {
		const findings = [
			checkRatchet(tree({ any: 2, typeIgnores: 2, lintIgnores: 1 })),
			checkRatchet(tree({ any: 1, typeIgnores: 2, lintIgnores: 2 })),
		];
		expect(findings.map((list) => list.map(({ message }) => message))).toEqual([
			[],
			[
				'any: 2, at most 1 are allowed: remove the new one',
				'lintIgnores: fell to 1, 2 is stored: run `pnpm check:fix` to keep it there',
			],
		]);
	});

	it('stores what has fallen and never raises', () => {
		const root = tree({ any: 1, typeIgnores: 5, lintIgnores: 1 });
		lowerRatchet(root);
		expect(JSON.parse(readFileSync(join(root, 'tooling/checks/ratchet.json'), 'utf8'))).toEqual({
			any: 1,
			typeIgnores: 2,
			lintIgnores: 1,
		});
	});
});
