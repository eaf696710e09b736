import { StoreError } from '@pipeline/telemetry-store';
import { afterEach, expect, it, vi } from 'vitest';
import { createToken } from '../../src/auth/access-token.ts';
import { type Denial, Denials } from '../../src/auth/denials.ts';
import { TokenRegistry } from '../../src/auth/token-registry.ts';
import { DEFAULT_LIMITS } from '../../src/config/settings.ts';
import { type ApiServerOptions, apiServer } from '../../src/server/api-server.ts';
import type { App } from '../../src/server/base-server.ts';
import { QueryCounters } from '../../src/server/query-counters.ts';

let app: App | undefined;
afterEach(() => app?.close());

const AWAY = new StoreError('STORE_UNAVAILABLE', 'The store cannot be reached yet.');
const denied: Denial[] = [];

/** Without a store: whoever needs one is told so. */
async function server(options: Partial<ApiServerOptions> = {}): Promise<App> {
	denied.length = 0;
	app = await apiServer({
		limits: DEFAULT_LIMITS,
		counters: new QueryCounters(),
		tokens: new TokenRegistry([]),
		denials: new Denials(async (denial) => void denied.push(denial)),
		source: {
			store: () => {
				throw AWAY;
			},
			isReady: () => true,
			health: async () => [{ component_name: 'store', status: 'UNHEALTHY', message: 'It cannot be reached.' }],
			metricLines: () => [],
		},
		logLevel: 'silent',
		...options,
	});
	return app;
}

const json = { 'content-type': 'application/json' };

it('says when the store is expected back, and is ready all the same', async () => {
	const api = await server();
	const answer = await api.inject('/api/v1/producers/p/watermark');
	expect(answer.headers).toMatchObject({
		'retry-after': '5',
		'content-type': 'application/problem+json; charset=utf-8',
	});
	expect(answer.json()).toEqual({
		type: 'urn:pipeline:problem:store-unavailable',
		title: 'Not available at the moment',
		status: 503,
		code: 'STORE_UNAVAILABLE',
		detail: AWAY.message,
		requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
		expectedRecoveryS: 5,
	});
	expect((await api.inject('/ready')).statusCode).toBe(200);
	expect((await api.inject('/live')).statusCode).toBe(200);
	expect((await api.inject('/health')).json()).toMatchObject({ status: 'UNHEALTHY' });
	expect((await api.inject('/health')).statusCode).toBe(503);
	expect((await api.inject('/metrics')).payload).toContain(
		'route="GET /api/v1/producers/:producerId/watermark",status="503"} 1',
	);
});

it('is not ready any more when it stops', async () => {
	const source = {
		store: () => {
			throw AWAY;
		},
		isReady: () => false,
		health: async () => [],
		metricLines: () => [],
	};
	const api = await server({ source });
	expect((await api.inject('/ready')).statusCode).toBe(503);
	expect((await api.inject('/live')).statusCode).toBe(200);
});

it.each([
	['GET', '/nowhere', {}, undefined, 404, 'NOT_FOUND'],
	['DELETE', '/api/v1/producers', {}, undefined, 404, 'NOT_FOUND'],
	['POST', '/api/v1/audit/query', json, '{', 400, 'REQUEST_INVALID'],
	['POST', '/api/v1/audit/query', json, '', 400, 'REQUEST_INVALID'],
	['POST', '/api/v1/audit/query', json, '{}', 400, 'REQUEST_INVALID'],
	['POST', '/api/v1/audit/query', json, '{"__proto__":{"a":1}}', 400, 'REQUEST_INVALID'],
	['POST', '/api/v1/audit/query', { 'content-type': 'text/html' }, '<p>', 415, 'MEDIA_TYPE_UNSUPPORTED'],
	['POST', '/api/v1/audit/query', json, `"${'x'.repeat(4_194_303)}"`, 413, 'REQUEST_TOO_LARGE'],
	['GET', '/api/v1/traces/nonsense', {}, undefined, 400, 'REQUEST_INVALID'],
	['GET', '/api/v1/traces?unknown=1', {}, undefined, 400, 'REQUEST_INVALID'],
	['GET', '/live', { host: 'evil.example' }, undefined, 421, 'HOST_REFUSED'],
] as const)('answers %s %s with a problem', async (method, url, headers, payload, status, code) => {
	const api = await server();
	const answer = await api.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) });
	expect([answer.statusCode, answer.headers['content-type']]).toEqual([
		status,
		'application/problem+json; charset=utf-8',
	]);
	expect(answer.json()).toMatchObject({ status, code });
	expect(answer.payload).not.toMatch(/nonsense|evil|__proto__|\.ts/);
});

it('gives each token its own share of requests, and nobody that of another', async () => {
	const [one, other] = [createToken(), createToken()];
	const entries = [one, other].map(({ id, hash }) => ({ id, hash, role: 'admin' as const }));
	const api = await server({ tokens: new TokenRegistry(entries), limits: { ...DEFAULT_LIMITS, requestsPerMinute: 2 } });
	const ask = (token?: string) =>
		api.inject({
			url: '/api/v1/producers/p/watermark',
			headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
		});
	// Whoever only knows the public part of a token uses up nothing.
	const forged = `${one.token.slice(0, -1)}${one.token.endsWith('A') ? 'B' : 'A'}`;
	for (let times = 0; times < 5; times++) expect((await ask(forged)).statusCode).toBe(401);
	expect([(await ask(one.token)).statusCode, (await ask(one.token)).statusCode]).toEqual([503, 503]);
	const third = await ask(one.token);
	expect([third.statusCode, third.json().code, Number(third.headers['retry-after']) > 0]).toEqual([
		429,
		'TOO_MANY_REQUESTS',
		true,
	]);
	expect((await ask(other.token)).statusCode).toBe(503);
	expect(denied).toEqual(
		Array.from({ length: 5 }, () => ({
			actorId: 'unknown',
			tenants: undefined,
			route: 'GET /api/v1/producers/:producerId/watermark',
			reason: 'NOT_AUTHENTICATED',
		})),
	);
});

it('answers probes however often they come, and asks the store once for all of them', async () => {
	const answer = Promise.withResolvers<[]>();
	let asked = 0;
	const health = () => {
		asked++;
		return answer.promise;
	};
	const store = () => {
		throw AWAY;
	};
	const source = { store, isReady: () => true, health, metricLines: () => [] };
	const api = await server({ source, limits: { ...DEFAULT_LIMITS, requestsPerMinute: 2 } });
	for (const url of ['/live', '/ready', '/live', '/ready', '/live'])
		expect((await api.inject(url)).statusCode).toBe(200);
	const probes = Array.from({ length: 5 }, () => api.inject('/health'));
	await vi.waitFor(() => expect(asked).toBe(1));
	answer.resolve([]);
	expect((await Promise.all(probes)).map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200, 200]);
	expect((await api.inject('/health')).statusCode).toBe(200);
	expect(asked).toBe(2);
});

it('tells browsers to keep nothing and to run nothing', async () => {
	const api = await server();
	for (const url of ['/live', '/nowhere', '/api/v1/openapi.json']) {
		expect((await api.inject(url)).headers, url).toMatchObject({
			'cache-control': 'no-store',
			'content-security-policy': expect.stringMatching(/^default-src 'none'; style-src 'unsafe-inline'/),
			'x-content-type-options': 'nosniff',
			'x-frame-options': 'DENY',
			'referrer-policy': 'no-referrer',
		});
		expect((await api.inject(url)).headers).not.toHaveProperty('access-control-allow-origin');
		expect((await api.inject(url)).headers).not.toHaveProperty('strict-transport-security');
	}
});

it('describes every route with its schema, its answers and its roles', async () => {
	const api = await server();
	const { paths, components } = (await api.inject('/api/v1/openapi.json')).json();
	expect(components.securitySchemes).toEqual({ token: { type: 'http', scheme: 'bearer' } });
	for (const [path, methods] of Object.entries<Record<string, Record<string, unknown>>>(paths)) {
		expect(path).toMatch(/^\/api\/v1\//);
		for (const operation of Object.values(methods)) {
			expect(operation, path).toMatchObject({
				operationId: expect.any(String),
				summary: expect.any(String),
				tags: [expect.any(String)],
				security: [{ token: [] }],
				parameters: expect.arrayContaining([expect.objectContaining({ name: 'X-Justification', in: 'header' })]),
				description: expect.stringMatching(/Roles: /),
				responses: {
					200: expect.any(Object),
					default: { content: { 'application/problem+json': { schema: expect.any(Object) } } },
				},
			});
		}
	}
});

it.each([
	[200, {}],
	[200, { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' }],
	[200, { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' }],
	[200, { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }],
	[403, { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }],
	[403, { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }],
	[403, { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' }],
])('answers %i without tokens to %j', async (status, headers) => {
	const api = await server();
	expect((await api.inject({ url: '/live', headers: { host: 'localhost', ...headers } })).statusCode).toBe(status);
	const { id, hash } = createToken();
	await api.close();
	const guarded = await server({ tokens: new TokenRegistry([{ id, hash, role: 'admin' }]) });
	expect((await guarded.inject({ url: '/live', headers: { ...headers } })).statusCode).toBe(200);
});
