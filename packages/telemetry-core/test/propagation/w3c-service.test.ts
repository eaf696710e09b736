import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createW3cService } from '../../src/propagation/w3c-service.ts';
import { HARNESS_CASES, SPAN_ID, TRACE_ID } from './w3c-harness-cases.ts';

interface Callback {
	readonly url: string;
	readonly traceparent: string;
	readonly tracestate: string | undefined;
	readonly body: unknown;
}

const callbacks: Callback[] = [];
const harness = createServer(async (incoming, response) => {
	const body: unknown = await json(incoming);
	const { traceparent, tracestate } = incoming.headersDistinct;
	callbacks.push({
		url: incoming.url ?? '',
		traceparent: traceparent?.join(', ') ?? '',
		tracestate: tracestate?.join(','),
		body,
	});
	response.end('null');
});
const service = createW3cService();

async function listen(server: Server): Promise<string> {
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

let harnessUrl = '';
let serviceUrl = '';

beforeAll(async () => {
	harnessUrl = await listen(harness);
	serviceUrl = await listen(service);
});
beforeEach(() => {
	callbacks.length = 0;
});
afterAll(() => {
	harness.close();
	service.close();
});

async function drive(headers: readonly (readonly [string, string])[], body: unknown): Promise<number> {
	const flat = headers.flat();
	const text = JSON.stringify(body);
	const sent = request(serviceUrl, {
		method: 'POST',
		headers: [
			...flat,
			'host',
			'127.0.0.1',
			'content-type',
			'application/json',
			'content-length',
			String(Buffer.byteLength(text)),
		],
	});
	sent.end(text);
	const [response] = await once(sent, 'response');
	response.resume();
	await once(response, 'end');
	return response.statusCode;
}

const target = (path: string, rest: unknown = []) => ({ url: `${harnessUrl}/${path}`, arguments: rest });

describe('the service that the public harness drives', () => {
	it.each(HARNESS_CASES.map((entry, index) => [index, entry.test, entry] as const))('%i %s', async (_, __, entry) => {
		expect(await drive(entry.headers, [target('a')])).toBe(200);

		expect(callbacks).toHaveLength(1);
		const [callback] = callbacks;
		const [version, traceId, spanId, flags] = (callback?.traceparent ?? '').split('-');
		expect({ version, traceState: callback?.tracestate }).toEqual({ version: '00', traceState: entry.traceState });
		expect(traceId === TRACE_ID).toBe(entry.trace === 'kept');
		expect(traceId).toMatch(/^(?!0{32})[0-9a-f]{32}$/);
		expect(spanId).toMatch(/^(?!0{16})[0-9a-f]{16}$/);
		expect(spanId).not.toBe(SPAN_ID);
		if (entry.flags !== undefined) expect(flags).toBe(`0${entry.flags}`);
	});

	it.each([
		['a valid traceparent', [['traceparent', `00-${TRACE_ID}-${SPAN_ID}-01`]] as const, true],
		['no traceparent', [], false],
		['an illegal traceparent', [['traceparent', `00-${'0'.repeat(32)}-${SPAN_ID}-01`]] as const, false],
	])('makes a new span for each of several callbacks: %s', async (_, headers, isContinued) => {
		await drive(headers, [target('0', [{ url: 'x', arguments: [] }]), target('1'), target('2')]);

		const parts = callbacks.map(({ traceparent }) => traceparent.split('-'));
		expect(callbacks.map(({ url, body }) => ({ url, body }))).toEqual([
			{ url: '/0', body: [{ url: 'x', arguments: [] }] },
			{ url: '/1', body: [] },
			{ url: '/2', body: [] },
		]);
		expect(new Set(parts.map(([, , spanId]) => spanId)).size).toBe(3);
		expect(parts.every(([, traceId]) => traceId === TRACE_ID)).toBe(isContinued);
		expect(parts.some(([, traceId]) => traceId === '0'.repeat(32))).toBe(false);
	});

	it('answers 500 to a body that is not JSON and stays up', async () => {
		const answer = await fetch(serviceUrl, { method: 'POST', body: '{' });
		expect(answer.status).toBe(500);
		expect(await drive([], [])).toBe(200);
	});
});
