import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { context, logs, metrics, propagation, trace } from '@opentelemetry/api';
import { ENTRY_STAGE, StageStatus, telemetry } from '@pipeline/telemetry-core';
import { event, metric, span } from '@pipeline/telemetry-core/alpha';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { TelemetryProvider } from '../../src/provider/telemetry-provider.ts';

async function sink(answer: 'ok' | 'never') {
	const bytes = new Map<string, number>();
	const server = createServer((request, response) => {
		request.on('data', (chunk: Buffer) =>
			bytes.set(request.url ?? '', (bytes.get(request.url ?? '') ?? 0) + chunk.length),
		);
		request.on('end', () => {
			if (answer === 'ok') response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	return {
		bytes,
		url,
		close: () => {
			server.closeAllConnections();
			server.close();
		},
	};
}

function record(): void {
	const { tracer } = telemetry;
	const journal = tracer.begin(span['alpha.record.ingest'], {});
	tracer.exit(journal, ENTRY_STAGE, StageStatus.UNSET);
	tracer.finish(journal, ENTRY_STAGE, 'DELIVERED', event['pipeline.alpha.trace.trace.completed']);
}

afterEach(() => {
	vi.unstubAllEnvs();
	for (const api of [context, logs, metrics, propagation, trace]) api.disable();
});

describe('with an endpoint', () => {
	it('sends spans of records and of batches, events and metrics', async () => {
		const { bytes, url, close } = await sink('ok');
		vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', url);
		const provider = new TelemetryProvider({ profile: 'dev' });
		expect(await provider.start()).toBe(true);
		record();
		trace.getTracer('library').startSpan('work').end();
		telemetry.metrics.bind(metric['pipeline.alpha.adapter.counter.records_fetched_total'], {}).add(1);
		await provider.shutdown();
		expect([...bytes.keys()].sort()).toEqual(['/v1/logs', '/v1/metrics', '/v1/traces']);
		close();
	});

	it('waits in a flush for a batch that is on its way already', async () => {
		let arrived = (_respond: () => void) => {};
		const request = new Promise<() => void>((resolve) => {
			arrived = resolve;
		});
		const server = createServer((incoming, response) => {
			incoming.resume();
			if (incoming.url === '/v1/traces') arrived(() => response.writeHead(200).end());
			else response.writeHead(200).end();
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
		const provider = new TelemetryProvider({ profile: 'dev', env: {}, otlp: { endpoint }, queue: { batchSize: 1 } });
		await provider.start();
		trace.getTracer('library').startSpan('work').end();
		const respond = await request;
		let isFlushed = false;
		const flushed = provider.forceFlush(60_000).then((isDone) => {
			isFlushed = true;
			return isDone;
		});
		await new Promise((resolve) => setTimeout(resolve, 50));
		expect(isFlushed).toBe(false);
		respond();
		expect(await flushed).toBe(true);
		await provider.shutdown();
		server.closeAllConnections();
		server.close();
	});

	it('ends in time though nobody answers', async () => {
		const { url, close } = await sink('never');
		vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', url);
		const provider = new TelemetryProvider({ profile: 'dev' });
		await provider.start();
		record();
		const begin = performance.now();
		await provider.shutdown(300);
		expect(performance.now() - begin).toBeLessThan(5_000);
		close();
	});
});
