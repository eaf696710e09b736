import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DeadLetters } from '../../src/ingest/dead-letters.ts';

let folder: string;
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), 'dead-letters-'));
});
afterEach(() => rm(folder, { recursive: true }));

const letter = (record: unknown) => ({ reason: 'EV06 name', signal: 'logs', service: 'alpha', record });
const recordsIn = async (path: string): Promise<readonly unknown[]> =>
	(await readFile(path, 'utf8'))
		.trimEnd()
		.split('\n')
		.map((line) => (JSON.parse(line) as { record: unknown }).record);

it('writes one line each, also of what JSON has no form for', async () => {
	const path = join(folder, 'refused.ndjson');
	const letters = new DeadLetters({ path, now: () => 0 });
	expect(await letters.add([letter({ time: 2n ** 63n, bytes: Uint8Array.of(0, 255) }), letter(undefined)])).toBe(true);
	expect(await readFile(path, 'utf8')).toBe(
		'{"time":"1970-01-01T00:00:00.000Z","reason":"EV06 name","signal":"logs","service":"alpha","record":{"time":"9223372036854775808","bytes":"AP8="}}\n' +
			'{"time":"1970-01-01T00:00:00.000Z","reason":"EV06 name","signal":"logs","service":"alpha"}\n',
	);
	expect(letters).toMatchObject({ written: 2, lost: 0 });
});

it('begins a new file when one is full, and keeps the one before it', async () => {
	const path = join(folder, 'refused.ndjson');
	const letters = new DeadLetters({ path, maxBytes: 250, now: () => 0 });
	for (let number = 1; number <= 5; number++) await letters.add([letter(number)]);
	expect(await recordsIn(path)).toEqual([5]);
	expect(await recordsIn(`${path}.1`)).toEqual([3, 4]);
	expect(letters).toMatchObject({ written: 5, lost: 0, overwritten: 2 });
});

it('counts what a process before it wrote and it overwrites', async () => {
	const path = join(folder, 'refused.ndjson');
	const before = new DeadLetters({ path, maxBytes: 250, now: () => 0 });
	for (let number = 1; number <= 4; number++) await before.add([letter(number)]);
	expect(before.overwritten).toBe(0);
	const letters = new DeadLetters({ path, maxBytes: 250, now: () => 0 });
	await letters.add([letter(5)]);
	expect(letters).toMatchObject({ written: 1, overwritten: 2 });
});

it('keeps a flood within its bound', async () => {
	const path = join(folder, 'refused.ndjson');
	const letters = new DeadLetters({ path, maxBytes: 30_000, now: () => 0 });
	expect(await letters.add(Array.from({ length: 1_000 }, (_, number) => letter(number)))).toBe(true);
	expect(letters.written).toBe(1_000);
	const kept = [...(await recordsIn(`${path}.1`)), ...(await recordsIn(path))];
	expect(kept.at(-1)).toBe(999);
	expect(letters.overwritten).toBe(1_000 - kept.length);
	for (const file of [path, `${path}.1`]) expect((await readFile(file)).length).toBeLessThan(30_000);
});

it('cuts a record that is longer than a line may be', async () => {
	const path = join(folder, 'refused.ndjson');
	await new DeadLetters({ path, now: () => 0 }).add([letter(['x'.repeat(70_000)])]);
	const [record] = await recordsIn(path);
	expect(record).toBe(`["${'x'.repeat(65_534)}`);
});

it('counts what it cannot write, and throws nothing', async () => {
	const nowhere = new DeadLetters({ path: join(folder, 'missing', 'refused.ndjson'), now: () => 0 });
	expect(await nowhere.add([letter(1), letter(2)])).toBe(false);
	const without = new DeadLetters({ now: () => 0 });
	expect(await without.add([letter(1)])).toBe(false);
	expect([nowhere.lost, without.lost, without.written]).toEqual([2, 1, 0]);
});
