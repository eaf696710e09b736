import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { context, logs, metrics, propagation, trace } from '@opentelemetry/api';
import { telemetry } from '@pipeline/telemetry-core';
import { metric, span } from '@pipeline/telemetry-core/alpha';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { HealthReport } from '../../src/health-server/health-source.ts';
import { TelemetryProvider, type TelemetryProviderOptions } from '../../src/provider/telemetry-provider.ts';

const started: TelemetryProvider[] = [];

async function start(options: TelemetryProviderOptions = {}): Promise<TelemetryProvider> {
	const provider = new TelemetryProvider({
		profile: 'dev',
		env: {},
		health: { enabled: true, port: 0 },
		prom: { enabled: true, port: 0 },
		...options,
	});
	started.push(provider);
	expect(await provider.start()).toBe(true);
	return provider;
}

afterEach(async () => {
	await Promise.all(started.splice(0).map((provider) => provider.shutdown()));
	vi.restoreAllMocks();
	for (const api of [context, logs, metrics, propagation, trace]) api.disable();
});

const get = (port: number | undefined, path: string, init?: RequestInit) =>
	fetch(`http://127.0.0.1:${port}${path}`, init);

/** What a server answers to bytes that no client library would send. */
function raw(port: number | undefined, bytes: string): Promise<string> {
	return new Promise((resolve) => {
		const socket = connect(port as number, '127.0.0.1', () => socket.write(bytes));
		let answer = '';
		socket.on('data', (chunk) => {
			answer += chunk.toString('latin1');
		});
		socket.on('error', () => {});
		socket.on('close', () => resolve(answer));
	});
}

describe('health', () => {
	it('says how telemetry and the parts of the application are', async () => {
		const provider = await start({
			healthSources: [{ name: 'buffer', check: () => ({ status: 'DEGRADED', message: 'nearly full' }) }],
		});
		const response = await get(provider.ports.health, '/health');
		const report = (await response.json()) as HealthReport;
		expect([response.status, response.headers.get('content-type'), report.status]).toEqual([
			200,
			'application/json; charset=utf-8',
			'DEGRADED',
		]);
		expect(report.checks.map(({ component_name, status }) => [component_name, status])).toEqual([
			['records', 'HEALTHY'],
			['queues', 'HEALTHY'],
			['exporter', 'HEALTHY'],
			['buffer', 'DEGRADED'],
		]);
		expect(report.checks.every(({ last_check }) => !Number.isNaN(Date.parse(last_check)))).toBe(true);
		expect(await provider.health()).toEqual(report);
	});

	it('is degraded when more than one record in a thousand is lost in a minute, and says why', async () => {
		const provider = await start({ slots: 1_024 });
		const begin = (count: number) => {
			for (let at = 0; at < count; at++) telemetry.tracer.begin(span['alpha.record.ingest'], {});
		};
		begin(1_025);
		const { checks } = (await provider.health()) as HealthReport;
		expect(checks[0]).toMatchObject({
			component_name: 'records',
			status: 'HEALTHY',
			details: { records_last_minute: 1_025, lost_last_minute: { 'RECORDS PRESSURE': 1 }, active_records: 1_024 },
		});
		begin(1);
		await vi.waitFor(async () => expect((await provider.health())?.checks[0]?.status).toBe('DEGRADED'), 5_000);
		expect((await get(provider.ports.health, '/health')).status).toBe(200);
	});

	it('says since when exports fail', async () => {
		const refusing = createServer((request, response) => {
			request.resume();
			request.on('end', () => response.writeHead(401).end());
		});
		await new Promise<void>((listening) => refusing.listen(0, '127.0.0.1', listening));
		const { port } = refusing.address() as AddressInfo;
		const provider = await start({ otlp: { endpoint: `http://127.0.0.1:${port}`, metrics: { exporter: 'none' } } });
		trace.getTracer('library').startSpan('work').end();
		await provider.forceFlush();
		const report = (await provider.health()) as HealthReport;
		expect(report.checks.find(({ component_name }) => component_name === 'exporter')).toMatchObject({
			status: 'DEGRADED',
			message: expect.stringMatching(/^exports fail: TRACES (AUTH|REJECTED|OTHER)/),
			details: { TRACES: { seconds_since_success: null, failing_for_seconds: 0 } },
		});
		refusing.closeAllConnections();
		refusing.close();
	});

	it('that is bad is a 503; readiness is what the application says, and never its dependencies', async () => {
		let isReady = true;
		const provider = await start({
			isReady: () => isReady,
			healthSources: [{ name: 'store', check: () => ({ status: 'UNHEALTHY', message: 'gone' }) }],
		});
		const status = async (path: string) => (await get(provider.ports.health, path)).status;
		expect([await status('/health'), await status('/ready'), await status('/live')]).toEqual([503, 200, 200]);
		isReady = false;
		expect([await status('/ready'), await status('/live')]).toEqual([503, 200]);
	});
});

describe('metrics', () => {
	it('are served in the text format of Prometheus, however many ask', async () => {
		const provider = await start();
		telemetry.metrics
			.bind(metric['pipeline.alpha.adapter.counter.records_fetched_total'], { 'pipeline.source_id': 's' })
			.add(3);
		const scrapes = await Promise.all(Array.from({ length: 5 }, () => get(provider.ports.metrics, '/metrics')));
		const texts = await Promise.all(scrapes.map((scrape) => scrape.text()));
		expect(scrapes[0]?.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
		for (const text of texts) {
			expect(text).toMatch(/^pipeline_alpha_adapter_records_fetched_total\{.*\} 3$/m);
			expect(text).toMatch(/^pipeline_telemetry_recorder_active_records\b.* 0$/m);
		}
		expect((await get(provider.ports.metrics, '/health')).status).toBe(404);
	});

	it('share the port of health where it is the same', async () => {
		const free = createServer();
		await new Promise<void>((listening) => free.listen(0, '127.0.0.1', listening));
		const { port } = free.address() as AddressInfo;
		await new Promise((closed) => free.close(closed));
		const provider = await start({ health: { enabled: true, port }, prom: { enabled: true, port } });
		expect(provider.ports).toEqual({ health: port, metrics: port });
		expect([(await get(port, '/metrics')).status, (await get(port, '/live')).status]).toEqual([200, 200]);
	});
});

describe('the server', () => {
	it('is not there unless it is asked for', async () => {
		const provider = await start({ health: undefined, prom: undefined });
		expect(provider.ports).toEqual({ health: undefined, metrics: undefined });
		expect((await provider.health())?.status).toBe('HEALTHY');
	});

	it('answers what it does not know with 4xx', async () => {
		const { health: port } = (await start()).ports;
		expect((await get(port, '/nothing')).status).toBe(404);
		const post = await get(port, '/health', { method: 'POST', body: 'x'.repeat(100_000) });
		expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
		const head = await get(port, '/live?probe=1', { method: 'HEAD' });
		expect([head.status, await head.text(), head.headers.get('content-length')]).toEqual([200, '', '18']);
		const closing = 'Host: x\r\nConnection: close\r\n\r\n';
		expect(await raw(port, `GET /../health HTTP/1.1\r\n${closing}`)).toMatch(/^HTTP\/1\.1 404 /);
		expect(await raw(port, `GET /live HTTP/1.1\r\nX: ${'x'.repeat(9_000)}\r\n${closing}`)).toMatch(/^HTTP\/1\.1 431 /);
		expect(await raw(port, 'nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
		expect((await get(port, '/live')).status).toBe(200);
	});

	it('that finds its port in use says so in one line, and everything else goes on', async () => {
		const said = vi.spyOn(console, 'error').mockImplementation(() => {});
		const first = await start();
		const port = first.ports.health as number;
		const second = await start({ health: { enabled: true, port } });
		expect(said.mock.calls).toEqual([
			[expect.stringMatching(/OpenTelemetry was set up in this process before/)],
			[
				`@pipeline/telemetry-sdk: health cannot be served on 127.0.0.1:${port}: the port is in use; everything else goes on`,
			],
		]);
		expect([second.ports.health, (await get(second.ports.metrics, '/metrics')).status]).toEqual([undefined, 200]);
	});

	it('is closed by shutdown, connections that wait included', async () => {
		const provider = await start();
		const { health: port } = provider.ports;
		const socket = connect(port as number, '127.0.0.1');
		await new Promise((connected) => socket.once('connect', connected));
		const closed = new Promise((resolve) => socket.once('close', resolve));
		socket.on('error', () => {});
		await provider.shutdown();
		await closed;
		await expect(get(port, '/live')).rejects.toThrow();
	});

	it('does not keep the process alive', () => {
		const program = `
			import { TelemetryProvider } from '@pipeline/telemetry-sdk';
			const provider = new TelemetryProvider({ profile: 'dev', health: { enabled: true, port: 0 }, prom: { enabled: true, port: 0 } });
			await provider.start();
			console.log(provider.ports.health > 0 && provider.ports.metrics > 0);
		`;
		const { stdout, status } = spawnSync(
			process.execPath,
			['--conditions=@pipeline/source', '--input-type=module', '-e', program],
			{ cwd: new URL('../..', import.meta.url), encoding: 'utf8', env: { PATH: process.env['PATH'] }, timeout: 60_000 },
		);
		expect([stdout.trim(), status]).toEqual(['true', 0]);
	});
});
