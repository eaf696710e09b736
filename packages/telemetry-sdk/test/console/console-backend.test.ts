import { context, logs, metrics, propagation, SpanStatusCode, trace } from '@opentelemetry/api';
import { AlphaInstrumentation } from '@pipeline/instrumentation-alpha';
import { ENTRY_STAGE, StageStatus, telemetry } from '@pipeline/telemetry-core';
import { event, metric, span } from '@pipeline/telemetry-core/alpha';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { LimitedLines } from '../../src/console/limited-lines.ts';
import { TelemetryProvider, type TelemetryProviderOptions } from '../../src/provider/telemetry-provider.ts';

const started: TelemetryProvider[] = [];

async function start(options: TelemetryProviderOptions): Promise<TelemetryProvider> {
	const provider = new TelemetryProvider({ profile: 'dev', env: {}, ...options });
	started.push(provider);
	expect(await provider.start()).toBe(true);
	return provider;
}

function record(): void {
	const { tracer } = telemetry;
	const journal = tracer.begin(span['alpha.record.ingest'], {});
	tracer.exit(journal, ENTRY_STAGE, StageStatus.UNSET);
	tracer.finish(journal, ENTRY_STAGE, 'DELIVERED', event['pipeline.alpha.trace.trace.completed']);
}

afterEach(async () => {
	await Promise.all(started.splice(0).map((provider) => provider.shutdown()));
	vi.restoreAllMocks();
	for (const api of [context, logs, metrics, propagation, trace]) api.disable();
});

describe('the backend console', () => {
	it('writes a line for each span and each event, to stderr', async () => {
		const written: string[] = [];
		vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0);
		const provider = await start({ backend: 'console' });
		record();
		const work = trace.getTracer('library').startSpan('work\u001b[2J');
		work.setStatus({ code: SpanStatusCode.ERROR, message: 'no\nroute' }).end();
		await provider.forceFlush();
		const lines = written.map((line) =>
			line
				.replace(/\d\d:\d\d:\d\d\.\d{3}/, 'TIME')
				.replace(/ [0-9a-f]{8} /, ' TRACE ')
				.replace(/ +[\d.]+ ms/, ' MS'),
		);
		expect(lines.sort()).toEqual([
			'TIME TRACE alpha.record.ingest MS\n',
			'TIME TRACE pipeline.alpha.trace.trace.completed        INFO\n',
			'TIME TRACE work [2J MS ERROR no route\n',
		]);
	});
});

describe('the backend prom', () => {
	it('sends nothing and can be scraped', async () => {
		const provider = await start({ backend: 'prom', otlp: { endpoint: 'http://127.0.0.1:9' } });
		telemetry.metrics.bind(metric['pipeline.alpha.adapter.counter.records_fetched_total'], {}).add(3);
		expect(await provider.prometheus?.scrape()).toMatch(/^pipeline_alpha_adapter_records_fetched_total 3$/m);
		expect(await provider.forceFlush()).toBe(true);
	});

	it('is off where nobody asked for it', async () => {
		expect((await start({})).prometheus).toBeUndefined();
	});
});

describe('modules', () => {
	it.each([
		[undefined, true],
		[['alpha', 'beta'], true],
		[['beta'], false],
		[[], false],
	] as const)('%j: the instrumentation of alpha is on: %s', async (modules, isOn) => {
		const instrumentation = new AlphaInstrumentation();
		const provider = await start({ modules, instrumentations: [instrumentation] });
		expect(instrumentation.isEnabled()).toBe(isOn);
		await provider.shutdown();
		expect(instrumentation.isEnabled()).toBe(true);
	});
});

describe('LimitedLines', () => {
	it('writes so many lines a second, and says how many more there were', () => {
		const written: string[] = [];
		const clock = { ms: 0 };
		const lines = new LimitedLines({ write: (line) => written.push(line), perSecond: 2, now: () => clock.ms });
		const add = (text: string) => lines.add(() => text);
		for (const text of ['1', '2', '3', '4']) add(text);
		clock.ms = 999;
		add('5');
		clock.ms = 1_000;
		add('6');
		lines.flush();
		expect(written).toEqual(['1', '2', '… and 3 more', '6']);
	});

	it('cuts lines and takes control characters out', () => {
		const written: string[] = [];
		const lines = new LimitedLines({ write: (line) => written.push(line) });
		lines.add(() => `a\u0000b\u202ec\r\n${'x'.repeat(1_000)}`);
		expect(written).toEqual([`a b c  ${'x'.repeat(393)}`]);
	});
});
