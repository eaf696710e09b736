import { describe, expect, it } from 'vitest';
import { checkGate, commandGate } from '../src/gate.ts';
import { fixtureTree } from './fixture-tree.ts';

describe('gates', () => {
	it('pass and fail with a command’s exit code, its output as details', async () => {
		const root = fixtureTree({});
		const gate = (code: string) => commandGate('node', process.execPath, ['-e', code]).run(root);
		expect([
			await gate('process.exit(0)'),
			await gate('console.log("out"); console.error("err"); process.exit(3)'),
		]).toEqual([
			{ ok: true, details: [''] },
			{ ok: false, details: ['out', '', 'err'] },
		]);
	});

	it('fail when a command does not exist', async () => {
		expect(await commandGate('none', 'no-such-command', []).run(fixtureTree({}))).toMatchObject({ ok: false });
	});

	it('fail with the findings of a check, each at its place', async () => {
		const found = [
			{ file: 'a.ts', line: 3, message: 'is wrong' },
			{ file: 'b.ts', message: 'is missing' },
		];
		expect([
			await checkGate(
				'check',
				() => found,
				() => 'a note',
			).run('/'),
			await checkGate('check', () => []).run('/'),
		]).toEqual([
			{ ok: false, details: ['a.ts:3 is wrong', 'b.ts is missing'], note: 'a note' },
			{ ok: true, details: [] },
		]);
	});
});
