import { spawnSync } from 'node:child_process';
import { emptyResource } from '@opentelemetry/resources';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import type { MetricDef } from '@pipeline/telemetry-core';
import { metric as alpha } from '@pipeline/telemetry-core/alpha';
import { METRIC_CATALOGUE, metricNamed, prometheusName } from '@pipeline/telemetry-core/registry';
import { afterEach, describe, expect, it } from 'vitest';
import {
	BoundMetrics,
	createMetricProducer,
	PROMETHEUS_CONTENT_TYPE,
	PrometheusReader,
	renderPrometheus,
} from '../../src/metrics/index.ts';
import { periodicReader, prometheusEndpoint, scopeOf } from './readers.ts';

const COUNTER = alpha['pipeline.alpha.connection.counter.idle_closed_total'];
const PARSE_SECONDS = alpha['pipeline.alpha.parser.histogram.parse_duration_seconds'];

describe('PrometheusReader', () => {
	let provider: MeterProvider;
	afterEach(() => provider.shutdown());

	function start() {
		const metrics = new BoundMetrics();
		const reader = new PrometheusReader([createMetricProducer(metrics, { scopeOf, names: 'prometheus' })]);
		provider = new MeterProvider({ readers: [reader] });
		return { metrics, reader };
	}

	const about = (text: string, name: string) => text.split('\n').filter((line) => line.includes(name));

	it("has the registry's names, with help, unit and type", async () => {
		const { metrics, reader } = start();
		metrics.bind(COUNTER, { 'pipeline.source_id': 'a' }).add(3);
		expect(about(await reader.scrape(), 'idle_closed')).toEqual([
			`# HELP pipeline_alpha_connection_idle_closed_total ${METRIC_CATALOGUE['pipeline.alpha.connection.counter.idle_closed_total']?.description}`,
			'# TYPE pipeline_alpha_connection_idle_closed_total counter',
			'pipeline_alpha_connection_idle_closed_total{pipeline_source_id="a"} 3',
		]);
	});

	it('adds up the buckets of a histogram', async () => {
		const { metrics, reader } = start();
		for (const value of [0.00005, 0.0003, 0.0003, 100])
			metrics.bind(PARSE_SECONDS, { 'pipeline.format': 'CSV' }).record(value);
		const lines = about(await reader.scrape(), 'parse_duration_seconds');
		expect(lines.filter((line) => line.startsWith('# UNIT') || line.startsWith('# TYPE'))).toEqual([
			'# UNIT pipeline_alpha_parser_parse_duration_seconds seconds',
			'# TYPE pipeline_alpha_parser_parse_duration_seconds histogram',
		]);
		const buckets = lines.filter((line) => line.includes('_bucket'));
		expect(buckets.at(-1)).toBe(
			'pipeline_alpha_parser_parse_duration_seconds_bucket{pipeline_format="CSV",le="+Inf"} 4',
		);
		const counts = buckets.map((line) => Number(line.split(' ').at(-1)));
		expect(counts).toEqual([...counts].sort((a, b) => a - b));
		expect(new Set(counts)).toEqual(new Set([1, 3, 4]));
		expect(about(lines.join('\n'), '_count')).toEqual([
			'pipeline_alpha_parser_parse_duration_seconds_count{pipeline_format="CSV"} 4',
		]);
	});

	it('escapes what stands in a label', async () => {
		const { metrics, reader } = start();
		metrics.bind(COUNTER, { 'pipeline.source_id': 'a"b\\c\nd\ud800' }).add(1);
		expect(about(await reader.scrape(), 'idle_closed_total{')).toEqual([
			'pipeline_alpha_connection_idle_closed_total{pipeline_source_id="a\\"b\\\\c\\nd\ufffd"} 1',
		]);
	});

	it("shows other instruments of its provider, by their own names, and the resource's", async () => {
		const { reader } = start();
		provider.getMeter('http').createHistogram('http.server.request.duration', { unit: 's' }).record(0.1);
		provider.getMeter('http').createCounter('http.requests').add(1);
		const text = await reader.scrape();
		expect(text).toMatch(/^http_server_request_duration_count 1$/m);
		expect(text).toMatch(/^http_requests_total 1$/m);
		expect(text).toMatch(/^target_info\{.*service_name="unknown_service:/m);
	});

	it('a failing observer does not fail a scrape', async () => {
		const { metrics, reader } = start();
		metrics.observe(alpha['pipeline.alpha.buffer.gauge.depth'], () => {
			throw new Error('not today');
		});
		metrics.bind(COUNTER, {}).add(1);
		expect(about(await reader.scrape(), 'idle_closed_total ')).toContain(
			'pipeline_alpha_connection_idle_closed_total 1',
		);
	});

	it('the stock exporter shows the same text', async () => {
		const { metrics, reader } = start();
		metrics.bind(COUNTER, {}).add(1);
		metrics.bind(PARSE_SECONDS, {}).record(1);
		const stock = await prometheusEndpoint([createMetricProducer(metrics, { scopeOf, names: 'prometheus' })]);
		expect(await reader.scrape()).toBe(`${(await stock.scrape()).trimEnd()}\n`);
		expect(PROMETHEUS_CONTENT_TYPE.toLowerCase()).toContain((await stock.contentType()).split(';')[0]);
		await stock.shutdown();
	});

	it('what another reader collected is shown in the same way, even when that is nothing', async () => {
		const { metrics, reader } = start();
		metrics.bind(COUNTER, {}).add(1);
		const collected = periodicReader([createMetricProducer(metrics, { scopeOf, names: 'prometheus' })]);
		const withoutTarget = (text: string) => text.replaceAll(/^.*target_info.*\n/gm, '');
		expect(withoutTarget(renderPrometheus(await collected.export()))).toBe(withoutTarget(await reader.scrape()));
		expect(withoutTarget(renderPrometheus({ resource: emptyResource(), scopeMetrics: [] }))).toMatch(/^#.*\n$/);
		await collected.shutdown();
	});

	it('promtool accepts the whole catalogue', async ({ skip }) => {
		const hasPromtool = spawnSync('promtool', ['--version']).status === 0;
		if (!hasPromtool && !process.env['CI']) {
			console.warn('promtool is not on PATH (Debian package "prometheus"): names are not checked against it');
			skip();
		}
		const { metrics, reader } = start();
		for (const [name, { kind, attributes }] of Object.entries(METRIC_CATALOGUE)) {
			const definition = metricNamed(name) as MetricDef;
			const values = Object.fromEntries(attributes.map((key) => [key, 'x"\\\n']));
			if (kind === 'observable_gauge') metrics.observe(definition, (observe) => observe(0.5, values));
			else metrics.bind(definition, values).add(0.5);
		}
		const text = await reader.scrape();
		const shown = new Set(text.split('\n').flatMap((line) => /^# TYPE (\w+)/.exec(line)?.[1] ?? []));
		expect(Object.keys(METRIC_CATALOGUE).filter((name) => !shown.has(prometheusName(name)))).toEqual([]);
		const checked = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
		expect({ status: checked.status, output: checked.stdout + checked.stderr }).toEqual({ status: 0, output: '' });
	});
});
