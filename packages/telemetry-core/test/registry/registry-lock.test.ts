import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type LockedNumbers, movedNames, registryNumbers } from './locked-numbers.ts';

const LOCK = fileURLToPath(new URL('../../registry.lock.json', import.meta.url));

describe('registry.lock.json', () => {
	// Append new entries and run vitest with `-u`. Nothing updates the lock over a number that moved: two versions of this
	// package in one process would mean different things by it.
	it('holds every number, and no number ever moves', async () => {
		const current = registryNumbers();
		const locked = existsSync(LOCK) ? (JSON.parse(readFileSync(LOCK, 'utf8')) as LockedNumbers) : {};
		expect(movedNames(locked, current)).toEqual([]);
		await expect(`${JSON.stringify(current, undefined, 2)}\n`).toMatchFileSnapshot(LOCK);
	});
});

describe('movedNames', () => {
	const locked = { alpha: { spans: { first: 1, second: 2 } } };

	it.each([
		['nothing when a table grew at its end', { first: 1, second: 2, third: 3 }, []],
		['a name that has gone', { first: 1 }, ['alpha spans second']],
		['names that changed places', { second: 1, first: 2 }, ['alpha spans first', 'alpha spans second']],
		['what an entry in between pushes on', { first: 1, between: 2, second: 3 }, ['alpha spans second']],
	])('names %s', (_what, spans, expected) => {
		expect(movedNames(locked, { alpha: { spans } })).toEqual(expected);
	});
});
