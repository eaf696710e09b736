import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDatabase } from '../../src/connection/open-database.ts';

const HOLDER = new URL('hold-folder.ts', import.meta.url).pathname;

let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'telemetry-store-embedded-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const opened = async (connections = 2) => {
	const database = await openDatabase({ path: join(folder, 'store'), connections });
	return Object.assign(database, { [Symbol.asyncDispose]: () => database.close() });
};

it('makes a folder that is the owner’s only', async () => {
	await using database = await opened();
	expect(database).toMatchObject({ kind: 'embedded', name: 'telemetry' });
	expect((await stat(join(folder, 'store'))).mode & 0o777).toBe(0o700);
	expect(await database.ping()).toBe(true);
});

it('lets readers change nothing, and no settings either', async () => {
	await using database = await opened();
	await database.administer(({ execute }) =>
		execute('CREATE TABLE telemetry.kept (a UInt8) ENGINE = MergeTree ORDER BY a'),
	);
	await database.insert('kept', Buffer.from('[7]'), 'one', ['a']);
	const statements = [
		'INSERT INTO kept VALUES (8)',
		'ALTER TABLE kept DELETE WHERE 1',
		'TRUNCATE TABLE kept',
		'DROP TABLE kept',
		'DROP DATABASE telemetry',
		'CREATE TABLE other (a UInt8) ENGINE = Memory',
		'SET readonly = 0',
		'SELECT 1 SETTINGS max_execution_time = 0',
		"SELECT * FROM file('/etc/hostname', 'LineAsString')",
		"SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')",
	];
	for (const sql of statements) {
		await expect(database.query(sql), sql).rejects.toMatchObject({ code: 'QUERY_FAILED' });
	}
	expect(await database.query('SELECT a FROM kept')).toEqual([{ a: 7 }]);
});

it('adds rows all or none, and once for a token', async () => {
	await using database = await opened();
	await database.administer(({ execute }) =>
		execute(
			'CREATE TABLE telemetry.once (a UInt8) ENGINE = MergeTree ORDER BY a SETTINGS non_replicated_deduplication_window = 10',
		),
	);
	const rows = Buffer.from('{"a":1}\n{"a":2}');
	await database.insert('once', rows, 'first');
	await database.insert('once', rows, 'first');
	await database.insert('once', rows, 'second');
	await database.insert('once', Buffer.alloc(0), 'nothing');
	expect(await database.query('SELECT count() AS rows FROM once')).toEqual([{ rows: '4' }]);
	await expect(database.insert('once', Buffer.from('{"a":3}\n{"a":"x"}'), 'third')).rejects.toMatchObject({
		code: 'QUERY_FAILED',
	});
	await expect(database.insert('none', rows, 'fourth')).rejects.toMatchObject({ code: 'SCHEMA_MISSING' });
	expect(await database.query('SELECT count() AS rows FROM once')).toEqual([{ rows: '4' }]);
});

it('tells a query that takes too long, or waits too long, from one without a result', async () => {
	await using database = await opened(1);
	const slow = 'SELECT sleepEachRow(0.5) AS slept FROM numbers(4)';
	const first = database.query(slow, {}, { timeoutMs: 20 });
	const second = database.query('SELECT 1 AS one', {}, { timeoutMs: 20 });
	await expect(first).rejects.toMatchObject({ code: 'QUERY_TIMEOUT', message: 'The query took too long.' });
	await expect(second).rejects.toMatchObject({ code: 'QUERY_TIMEOUT' });
	expect(await database.query('SELECT 1 AS one WHERE 0')).toEqual([]);
	await expect(database.query('SELECT none')).rejects.toMatchObject({ code: 'SCHEMA_MISSING' });
	await expect(database.query('SELECT (')).rejects.toMatchObject({ code: 'QUERY_FAILED' });
});

it('may be closed twice, waits for what runs, and lets nobody in any more', async () => {
	const database = await opened();
	const running = database.query('SELECT sleepEachRow(0.05) AS slept FROM numbers(4)');
	const closing = [database.close(), database.close()];
	expect(await running).toHaveLength(4);
	await Promise.all(closing);
	for (const late of [
		database.query('SELECT 1'),
		database.insert('kept', Buffer.from('{"a":1}'), 'late'),
		database.administer(() => Promise.resolve()),
	]) {
		await expect(late).rejects.toMatchObject({ code: 'STORE_CLOSED' });
	}
	expect(await database.ping()).toBe(false);
});

it('takes one folder at a time', async () => {
	await using database = await opened();
	const other = openDatabase({ path: join(folder, 'other') });
	await expect(other).rejects.toMatchObject({ code: 'STORE_LOCKED' });
	expect(await database.ping()).toBe(true);
});

it('says when another process has the folder open, and opens it afterwards', async () => {
	const path = join(folder, 'held');
	const holder = spawn(process.execPath, ['--conditions=@pipeline/source', HOLDER, path], {
		stdio: ['pipe', 'pipe', 'inherit'],
	});
	const ended = once(holder, 'exit');
	await once(holder.stdout, 'data');
	await expect(openDatabase({ path })).rejects.toMatchObject({ code: 'STORE_LOCKED' });
	holder.stdin.end();
	expect(await ended).toEqual([0, null]);
	const database = await openDatabase({ path });
	expect(await database.ping()).toBe(true);
	await database.close();
});

it('says so when a folder cannot be opened for another reason', async () => {
	const path = join(folder, 'broken');
	await mkdir(path);
	await writeFile(join(path, 'metadata'), 'no folder');
	await writeFile(join(path, 'status'), 'PID: 999999999\n');
	await expect(openDatabase({ path })).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
	await expect(openDatabase({ path: join(path, 'metadata', 'below') })).rejects.toMatchObject({
		code: 'STORE_UNAVAILABLE',
	});
});

it.each(["a'b", '', '1a', 'a-b', 'a'.repeat(65), 'a.b', 'a\n'])('refuses the name %j for a database', async (name) => {
	await expect(openDatabase({ path: join(folder, 'named'), database: name })).rejects.toMatchObject({
		code: 'QUERY_INVALID',
	});
	await expect(openDatabase({ url: 'http://127.0.0.1:1', cluster: name })).rejects.toMatchObject({
		code: 'QUERY_INVALID',
	});
});
