import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { context, logs, metrics, propagation, trace } from '@opentelemetry/api';
import { ENTRY_STAGE, StageStatus, telemetry } from '@pipeline/telemetry-core';
import { event, metric, span } from '@pipeline/telemetry-core/alpha';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { TelemetryProvider } from '../../src/provider/telemetry-provider.ts';
import { HttpSink } from '../export/http-sink.ts';

const folder = mkdtempSync(join(tmpdir(), 'manifest-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => {
	vi.restoreAllMocks();
	for (const api of [context, logs, metrics, propagation, trace]) api.disable();
});

/** The same application, whatever the manifest says. */
async function run(manifest: string): Promise<{ isOn: boolean; scraped: string | undefined; stderr: string }> {
	const path = join(folder, 'telemetry.yaml');
	writeFileSync(path, manifest);
	const written: string[] = [];
	vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0);
	const provider = new TelemetryProvider({ env: { TELEMETRY_MANIFEST: path } });
	const isOn = await provider.start();
	const { tracer } = telemetry;
	const journal = tracer.begin(span['alpha.record.ingest'], {});
	tracer.exit(journal, ENTRY_STAGE, StageStatus.UNSET);
	tracer.finish(journal, ENTRY_STAGE, 'DELIVERED', event['pipeline.alpha.trace.trace.completed']);
	telemetry.metrics.bind(metric['pipeline.alpha.adapter.counter.records_fetched_total'], {}).add(1);
	await provider.forceFlush();
	const scraped = await provider.prometheus?.scrape();
	await provider.shutdown();
	return { isOn, scraped, stderr: written.join('') };
}

async function pathsOf(sink: HttpSink): Promise<readonly (string | undefined)[]> {
	await sink.close();
	return [...new Set(sink.received.map(({ path }) => path))].sort();
}

describe('the manifest', () => {
	it('chooses the backend', async () => {
		const seen: Record<string, unknown> = {};
		for (const backend of ['otel', 'noop', 'prom', 'console']) {
			const sink = await HttpSink.start();
			const { isOn, scraped, stderr } = await run(
				`profile: dev\nplugins: { telemetry_backend: ${backend} }\notlp: { endpoint: "${sink.origin}" }\n`,
			);
			const isScraped = scraped?.includes('pipeline_alpha_adapter_records_fetched_total 1') ?? false;
			seen[backend] = [isOn, await pathsOf(sink), isScraped, stderr.includes('alpha.record.ingest')];
		}
		expect(seen).toEqual({
			otel: [true, ['/v1/logs', '/v1/metrics', '/v1/traces'], false, false],
			noop: [true, [], false, false],
			prom: [true, [], true, false],
			console: [true, [], false, true],
		});
	});

	it('says where each signal goes and with which credentials', async () => {
		const sink = await HttpSink.start();
		await run(
			[
				'profile: dev',
				'otlp:',
				'  headers: { authorization: Bearer token }',
				`  traces: { endpoint: "${sink.origin}/here" }`,
				`  metrics: { endpoint: "${sink.origin}/there", compression: gzip }`,
			].join('\n'),
		);
		expect(await pathsOf(sink)).toEqual(['/here', '/there']);
		expect(new Set(sink.received.map(({ headers }) => headers.authorization))).toEqual(new Set(['Bearer token']));
	});

	it('that is wrong leaves telemetry off, with one message, and the application runs', async () => {
		const said = vi.spyOn(console, 'error').mockImplementation(() => {});
		expect(await run('profile: dev\nratio: many\nrtaio: 1\n')).toEqual({ isOn: false, scraped: undefined, stderr: '' });
		const path = join(folder, 'telemetry.yaml');
		expect(said.mock.calls).toEqual([
			[
				[
					`@pipeline/telemetry-sdk: telemetry stays off: ${path}:3 "rtaio" is no setting; did you mean ratio?`,
					`  ${path}:2 ratio is "many"; allowed: 0 to 1`,
				].join('\n'),
			],
		]);
	});
});
