import { context, logs, metrics, propagation, trace } from '@opentelemetry/api';
import { telemetry } from '@pipeline/telemetry-core';
import { metric } from '@pipeline/telemetry-core/alpha';
import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import { TelemetryProvider } from '../../src/provider/telemetry-provider.ts';
import { HttpSink } from '../export/http-sink.ts';

afterEach(() => {
	vi.useRealTimers();
	for (const api of [context, logs, metrics, propagation, trace]) api.disable();
});

it('exports metrics at intervals, though nobody asks for it', () => exportsEvery(10_000, {}));

it('exports metrics at the interval that is set, whatever an export may take', () =>
	exportsEvery(700, { OTEL_METRIC_EXPORT_INTERVAL: '700', OTEL_METRIC_EXPORT_TIMEOUT: '30000' }));

async function exportsEvery(intervalMs: number, env: Readonly<Record<string, string>>): Promise<void> {
	const sink = await HttpSink.start();
	onTestFinished(() => sink.close());
	vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
	const provider = new TelemetryProvider({ profile: 'dev', env, otlp: { endpoint: sink.origin } });
	expect(await provider.start()).toBe(true);
	const exports = () => sink.received.filter(({ path }) => path === '/v1/metrics').length;
	const counter = telemetry.metrics.bind(metric['pipeline.alpha.adapter.counter.records_fetched_total'], {});
	for (const interval of [1, 2, 3]) {
		counter.add(1);
		vi.advanceTimersByTime(intervalMs - 1);
		expect(exports()).toBe(interval - 1);
		vi.advanceTimersByTime(1);
		await vi.waitFor(() => expect(exports()).toBe(interval), 10_000);
	}
	await provider.shutdown();
}
