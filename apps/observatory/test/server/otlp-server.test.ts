import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { StoreError } from '@pipeline/telemetry-store';
import { afterEach, expect, it } from 'vitest';
import { createToken } from '../../src/auth/access-token.ts';
import { Denials } from '../../src/auth/denials.ts';
import { TokenRegistry } from '../../src/auth/token-registry.ts';
import { DEFAULT_LIMITS, type Limits } from '../../src/config/settings.ts';
import type { App } from '../../src/server/base-server.ts';
import { otlpServer, type Receiver } from '../../src/server/otlp-server.ts';
import { QueryCounters } from '../../src/server/query-counters.ts';

const compressed = promisify(gzip);
const JSON_TYPE = 'application/json';
const PROTOBUF_TYPE = 'application/x-protobuf';

let app: App | undefined;
afterEach(async () => {
	app?.server.closeAllConnections();
	await app?.close();
	app = undefined;
});

/** Remembers what it got. */
class Memory implements Receiver {
	readonly got: string[] = [];
	readonly senders: string[] = [];
	readonly tenants: (readonly string[] | undefined)[] = [];
	result: () => Promise<{ rejected: number; message?: string }> = async () => ({ rejected: 0 });

	accept(...[signal, encoding, body, sender, scope]: Parameters<Receiver['accept']>): ReturnType<Receiver['accept']> {
		this.senders.push(sender);
		this.tenants.push(scope?.tenants);
		this.got.push(`${signal} ${encoding} ${Buffer.from(body).toString()}`);
		return this.result();
	}
}

async function served(
	receiver: () => Receiver,
	limits: Partial<Limits> = {},
	tokens: ConstructorParameters<typeof TokenRegistry>[0] = [],
): Promise<{ readonly url: string; readonly port: number; readonly counters: QueryCounters }> {
	const counters = new QueryCounters();
	app = otlpServer({
		limits: { ...DEFAULT_LIMITS, ...limits },
		counters,
		tokens: new TokenRegistry(tokens),
		denials: new Denials(async () => {}),
		receiver,
		logLevel: 'silent',
		checkIntervalMs: 20,
	});
	const url = await app.listen({ host: '127.0.0.1', port: 0 });
	return { url, port: Number(new URL(url).port), counters };
}

const post = (url: string, body: string | Buffer, headers: Record<string, string> = { 'content-type': JSON_TYPE }) =>
	fetch(url, { method: 'POST', body: typeof body === 'string' ? body : new Uint8Array(body), headers });

async function answerOf(socket: Socket): Promise<string> {
	let text = '';
	socket.on('data', (data) => {
		text += data.toString();
	});
	// A server that closes while something still comes may reset the connection: what it said before counts.
	socket.on('error', () => {});
	await once(socket, 'close');
	return text;
}

it('takes every signal in both encodings, plain and compressed, and answers in the same', async () => {
	const memory = new Memory();
	const { url } = await served(() => memory);
	for (const signal of ['traces', 'logs', 'metrics']) {
		for (const type of [JSON_TYPE, PROTOBUF_TYPE, `${JSON_TYPE}; charset=utf-8`]) {
			const plain = await post(`${url}/v1/${signal}`, '{}', { 'content-type': type });
			expect([plain.status, plain.headers.get('content-type')]).toEqual([
				200,
				expect.stringMatching(`^${type.split(';')[0]}`),
			]);
			const small = await post(`${url}/v1/${signal}`, await compressed('{"a":1}'), {
				'content-type': type,
				'content-encoding': 'gzip',
			});
			expect(small.status).toBe(200);
		}
	}
	expect(memory.got).toHaveLength(18);
	expect(new Set(memory.got)).toEqual(
		new Set(
			['traces', 'logs', 'metrics'].flatMap((signal) =>
				['json', 'protobuf'].flatMap((encoding) => ['{}', '{"a":1}'].map((body) => `${signal} ${encoding} ${body}`)),
			),
		),
	);
});

it('says what was refused of a request that was taken', async () => {
	const memory = new Memory();
	memory.result = async () => ({ rejected: 3, message: 'no name' });
	const { url } = await served(() => memory);
	const answer = await post(`${url}/v1/logs`, '{}');
	expect(await answer.json()).toEqual({ partialSuccess: { rejectedLogRecords: '3', errorMessage: 'no name' } });
});

it('refuses what it cannot read, and goes on', async () => {
	const memory = new Memory();
	const { url } = await served(() => memory, { maxRequestBytes: 2_000, maxInflatedBytes: 10_000 });
	const statusOf = async (body: string | Buffer, headers: Record<string, string>) => {
		const answer = await post(`${url}/v1/traces`, body, headers);
		const { code, message } = (await answer.json()) as { readonly code: number; readonly message: string };
		expect([typeof code, typeof message]).toEqual(['number', 'string']);
		return answer.status;
	};
	const zipped = { 'content-type': JSON_TYPE, 'content-encoding': 'gzip' };
	expect(await statusOf('x'.repeat(2_001), { 'content-type': JSON_TYPE })).toBe(413);
	expect(await statusOf(await compressed(Buffer.alloc(10_001)), zipped)).toBe(413);
	expect(await statusOf(await compressed(Buffer.alloc(1_900_000)), zipped)).toBe(413);
	expect(await statusOf('no gzip', zipped)).toBe(400);
	expect(await statusOf((await compressed('{}')).subarray(0, 10), zipped)).toBe(400);
	expect(await statusOf('{}', { 'content-type': JSON_TYPE, 'content-encoding': 'br' })).toBe(415);
	expect(await statusOf('{}', { 'content-type': 'text/plain' })).toBe(415);
	expect(memory.got).toEqual([]);
	expect((await fetch(`${url}/v1/traces`)).status).toBe(404);
	expect((await post(`${url}/v1/profiles`, '{}')).status).toBe(404);
	expect((await post(`${url}/v1/traces`, await compressed(Buffer.alloc(10_000)), zipped)).status).toBe(200);
	expect((await post(`${url}/v1/traces`, 'x'.repeat(2_000))).status).toBe(200);
});

it.each([
	[
		Object.assign(new Error('full'), { name: 'IngestError', code: 'INGEST_BUSY', retryAfterMs: 1_500 }),
		429,
		'2',
		/full/,
	],
	[Object.assign(new Error('closed'), { name: 'IngestError', code: 'INGEST_CLOSED' }), 503, '5', /closed/],
	[Object.assign(new Error('no map'), { name: 'OtlpError', code: 'OTLP_INVALID' }), 400, null, /no map/],
	[Object.assign(new Error('deep'), { name: 'OtlpError', code: 'OTLP_TOO_LARGE' }), 413, null, /deep/],
	[new StoreError('STORE_UNAVAILABLE', 'away'), 503, '5', /away/],
	[new StoreError('QUERY_TIMEOUT', 'slow'), 503, '5', /slow/],
	[new Error('a value of somebody'), 503, '5', /^((?!somebody).)*$/],
])('tells senders of %s whether to try again', async (error, status, retryAfter, message) => {
	const { url } = await served(() => ({ accept: () => Promise.reject(error) }));
	const asJson = await post(`${url}/v1/logs`, '{}');
	expect([asJson.status, asJson.headers.get('retry-after')]).toEqual([status, retryAfter]);
	expect(((await asJson.json()) as { readonly message: string }).message).toMatch(message);
	const asProtobuf = await post(`${url}/v1/logs`, '', { 'content-type': PROTOBUF_TYPE });
	expect([asProtobuf.status, asProtobuf.headers.get('content-type')]).toEqual([status, PROTOBUF_TYPE]);
	const bytes = Buffer.from(await asProtobuf.arrayBuffer());
	expect([bytes[0], bytes[2]]).toEqual([0x08, 0x12]);
});

it('works on so many requests at a time, and tells others to come back', async () => {
	const memory = new Memory();
	const entered = Promise.withResolvers<void>();
	const leave = Promise.withResolvers<{ rejected: number }>();
	memory.result = () => {
		entered.resolve();
		return leave.promise;
	};
	const { url } = await served(() => memory, { maxRequests: 1 });
	const first = post(`${url}/v1/logs`, '{}');
	await entered.promise;
	const second = await post(`${url}/v1/logs`, '{}');
	expect([second.status, second.headers.get('retry-after')]).toEqual([503, '1']);
	leave.resolve({ rejected: 0 });
	expect((await first).status).toBe(200);
	expect((await post(`${url}/v1/logs`, '{}')).status).toBe(200);
});

it('does not wait for a body that does not come', async () => {
	const memory = new Memory();
	const { port, url } = await served(() => memory, { requestTimeoutMs: 100 });
	const socket = connect(port, '127.0.0.1');
	socket.write(
		`POST /v1/logs HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${JSON_TYPE}\r\nContent-Length: 10\r\n\r\n{`,
	);
	expect(await answerOf(socket)).toMatch(/^HTTP\/1.1 408/);
	expect((await post(`${url}/v1/logs`, '{}')).status).toBe(200);
	expect(memory.got).toEqual(['logs json {}']);
});

it('answers a sender that has closed its half, and forgets one that went away in the middle', async () => {
	const memory = new Memory();
	const { port, url } = await served(() => memory);
	const head = `POST /v1/logs HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${JSON_TYPE}\r\nConnection: close\r\n`;
	const whole = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
	whole.end(`${head}Content-Length: 2\r\n\r\n{}`);
	const answer = answerOf(whole);
	whole.once('end', () => whole.destroy());
	expect(await answer).toMatch(/^HTTP\/1.1 200/);
	const half = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
	half.end(`${head}Content-Length: 10\r\n\r\n{}`);
	half.once('end', () => half.destroy());
	await answerOf(half);
	const gone = connect(port, '127.0.0.1');
	gone.write(`${head}Content-Length: 10\r\n\r\n{}`, () => gone.resetAndDestroy());
	await once(gone, 'close');
	expect((await post(`${url}/v1/logs`, '{}')).status).toBe(200);
	expect(memory.got).toEqual(['logs json {}', 'logs json {}']);
});

it('lets in senders only, where there are tokens', async () => {
	const memory = new Memory();
	const ingest = createToken();
	const viewer = createToken();
	const { url } = await served(() => memory, {}, [
		{ id: ingest.id, hash: ingest.hash, role: 'ingest' },
		{ id: viewer.id, hash: viewer.hash, role: 'viewer', tenants: ['a'] },
	]);
	const statusWith = async (authorization: string | undefined) => {
		const headers = { 'content-type': JSON_TYPE, ...(authorization === undefined ? {} : { authorization }) };
		return (await post(`${url}/v1/logs`, '{}', headers)).status;
	};
	expect(await statusWith(`Bearer ${ingest.token}`)).toBe(200);
	expect(await statusWith(`Bearer ${viewer.token}`)).toBe(403);
	expect(await statusWith('Bearer x')).toBe(401);
	expect(await statusWith(undefined)).toBe(401);
	expect(memory.got).toHaveLength(1);
});

it('tells the store who sent, by the name that stays when a token is replaced', async () => {
	const memory = new Memory();
	const [named, unnamed] = [createToken(), createToken()];
	const { url } = await served(() => memory, {}, [
		{ id: named.id, hash: named.hash, role: 'ingest', name: 'collector' },
		{ id: unnamed.id, hash: unnamed.hash, role: 'ingest' },
	]);
	for (const { token } of [named, unnamed]) {
		await post(`${url}/v1/logs`, '{}', { 'content-type': JSON_TYPE, authorization: `Bearer ${token}` });
	}
	expect(memory.senders).toEqual(['collector', `token:${unnamed.id}`]);
	await app?.close();
	const open = await served(() => memory);
	await post(`${open.url}/v1/logs`, '{}');
	expect(memory.senders.at(-1)).toBe('');
});

it('tells the store whose telemetry a token may send', async () => {
	const memory = new Memory();
	const [bound, free] = [createToken(), createToken()];
	const { url } = await served(() => memory, {}, [
		{ id: bound.id, hash: bound.hash, role: 'ingest', tenants: ['b', 'a'] },
		{ id: free.id, hash: free.hash, role: 'admin' },
	]);
	for (const { token } of [bound, free]) {
		await post(`${url}/v1/logs`, '{}', { 'content-type': JSON_TYPE, authorization: `Bearer ${token}` });
	}
	await app?.close();
	const open = await served(() => memory);
	await post(`${open.url}/v1/logs`, '{}');
	expect(memory.tenants).toEqual([['a', 'b'], undefined, undefined]);
});

it('does not answer to a name that is not its own, where there are no tokens', async () => {
	const memory = new Memory();
	const { port } = await served(() => memory);
	const socket = connect(port, '127.0.0.1');
	socket.write(
		`POST /v1/logs HTTP/1.1\r\nHost: evil.example\r\nContent-Type: ${JSON_TYPE}\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}`,
	);
	expect(await answerOf(socket)).toMatch(/^HTTP\/1.1 421/);
	expect(memory.got).toEqual([]);
});

it('leaves room for other senders beside one that floods', async () => {
	const [one, other] = [createToken(), createToken()];
	const tokens = [one, other].map(({ id, hash }) => ({ id, hash, role: 'ingest' as const }));
	const memory = new Memory();
	const stored = Promise.withResolvers<{ rejected: number }>();
	memory.result = () => stored.promise;
	const { url } = await served(() => memory, { maxRequests: 4 }, tokens);
	const send = ({ token }: { readonly token: string }) =>
		post(`${url}/v1/logs`, '{}', { 'content-type': JSON_TYPE, authorization: `Bearer ${token}` });
	const flood = Array.from({ length: 4 }, () => send(one));
	const refused = await Promise.race(flood);
	expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
	const beside = send(other);
	stored.resolve({ rejected: 0 });
	expect((await beside).status).toBe(200);
	expect((await Promise.all(flood)).map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 429]);
});
