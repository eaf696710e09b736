import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { checkStore } from '../../src/cli/check-store.ts';
import { openDatabase } from '../../src/connection/open-database.ts';
import type { StoreDatabase } from '../../src/connection/store-database.ts';
import { StoreError } from '../../src/connection/store-error.ts';
import { migrate, migrationStates } from '../../src/schema/migrate.ts';
import { MIGRATIONS } from '../../src/schema/migrations.ts';
import { TenantScope } from '../../src/tenancy/tenant-scope.ts';
import { searchTraces } from '../../src/traces/search-traces.ts';
import { DAY, insertSpans, traceIdOf } from '../traces/span-rows.ts';
import { type Answer, ClickHouseOverHttp, refuse } from './clickhouse-over-http.ts';

let server: ClickHouseOverHttp;
let database: StoreDatabase;
beforeAll(async () => {
	server = await ClickHouseOverHttp.start();
	database = await openDatabase({ url: server.url, username: 'telemetry', password: 'p:ä"ss' });
	await migrate(database);
}, 120_000);
afterAll(async () => {
	await database.close();
	await server[Symbol.asyncDispose]();
});
afterEach(() => {
	server.answer = undefined;
	server.mostAtOnce = 0;
});

/** Answers queries so; everything else is left to the engine. */
const answering = (part: string, answer: Answer) => {
	server.answer = (query, response, request) => query.sql.includes(part) && answer(query, response, request);
};
const TEXTS = [
	"it's",
	'a "b"',
	'back\\slash',
	'tab\tline\nreturn\r',
	'\u0000\u0007',
	"'; DROP TABLE x --",
	'{a:String}',
	'ü😀',
	'',
	'\\N',
];

it('makes a store on a server, adds to it once, and finds what was added', async () => {
	expect(database.kind).toBe('server');
	expect((await migrationStates(database)).map(({ state }) => state)).toEqual(MIGRATIONS.map(() => 'APPLIED'));
	expect((await checkStore(database)).filter(({ isFine }) => !isFine)).toEqual([]);
	await insertSpans(database, [
		{ trace: 1, span: 1 },
		{ trace: 2, span: 1, at: 1 },
	]);
	const { traces } = await searchTraces(database, TenantScope.of('default'), { timeRange: DAY });
	expect(traces.map(({ traceId }) => traceId)).toEqual([traceIdOf(2), traceIdOf(1)]);
	expect(await database.query('SELECT toUInt64(18446744073709551615) AS n')).toEqual([{ n: '18446744073709551615' }]);
	expect(await database.ping()).toBe(true);
	const expected = `Basic ${Buffer.from('telemetry:p:ä"ss').toString('base64')}`;
	expect(new Set(server.queries.map(({ authorization }) => authorization))).toEqual(new Set([expected]));
});

it('takes every text as a value, alone and in lists, short and long', async () => {
	for (const text of TEXTS) {
		expect(await database.query('SELECT {text:String} AS text', { text }), JSON.stringify(text)).toEqual([{ text }]);
	}
	expect(await database.query('SELECT {texts:Array(String)} AS texts', { texts: TEXTS })).toEqual([{ texts: TEXTS }]);
	const many = Array.from({ length: 20_000 }, (_, index) => `${index} it's ${TEXTS[index % TEXTS.length]}`);
	const [row] = await database.query('SELECT {many:Array(String)} AS many', { many });
	expect(row).toEqual({ many });
	expect(server.queries.at(-1)).toMatchObject({ isMultipart: true });
});

it('lets readers change nothing', async () => {
	for (const sql of [
		"INSERT INTO otel_logs (Body) VALUES ('x')",
		'DROP TABLE otel_logs',
		'CREATE TABLE x (a UInt8) ENGINE = Memory',
	]) {
		await expect(database.query(sql), sql).rejects.toMatchObject({ code: 'QUERY_FAILED' });
	}
	expect(
		await database.query(
			"SELECT count() AS tables FROM system.tables WHERE database = 'telemetry' AND name = 'otel_logs'",
		),
	).toEqual([{ tables: '1' }]);
});

const CODES: readonly (readonly [number, string, string, number])[] = [
	[516, 'AUTHENTICATION_FAILED', 'ACCESS_DENIED', 403],
	[497, 'ACCESS_DENIED', 'ACCESS_DENIED', 403],
	[159, 'TIMEOUT_EXCEEDED', 'QUERY_TIMEOUT', 408],
	[241, 'MEMORY_LIMIT_EXCEEDED', 'QUERY_TOO_LARGE', 500],
	[60, 'UNKNOWN_TABLE', 'SCHEMA_MISSING', 404],
	[999, 'KEEPER_EXCEPTION', 'QUERY_FAILED', 500],
];
it.each(CODES)('tells what error %d (%s) means: %s', async (number, type, code, status) => {
	const secret = 'secret-value';
	answering('SELECT', (_query, response) => {
		refuse(response, { code: String(number), message: `about ${secret}.`, type }, status);
		return true;
	});
	const error = await database
		.query('SELECT {text:String} AS text', { text: secret })
		.catch((caught: unknown) => caught);
	expect(error).toBeInstanceOf(StoreError);
	expect(error).toMatchObject({ code });
	expect((error as StoreError).message).not.toContain(secret);
	await expect(database.administer(({ execute }) => execute('SELECT 1'))).rejects.toMatchObject({ code });
});

it('does not open with credentials that the server refuses', async () => {
	server.answer = (_query, response, request) => {
		// Of a mere ping a server asks nothing.
		if (request.url === '/ping') response.end('Ok.\n');
		else refuse(response, { code: '516', message: 'x: Authentication failed.', type: 'AUTHENTICATION_FAILED' }, 403);
		return true;
	};
	await expect(openDatabase({ url: server.url, username: 'x' })).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
});

const BROKEN: Readonly<Record<string, Answer>> = {
	'a server that goes before it answers': (_query, _response, request) => {
		request.socket.destroy();
		return true;
	},
	'a server that goes in the middle of its answer': (_query, response) => {
		response.writeHead(200, { 'Content-Length': '1000' });
		response.write('{"one":1}\n', () => response.destroy());
		return true;
	},
	'a server that goes in the middle of a chunk': (_query, response) => {
		response.write('{"one":1}\n{"on', () => response.destroy());
		return true;
	},
	'an answer that ends too early': (_query, response) => {
		response.end('{"one":1}\n{"on');
		return true;
	},
	'a page of something else': (_query, response) => {
		response.writeHead(200, { 'Content-Type': 'text/html' });
		response.end('<html>Welcome</html>');
		return true;
	},
	'bytes that are no HTTP': (_query, _response, request) => {
		request.socket.end('\u0000\u0001garbage\r\n\r\n');
		return true;
	},
	'a proxy without a server': (_query, response) => {
		response.writeHead(503);
		response.end('<html>no healthy upstream</html>');
		return true;
	},
	'an empty 502': (_query, response) => {
		response.writeHead(502);
		response.end();
		return true;
	},
};
it.each(Object.keys(BROKEN))('says that the store is unavailable for %s', async (what) => {
	answering('', BROKEN[what] as Answer);
	await expect(database.query('SELECT 1 AS one')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
	const inserted = database.insert('otel_logs', Buffer.from('{"Body":"x"}'), 'token');
	// To an insert nothing but its status is an answer.
	const isAnswer = ['an answer that ends too early', 'a page of something else'].includes(what);
	if (isAnswer) await inserted;
	else await expect(inserted).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
	expect(await database.ping()).toBe(false);
	server.answer = undefined;
	expect(await database.ping()).toBe(true);
});

it('gives an error for what goes wrong after the first rows, and no rows', async () => {
	answering('SELECT', (_query, response) => {
		response.write('{"one":1}\n');
		response.end('Code: 241. DB::Exception: Memory limit exceeded. (MEMORY_LIMIT_EXCEEDED) (version 26.5.1.1)\n');
		return true;
	});
	await expect(database.query('SELECT 1 AS one')).rejects.toMatchObject({ code: 'QUERY_TOO_LARGE' });
});

it('tells a query that takes too long from one without a result, and frees its place', async () => {
	const single = await openDatabase({ url: server.url, connections: 1 });
	const gone = Promise.withResolvers<void>();
	answering('slow', (_query, response) => {
		// Half-closed: headers, and nothing after them.
		response.writeHead(200);
		response.flushHeaders();
		response.once('close', gone.resolve);
		return true;
	});
	await expect(single.query("SELECT 'slow'", {}, { timeoutMs: 50 })).rejects.toMatchObject({ code: 'QUERY_TIMEOUT' });
	await gone.promise;
	expect(await single.query('SELECT 1 AS one WHERE 0')).toEqual([]);
	await single.close();
});

it('adds rows without names, in the order of columns that is given', async () => {
	const rows = Buffer.from('["two","unnamed"]\n["two more","unnamed"]');
	await database.insert('otel_logs', rows, 'unnamed', ['Body', 'ServiceName']);
	const stored = await database.query("SELECT Body FROM otel_logs WHERE ServiceName = 'unnamed' ORDER BY Body");
	expect(stored).toEqual([{ Body: 'two' }, { Body: 'two more' }]);
});

it('has rows of a cluster acknowledged by their shards', async () => {
	const cluster = await openDatabase({ url: server.url, cluster: 'main' });
	await cluster.insert('otel_logs', Buffer.from('{"Body":"x"}'), 'cluster');
	expect(server.queries.at(-1)?.settings).toMatchObject({ distributed_foreground_insert: '1' });
	await cluster.close();
});

it('asks no more at a time than it may', async () => {
	const two = await openDatabase({ url: server.url, connections: 2 });
	const rows = await Promise.all(
		Array.from({ length: 12 }, (_, index) => two.query('SELECT {n:UInt8} AS n', { n: index })),
	);
	expect(rows.flat()).toEqual(Array.from({ length: 12 }, (_, n) => ({ n })));
	expect(server.mostAtOnce).toBe(2);
	await two.close();
});

it('waits for what runs when it is closed, and lets nobody in any more', async () => {
	const other = await openDatabase({ url: server.url, connections: 1 });
	const asked = Promise.withResolvers<void>();
	const goOn = Promise.withResolvers<void>();
	answering('first', async () => {
		asked.resolve();
		await goOn.promise;
		return false;
	});
	const first = other.query("SELECT 'first' AS text");
	await asked.promise;
	const second = other.query("SELECT 'second' AS text");
	const refused = expect(second).rejects.toMatchObject({ code: 'STORE_CLOSED' });
	let isClosed = false;
	const closing = other.close().then(() => {
		isClosed = true;
	});
	await refused;
	expect(isClosed).toBe(false);
	goOn.resolve();
	expect(await first).toEqual([{ text: 'first' }]);
	await closing;
	await other.close();
	for (const late of [
		other.query('SELECT 1'),
		other.insert('otel_logs', Buffer.from('{}'), 'late'),
		other.administer(() => Promise.resolve()),
	]) {
		await expect(late).rejects.toMatchObject({ code: 'STORE_CLOSED' });
	}
	expect(await other.ping()).toBe(false);
});

it.each(['http://127.0.0.1:1', 'http://name.invalid'])('says that there is no server at %s', async (url) => {
	await expect(openDatabase({ url })).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
});
