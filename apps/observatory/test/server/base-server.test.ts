import { once } from 'node:events';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, expect, it } from 'vitest';
import { Denials } from '../../src/auth/denials.ts';
import { TokenRegistry } from '../../src/auth/token-registry.ts';
import { DEFAULT_LIMITS } from '../../src/config/settings.ts';
import { apiServer } from '../../src/server/api-server.ts';
import { type App, type BaseServerOptions, baseServer } from '../../src/server/base-server.ts';
import { QueryCounters } from '../../src/server/query-counters.ts';

let app: App | undefined;
afterEach(async () => {
	app?.server.closeAllConnections();
	await app?.close();
	app = undefined;
});

const OPTIONS: BaseServerOptions = {
	limits: DEFAULT_LIMITS,
	counters: new QueryCounters(),
	bodyLimit: 1_024,
	maxRequests: 2,
	logLevel: 'silent',
};

async function served(made: App): Promise<string> {
	app = made;
	return await made.listen({ host: '127.0.0.1', port: 0 });
}

/** An API whose store never answers. */
async function waitingApi() {
	const asked = Promise.withResolvers<never>();
	asked.promise.catch(() => {});
	const waiting = new Proxy({}, { get: () => () => new Proxy({}, { get: () => () => asked.promise }) });
	const url = await served(
		await apiServer({
			...OPTIONS,
			tokens: new TokenRegistry([]),
			denials: new Denials(async () => {}),
			source: { store: () => waiting as never, isReady: () => true, health: async () => [], metricLines: () => [] },
		}),
	);
	return { url, giveUp: () => asked.reject(new Error('given up')) };
}

it('cuts a connection on which nobody reads the answer', async () => {
	const made = baseServer({ ...OPTIONS, idleTimeoutMs: 50 });
	const closed = Promise.withResolvers<void>();
	const endless = () =>
		new Readable({
			read() {
				this.push(Buffer.alloc(65_536));
			},
		});
	made.get('/endless', { config: { access: 'public' } }, (_request, reply) => {
		reply.raw.once('close', () => closed.resolve());
		return reply.send(endless());
	});
	const url = await served(made);
	const socket = connect(Number(new URL(url).port), '127.0.0.1').on('error', () => {});
	socket.pause();
	socket.write('GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n');
	await closed.promise;
	socket.destroy();
});

it('closes connections beyond the most it has', async () => {
	const url = await served(baseServer({ ...OPTIONS, maxConnections: 2 }));
	const sockets = Array.from({ length: 3 }, () =>
		connect(Number(new URL(url).port), '127.0.0.1').on('error', () => {}),
	);
	await Promise.race(sockets.map((socket) => once(socket.resume(), 'close')));
	expect(sockets.filter(({ closed }) => closed)).toHaveLength(1);
	for (const socket of sockets) socket.destroy();
});

it('answers probes when all places are taken, and keeps places for other callers', async () => {
	const { url, giveUp } = await waitingApi();
	const running = Array.from({ length: 40 }, () => fetch(`${url}/api/v1/records/x/journey`));
	const refused = await Promise.race(running);
	expect([refused.status, await refused.json()]).toEqual([429, expect.objectContaining({ code: 'TOO_MANY_REQUESTS' })]);
	for (const path of ['/live', '/ready', '/health']) expect((await fetch(`${url}${path}`)).status, path).toBe(200);
	giveUp();
	const statuses = (await Promise.all(running)).map(({ status }) => status);
	expect(statuses.filter((status) => status === 429)).toHaveLength(8);
	expect((await fetch(`${url}/api/v1/records/x/journey`)).status).toBe(500);
});

it('verifies the audit for one at a time', async () => {
	const { url, giveUp } = await waitingApi();
	const running = Array.from({ length: 2 }, () => fetch(`${url}/api/v1/audit/verify`));
	const refused = await Promise.race(running);
	expect([refused.status, await refused.json()]).toEqual([503, expect.objectContaining({ code: 'BUSY' })]);
	giveUp();
	expect((await Promise.all(running)).map(({ status }) => status).toSorted()).toEqual([500, 503]);
	expect((await fetch(`${url}/api/v1/audit/verify`)).status).toBe(500);
});

it('answers an address that cannot be read as any other problem', async () => {
	const { url } = await waitingApi();
	const socket = connect(Number(new URL(url).port), '127.0.0.1');
	socket.write('GET /api/v1/records/%ED%A0%80/journey HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
	const [answer] = (await once(socket.setEncoding('utf8'), 'data')) as [string];
	expect(answer).toMatch(/^HTTP\/1\.1 400 /);
	expect(answer).toMatch(/^content-type: application\/problem\+json/im);
	expect(answer).toMatch(/^x-content-type-options: nosniff/im);
	expect(answer).not.toContain('%ED');
	socket.destroy();
});
