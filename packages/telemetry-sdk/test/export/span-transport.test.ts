import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { status } from '@grpc/grpc-js';
import { SpanKind } from '@opentelemetry/api';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { EncodedSpans } from '../../src/encoding/trace-request.ts';
import { protocolOf, timeoutMsOf } from '../../src/export/otlp-destination.ts';
import { SpanTransport, type SpanTransportOptions } from '../../src/export/span-transport.ts';
import { sdkBytes } from '../encoding/sdk-spans.ts';
import { GrpcSink } from './grpc-sink.ts';
import { breakOff, closeEarly, dawdle, HttpSink, hang, refuse, unavailable } from './http-sink.ts';

const GENEROUS_MS = 20_000;
const fixture = (name: string): string => fileURLToPath(new URL(`tls/${name}`, import.meta.url));

const request = (name = 'alpha.parser.parse'): EncodedSpans => ({
	spans: 1,
	bytes: sdkBytes(
		[
			{
				scope: { name: 'scope', version: '' },
				name,
				kind: SpanKind.INTERNAL,
				traceId: '0123456789abcdef0123456789abcdef',
				spanId: '0123456789abcdef',
				parent: undefined,
				traceFlags: 1,
				traceState: '',
				start: 1_795_000_000_000_000_001n,
				end: 1_795_000_000_000_000_002n,
				attributes: { text: 'é', yes: true, integer: -7, double: 0.5, list: ['a', 'b'] },
				events: [{ name: 'event', time: 1_795_000_000_000_000_003n, attributes: { a: 1 } }],
				links: [],
				status: { code: 2, message: 'ALP_001' },
			},
		],
		{ 'service.name': 'pipeline-alpha' },
	),
});

const RETRY = { initialMs: 1_000, factor: 2, maxMs: 30_000, attempts: 5 };

describe('transport of encoded spans', () => {
	const closers: (() => unknown)[] = [];
	afterEach(async () => {
		vi.unstubAllEnvs();
		for (const close of closers.splice(0)) await close();
	});

	async function httpSink(...parameters: Parameters<typeof HttpSink.start>): Promise<HttpSink> {
		const sink = await HttpSink.start(...parameters);
		closers.push(() => sink.close());
		return sink;
	}
	async function grpcSink(...parameters: Parameters<typeof GrpcSink.start>): Promise<GrpcSink> {
		const sink = await GrpcSink.start(...parameters);
		closers.push(() => sink.close());
		return sink;
	}
	/** A transport and what it said of each request. */
	function transport(options: SpanTransportOptions = {}) {
		const outcomes: (string | number)[][] = [];
		const sent = new SpanTransport({
			...options,
			onLost: (reason, spans) => outcomes.push([reason, spans]),
			onAttempt: ({ items, bytes, error }) => {
				if (error === undefined) outcomes.push(['EXPORTED', items, bytes]);
			},
		});
		closers.push(() => sent.shutdown(0));
		return { sent, outcomes };
	}
	const exported = ({ bytes }: EncodedSpans) => ['EXPORTED', 1, bytes.length];

	it('sends the bytes as they are over HTTP, with headers, compressed', async () => {
		const sink = await httpSink();
		const { sent, outcomes } = transport({
			url: `${sink.origin}/v1/traces`,
			headers: { authorization: 'Bearer key' },
			compression: 'gzip',
		});
		const first = request();
		const second = request('alpha.buffer.wait');
		sent.send(first);
		sent.send(second);
		expect(await sent.forceFlush(GENEROUS_MS)).toBe(true);
		expect(
			sink.received.map(({ path, body, headers }) => [path, body, headers['authorization'], headers['content-type']]),
		).toEqual(
			[first, second].map(({ bytes }) => ['/v1/traces', Buffer.from(bytes), 'Bearer key', 'application/x-protobuf']),
		);
		expect(sink.received[0]?.headers['content-encoding']).toBe('gzip');
		expect([outcomes, sent.queuedBytes]).toEqual([[exported(first), exported(second)], 0]);
	});

	it('takes what it is not told from the environment, first of all from what is said of traces', async () => {
		const sink = await httpSink();
		vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', 'http://127.0.0.1:1');
		vi.stubEnv('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', `${sink.origin}/spans`);
		vi.stubEnv('OTEL_EXPORTER_OTLP_TRACES_HEADERS', 'x-tenant=t1');
		vi.stubEnv('OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc');
		vi.stubEnv('OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'http/protobuf');
		const { sent } = transport();
		sent.send(request());
		await sent.forceFlush(GENEROUS_MS);
		expect(sink.received.map(({ path, headers }) => [path, headers['x-tenant']])).toEqual([['/spans', 't1']]);
	});

	it.each([
		[{}, 'http/protobuf'],
		[{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'grpc'],
		[{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: ' http/json' }, 'http/json'],
		[{ OTEL_EXPORTER_OTLP_PROTOCOL: 'carrier pigeon' }, 'http/protobuf'],
	])('reads the protocol from %o', (env, protocol) => {
		expect(protocolOf('TRACES', env)).toBe(protocol);
	});

	it.each([
		[{}, 10_000],
		[{ OTEL_EXPORTER_OTLP_TIMEOUT: '5000' }, 5_000],
		[{ OTEL_EXPORTER_OTLP_TIMEOUT: '5000', OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '1' }, 1],
		[{ OTEL_EXPORTER_OTLP_TIMEOUT: '0' }, 10_000],
		[{ OTEL_EXPORTER_OTLP_TIMEOUT: 'soon' }, 10_000],
	])('reads the time for a request from %o', (env, timeoutMs) => {
		expect(timeoutMsOf('TRACES', env)).toBe(timeoutMs);
	});

	it('trusts the certificate that the environment names, and no other', async () => {
		const sink = await httpSink([], {
			key: readFileSync(fixture('key.pem')),
			cert: readFileSync(fixture('certificate.pem')),
		});
		const url = `${sink.origin}/v1/traces`;
		const distrusting = transport({ url, timeoutMs: 500 });
		vi.stubEnv('OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE', fixture('certificate.pem'));
		const trusting = transport({ url });
		for (const { sent } of [distrusting, trusting]) sent.send(request());
		for (const { sent } of [distrusting, trusting]) await sent.forceFlush(GENEROUS_MS);
		expect([distrusting.outcomes, trusting.outcomes, sink.received.length]).toEqual([
			[['EXPORT_FAILED', 1]],
			[exported(request())],
			1,
		]);
	});

	it('sends JSON that says the same', async () => {
		const sink = await httpSink();
		const { sent } = transport({ protocol: 'http/json', url: `${sink.origin}/v1/traces` });
		sent.send(request());
		await sent.forceFlush(GENEROUS_MS);
		const { resourceSpans } = JSON.parse(String(sink.received[0]?.body)) as { resourceSpans: unknown[] };
		const text = (key: string, value: unknown) => ({ key, value });
		expect([sink.received[0]?.headers['content-type'], resourceSpans]).toEqual([
			'application/json',
			[
				{
					resource: {
						attributes: [text('service.name', { stringValue: 'pipeline-alpha' })],
						droppedAttributesCount: 0,
					},
					scopeSpans: [
						{
							scope: { name: 'scope' },
							spans: [
								{
									traceId: '0123456789abcdef0123456789abcdef',
									spanId: '0123456789abcdef',
									name: 'alpha.parser.parse',
									kind: 1,
									startTimeUnixNano: '1795000000000000001',
									endTimeUnixNano: '1795000000000000002',
									attributes: [
										text('text', { stringValue: 'é' }),
										text('yes', { boolValue: true }),
										text('integer', { intValue: '-7' }),
										text('double', { doubleValue: 0.5 }),
										text('list', { arrayValue: { values: [{ stringValue: 'a' }, { stringValue: 'b' }] } }),
									],
									droppedAttributesCount: 0,
									events: [
										{
											timeUnixNano: '1795000000000000003',
											name: 'event',
											attributes: [text('a', { intValue: '1' })],
											droppedAttributesCount: 0,
										},
									],
									droppedEventsCount: 0,
									droppedLinksCount: 0,
									status: { message: 'ALP_001', code: 2 },
									flags: 257,
								},
							],
						},
					],
				},
			],
		]);
	});

	it('bytes that are no spans are lost when they were to be JSON, and what follows is sent', async () => {
		const sink = await httpSink();
		const { sent, outcomes } = transport({ protocol: 'http/json', url: `${sink.origin}/v1/traces` });
		const good = request();
		for (let bad = 0; bad < 3_000; bad++) sent.send({ spans: 1, bytes: Uint8Array.of(255, 255, bad) });
		sent.send(good);
		expect(await sent.forceFlush(GENEROUS_MS)).toBe(true);
		expect([outcomes.length, outcomes[0], outcomes.at(-1)]).toEqual([3_001, ['EXPORT_FAILED', 1], exported(good)]);
	});

	it('tries again over HTTP when the receiver is unavailable', async () => {
		const sink = await httpSink([unavailable, unavailable]);
		const { sent, outcomes } = transport({ url: `${sink.origin}/v1/traces` });
		const one = request();
		sent.send(one);
		await sent.forceFlush(GENEROUS_MS);
		expect([sink.received.length, outcomes]).toEqual([3, [exported(one)]]);
	});

	it('counts what the receiver refuses, and goes on', async () => {
		const sink = await httpSink([refuse, breakOff]);
		const { sent, outcomes } = transport({ url: `${sink.origin}/v1/traces` });
		for (let count = 0; count < 3; count++) sent.send(request());
		await sent.forceFlush(GENEROUS_MS);
		// The second was accepted when the connection broke: its answer had begun.
		expect([sink.received.length, outcomes]).toEqual([
			3,
			[['EXPORT_FAILED', 1], exported(request()), exported(request())],
		]);
	});

	it('counts the spans that the receiver refuses of a request that it accepts', async () => {
		// partial_success { rejected_spans: 1 }
		const sink = await httpSink([
			(response) => void response.writeHead(200).end(Buffer.from([0x0a, 0x02, 0x08, 0x01])),
		]);
		const { sent, outcomes } = transport({ url: `${sink.origin}/v1/traces` });
		sent.send(request());
		await sent.forceFlush(GENEROUS_MS);
		expect(outcomes).toEqual([['REJECTED', 1], exported(request())]);
	});

	it.each([
		['is not there', undefined],
		['does not answer', hang],
		['hangs up', closeEarly],
	])('gives up a receiver that %s, within the time for a request', async (_, answer) => {
		const origin = answer === undefined ? 'http://127.0.0.1:1' : (await httpSink([answer])).origin;
		const { sent, outcomes } = transport({ url: `${origin}/v1/traces`, timeoutMs: 100 });
		sent.send(request());
		expect(await sent.forceFlush(GENEROUS_MS)).toBe(true);
		expect(outcomes).toEqual([['EXPORT_FAILED', 1]]);
	});

	it('waits for a slow receiver', async () => {
		const sink = await httpSink([dawdle]);
		const { sent, outcomes } = transport({ url: `${sink.origin}/v1/traces` });
		sent.send(request());
		await sent.forceFlush(GENEROUS_MS);
		expect(outcomes).toEqual([exported(request())]);
	});

	it('does not wait longer than it may, and counts what is left at the end', async () => {
		const sink = await httpSink([hang]);
		const { sent, outcomes } = transport({ url: `${sink.origin}/v1/traces`, timeoutMs: 60_000 });
		sent.send(request());
		sent.send(request());
		expect(await sent.forceFlush(10)).toBe(false);
		expect(outcomes).toEqual([]);
		await sent.shutdown(10);
		sent.send(request());
		expect([outcomes, sent.queuedBytes]).toEqual([
			[
				['SHUTDOWN', 2],
				['SHUTDOWN', 1],
			],
			0,
		]);
	});

	it('takes as much as there is room for, and counts one more', async () => {
		const sink = await httpSink([hang]);
		const { bytes } = request();
		const { sent, outcomes } = transport({ url: `${sink.origin}/v1/traces`, maxQueueBytes: bytes.length * 2 });
		for (let count = 0; count < 3; count++) sent.send(request());
		expect([outcomes, sent.queuedBytes]).toEqual([[['QUEUE_FULL', 1]], bytes.length * 2]);
	});

	it('sends the bytes as they are over gRPC, with metadata, compressed', async () => {
		const sink = await grpcSink();
		const { sent, outcomes } = transport({
			protocol: 'grpc',
			url: sink.origin,
			headers: { authorization: 'Bearer key' },
			compression: 'gzip',
		});
		const one = request();
		sent.send(one);
		await sent.forceFlush(GENEROUS_MS);
		expect(sink.received.map(({ body, metadata }) => [body, metadata.get('authorization')])).toEqual([
			[Buffer.from(one.bytes), ['Bearer key']],
		]);
		expect(outcomes).toEqual([exported(one)]);
	});

	it.each([
		['again while the receiver is unavailable', [status.UNAVAILABLE, status.RESOURCE_EXHAUSTED], 3, 'EXPORTED'],
		['five times at most', Array.from({ length: 9 }, () => status.UNAVAILABLE), 5, 'EXPORT_FAILED'],
		['once when it is told that the request is wrong', [status.INVALID_ARGUMENT], 1, 'EXPORT_FAILED'],
	])('tries over gRPC %s', async (_, codes, calls, outcome) => {
		const sink = await grpcSink([...codes]);
		const { sent, outcomes } = transport({ protocol: 'grpc', url: sink.origin, retry: { ...RETRY, initialMs: 1 } });
		sent.send(request());
		await sent.forceFlush(GENEROUS_MS);
		expect([sink.received.length, outcomes.map(([what]) => what)]).toEqual([calls, [outcome]]);
	});

	it('ends while it waits to try again over gRPC', async () => {
		const sink = await grpcSink([status.UNAVAILABLE]);
		const { sent, outcomes } = transport({ protocol: 'grpc', url: sink.origin, retry: { ...RETRY, initialMs: 4_000 } });
		sent.send(request());
		await vi.waitFor(() => expect(sink.received.length).toBe(1));
		await sent.shutdown(20);
		expect([outcomes, sink.received.length]).toEqual([[['SHUTDOWN', 1]], 1]);
	});

	it('goes on when nobody can count', async () => {
		const sink = await httpSink([refuse]);
		const fail = () => {
			throw new Error('no counter');
		};
		const sent = new SpanTransport({ url: `${sink.origin}/v1/traces`, onLost: fail, onAttempt: fail });
		sent.send(request());
		sent.send(request());
		expect(await sent.forceFlush(GENEROUS_MS)).toBe(true);
		expect(sink.received.length).toBe(2);
		await sent.shutdown(0);
	});
});
