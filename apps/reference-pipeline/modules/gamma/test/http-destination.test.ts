import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import {
	HttpDestination,
	type HttpDestinationOptions,
	LocalHttpSink,
	type LocalHttpSinkOptions,
} from '../src/index.ts';
import { registrationOf, startGamma } from './support/module-under-test.ts';
import { batchOf, recordOf } from './support/records.ts';
import { until, VirtualRuntime } from './support/virtual-runtime.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
	for (const close of closers.splice(0)) await close();
});

async function serve(handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
	const server: Server = createServer(handler);
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	closers.push(async () => {
		const closed = once(server, 'close');
		server.close();
		server.closeAllConnections();
		await closed;
	});
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}/in`;
}

async function sinkOf(options: LocalHttpSinkOptions = {}): Promise<LocalHttpSink> {
	const sink = new LocalHttpSink(options);
	await sink.start();
	closers.push(() => sink.stop());
	return sink;
}

/** Delivers records through a module without retries and answers the attempts of the dead letters and all results. */
async function deliver(options: HttpDestinationOptions, ids: string[], maxBatchRecords = 1) {
	const runtime = new VirtualRuntime();
	const adapter = new HttpDestination(options, runtime);
	const { gamma, of } = await startGamma({
		runtime,
		config: { maxDeliveryRetries: 0, circuitFailureThreshold: 100 },
		destination: { registration: registrationOf('out'), adapter, maxBatchRecords },
	});
	gamma.accept(
		batchOf(
			'b1',
			ids.map((id) => recordOf(id)),
		),
	);
	await gamma.idle();
	const results = of('deliveryResult').map(({ result }) => result);
	const attempts = gamma.parts.deadLetters.list().flatMap(({ item }) => item.attemptHistory);
	await gamma.stop();
	return { results, attempts, adapter };
}

describe('a single post', () => {
	it('sends the record with its type, ids, authentication and headers', async () => {
		const sink = await sinkOf({ authorization: 'Bearer secret' });
		const { results, adapter } = await deliver(
			{ url: sink.url, authentication: { kind: 'BEARER', token: 'secret' }, headers: { 'x-tenant': 't1' } },
			['r1'],
		);
		expect(results).toMatchObject([{ finalStatus: 'DELIVERED', acknowledgmentId: 'attempt-1' }]);
		expect(sink.posts[0]?.body).toBe('{"name":"r1"}');
		expect(sink.posts[0]?.headers).toMatchObject({
			authorization: 'Bearer secret',
			'content-type': 'application/json; charset=utf-8',
			'x-correlation-id': 'attempt-1',
			'x-tenant': 't1',
			'idempotency-key': expect.stringMatching(/^r1:[0-9a-f]{16}$/),
		});
		expect(adapter.getMetrics()).toEqual({ recordsDelivered: 1, bytesDelivered: 13, callsMade: 1 });
	});

	it.each([
		[{ kind: 'BASIC', user: 'u', password: 'p' }, 'authorization', 'Basic dTpw'],
		[{ kind: 'API_KEY', header: 'X-Key', key: 'k' }, 'x-key', 'k'],
	] as const)('authenticates by %o', async (authentication, header, value) => {
		const sink = await sinkOf();
		await deliver({ url: sink.url, authentication }, ['r1']);
		expect(sink.posts[0]?.headers[header]).toBe(value);
	});

	it('never shows a secret in an attempt', async () => {
		const sink = await sinkOf({ authorization: 'Bearer other' });
		const { attempts } = await deliver({ url: sink.url, authentication: { kind: 'BEARER', token: 'secret' } }, ['r1']);
		expect(attempts).toMatchObject([{ responseCode: '401', errorCode: 'CONN_004_AUTH', retryEligible: false }]);
		expect(JSON.stringify(attempts)).not.toContain('secret');
	});

	it.each([
		[401, 'CONN_004_AUTH', false],
		[403, 'CONN_004_AUTH', false],
		[404, 'DELIV_002_REJECTED', false],
		[408, 'DELIV_001_TIMEOUT', true],
		[409, 'DELIV_003_DUPLICATE', false],
		[422, 'DELIV_002_REJECTED', false],
		[425, 'CONN_007_SOURCE_OUTAGE', true],
		[429, 'DELIV_004_RATE_LIMITED', true],
		[500, 'CONN_007_SOURCE_OUTAGE', true],
		[504, 'DELIV_001_TIMEOUT', true],
		[507, 'DELIV_005_QUOTA', true],
	])('answer %i means %s, retry %s', async (status, errorCode, retryEligible) => {
		const url = await serve((_request, response) => response.writeHead(status).end('x'.repeat(2000)));
		const { attempts } = await deliver({ url }, ['r1']);
		expect(attempts).toMatchObject([{ status: 'FAILED', responseCode: String(status), errorCode, retryEligible }]);
		expect(attempts[0]?.responseMessage?.length).toBe(1024);
	});

	it.each([
		['7', 7000],
		['Thu, 01 Jan 2026 00:00:09 GMT', 9000],
		['Wed, 31 Dec 2025 23:59:00 GMT', 0],
		['soon', undefined],
	])('reads retry-after %s', async (header, retryAfterMs) => {
		const url = await serve((_request, response) => response.writeHead(429, { 'retry-after': header }).end());
		const { attempts } = await deliver({ url }, ['r1']);
		expect((attempts[0] as { retryAfterMs?: number }).retryAfterMs).toBe(retryAfterMs);
	});

	it("takes the destination's acknowledgment id", async () => {
		const url = await serve((_request, response) => response.end('{"acknowledgment_id":"theirs"}'));
		const { results } = await deliver({ url }, ['r1']);
		expect(results).toMatchObject([{ acknowledgmentId: 'theirs' }]);
	});

	it('calls a refused connection a network error', async () => {
		const sink = await sinkOf();
		const { url } = sink;
		await sink.stop();
		const { attempts, adapter } = await deliver({ url }, ['r1']);
		expect(attempts).toMatchObject([
			{ errorCode: 'CONN_001_NETWORK', responseCode: 'ECONNREFUSED', retryEligible: true },
		]);
		expect(await adapter.healthCheck()).toMatchObject({ status: 'UNHEALTHY' });
	});

	it('ends a call without answer at the delivery timeout', async () => {
		let hasArrived = false;
		let isAborted = false;
		const url = await serve((_request, response) => {
			hasArrived = true;
			response.on('close', () => (isAborted = true));
		});
		const runtime = new VirtualRuntime();
		const adapter = new HttpDestination({ url }, runtime);
		const { gamma } = await startGamma({
			runtime,
			config: { maxDeliveryRetries: 0, deliveryTimeoutMs: 2000, ackSweepIntervalMs: 60_000 },
			destination: { registration: registrationOf('out'), adapter },
		});
		gamma.accept(batchOf('b1', [recordOf('r1')]));
		await until(() => hasArrived);
		await runtime.advance(2000);
		await gamma.idle();
		await until(() => isAborted);
		expect(gamma.parts.deadLetters.list()[0]?.item.attemptHistory).toMatchObject([
			{ status: 'TIMEOUT', errorCode: 'DELIV_001_TIMEOUT' },
		]);
		await gamma.stop();
	});

	it.each([
		[64, 'DELIVERED'],
		[65, 'DLQ'],
	])('an answer of %i bytes, 64 allowed, ends %s', async (bytes, finalStatus) => {
		const url = await serve((_request, response) => response.end('x'.repeat(bytes)));
		const { results } = await deliver({ url, maxResponseBytes: 64 }, ['r1']);
		expect(results).toMatchObject([{ finalStatus }]);
	});

	it('wants an http address', () => {
		expect(() => new HttpDestination({ url: 'ftp://x' }, new VirtualRuntime())).toThrow('http.url');
		expect(() => new HttpDestination({ url: 'http://x', statusUrl: 'no' }, new VirtualRuntime())).toThrow(
			'http.statusUrl',
		);
	});
});

describe('a post of many records', () => {
	it('reads one result for each', async () => {
		const url = await serve((_request, response) =>
			response.writeHead(207).end(
				JSON.stringify({
					results: [
						{ index: 0, status: 'ACCEPTED', acknowledgment_id: 'ack-0' },
						{ index: 1, status: 'REJECTED', code: 'BAD', message: 'no' },
						{ index: 2, status: 'RETRY' },
						{ index: 9, status: 'ACCEPTED' },
					],
				}),
			),
		);
		const runtime = new VirtualRuntime();
		const adapter = new HttpDestination({ url, body: 'ARRAY' }, runtime);
		const { gamma, of } = await startGamma({
			runtime,
			config: { maxDeliveryRetries: 0 },
			destination: { registration: registrationOf('out'), adapter, maxBatchRecords: 4 },
		});
		// The first call takes one record; what waits meanwhile makes the second.
		gamma.parts.destinations.get('out')?.batcher.pause();
		gamma.accept(
			batchOf(
				'b1',
				['r0', 'r1', 'r2', 'r3'].map((id) => recordOf(id)),
			),
		);
		gamma.parts.destinations.get('out')?.batcher.resume();
		await gamma.idle();
		expect(
			of('recordTerminal')
				.map(({ recordId, outcome }) => `${recordId} ${outcome}`)
				.sort(),
		).toEqual(['r0 DELIVERED', 'r1 DLQ', 'r2 DLQ', 'r3 DLQ']);
		const errors = gamma.parts.deadLetters
			.list()
			.map(({ recordId, errorCode, errorMessage }) => [recordId, errorCode, errorMessage]);
		expect(errors).toEqual([
			['r1', 'DELIV_002_REJECTED', 'no'],
			['r2', 'DELIV_006_PARTIAL', 'DELIV_006_PARTIAL'],
			['r3', 'DELIV_006_PARTIAL', 'the batch answer has no result for this record'],
		]);
		expect(adapter.getMetrics()).toMatchObject({ callsMade: 1, recordsDelivered: 1 });
		await gamma.stop();
	});

	it.each(['{}', 'ok', '{"results":"?"}'])('is accepted as a whole when the answer %s has no results', async (body) => {
		const url = await serve((_request, response) => response.end(body));
		const { results } = await deliver({ url, body: 'ARRAY' }, ['r1', 'r2'], 10);
		expect(results.map(({ finalStatus }) => finalStatus)).toEqual(['DELIVERED', 'DELIVERED']);
	});

	it('fails as a whole with the status', async () => {
		const url = await serve((_request, response) => response.writeHead(500).end());
		const { attempts } = await deliver({ url, body: 'ARRAY' }, ['r1', 'r2'], 10);
		expect(attempts).toMatchObject([{ responseCode: '500' }, { responseCode: '500' }]);
	});

	it('posts CSV rows under a header', async () => {
		const sink = await sinkOf();
		const runtime = new VirtualRuntime();
		const adapter = new HttpDestination({ url: sink.url, body: 'ARRAY', columns: ['name'] }, runtime);
		const { gamma } = await startGamma({
			runtime,
			destination: {
				registration: registrationOf('out', { format: 'CSV' }),
				adapter,
				formatting: { columns: ['name'] },
			},
		});
		gamma.accept(batchOf('b1', [recordOf('a,b')]));
		await gamma.idle();
		expect(sink.posts[0]?.body).toBe('name\n"a,b"\n');
		await gamma.stop();
	});
});

describe('delivery states', () => {
	it.each([
		[200, '{"state":"DELIVERED","acknowledgment_id":"a"}', { state: 'DELIVERED', acknowledgmentId: 'a' }],
		[200, '{"state":"FAILED","message":"m"}', { state: 'FAILED', message: 'm' }],
		[200, '{"state":"PENDING"}', { state: 'PENDING' }],
		[200, '{"state":"?"}', { state: 'UNKNOWN' }],
		[200, 'no json', { state: 'UNKNOWN' }],
		[404, '{"state":"DELIVERED"}', { state: 'UNKNOWN' }],
	])('answer %i %s', async (status, body, expected) => {
		let asked = '';
		const url = await serve((request, response) => {
			asked = request.url ?? '';
			response.writeHead(status).end(body);
		});
		const adapter = new HttpDestination({ url, statusUrl: `${url}/{correlationId}` }, new VirtualRuntime());
		closers.push(() => adapter.disconnect());
		expect(await adapter.getDeliveryStatus('a/b')).toEqual(expected);
		expect(asked).toBe('/in/a%2Fb');
	});

	it('are unknown without an address and when nobody answers', async () => {
		const sink = await sinkOf();
		const adapter = new HttpDestination({ url: sink.url, statusUrl: sink.statusUrl }, new VirtualRuntime());
		closers.push(() => adapter.disconnect());
		await sink.stop();
		expect(await adapter.getDeliveryStatus('x')).toEqual({ state: 'UNKNOWN' });
		expect(await new HttpDestination({ url: 'http://x' }, new VirtualRuntime()).getDeliveryStatus('x')).toEqual({
			state: 'UNKNOWN',
		});
	});
});

describe('LocalHttpSink', () => {
	it('decides by seed and content, whatever the order, and appends what it accepts', async () => {
		const directory = await mkdtemp(join(tmpdir(), 'gamma-sink-'));
		closers.push(() => rm(directory, { recursive: true, force: true }));
		const ids = Array.from({ length: 40 }, (_, index) => `r${index}`);
		const run = async (order: string[], file: string) => {
			const sink = await sinkOf({ plan: { seed: 5, rejectRatio: 0.2, failRatio: 0.3, rateLimitRatio: 0.2 }, file });
			const { results } = await deliver({ url: sink.url }, order);
			return results.map(({ recordId, finalStatus }) => `${recordId} ${finalStatus}`).sort();
		};
		const file = join(directory, 'accepted.jsonl');
		const first = await run(ids, file);
		expect(await run([...ids].reverse(), join(directory, 'other.jsonl'))).toEqual(first);
		const lines = (await readFile(file, 'utf8'))
			.trimEnd()
			.split('\n')
			.map((line) => `${JSON.parse(line).name} DELIVERED`);
		expect(lines.sort()).toEqual(first.filter((line) => line.endsWith('DELIVERED')));
		expect(lines.length).toBeGreaterThan(5);
		expect(lines.length).toBeLessThan(35);
	});
});
