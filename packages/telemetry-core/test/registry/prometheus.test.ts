import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { METRIC_CATALOGUE } from '../../src/registry/metric-catalogue.ts';
import { prometheusCollisions, prometheusLabel, prometheusName } from '../../src/registry/prometheus.ts';
import { exposition } from './exposition.ts';

describe('prometheusName', () => {
	it.each([
		['pipeline.alpha.validation.counter.records_validated_total', 'pipeline_alpha_validation_records_validated_total'],
		['pipeline.beta.intake.updowncounter.records_in_progress', 'pipeline_beta_intake_records_in_progress'],
		['pipeline.orders.desk.gauge.depth', 'pipeline_orders_desk_depth'],
		['pipeline.gamma.counter.gauge.depth', 'pipeline_gamma_counter_depth'],
		['http.server.request.duration', 'http_server_request_duration'],
	])('maps %s', (metric, expected) => {
		expect(prometheusName(metric)).toBe(expected);
	});

	it('maps attribute keys to labels', () => {
		expect([prometheusLabel('pipeline.source_id'), prometheusLabel('error.type')]).toEqual([
			'pipeline_source_id',
			'error_type',
		]);
	});
});

describe('prometheusCollisions', () => {
	it('finds none in the catalogue', () => {
		expect(prometheusCollisions(METRIC_CATALOGUE)).toEqual([]);
	});

	it('reports names that differ only in their type', () => {
		expect(
			prometheusCollisions({
				'pipeline.alpha.buffer.gauge.depth': { kind: 'gauge' },
				'pipeline.alpha.buffer.updowncounter.depth': { kind: 'updowncounter' },
				'pipeline.alpha.buffer.gauge.capacity': { kind: 'gauge' },
			}),
		).toEqual([
			{
				seriesName: 'pipeline_alpha_buffer_depth',
				metrics: ['pipeline.alpha.buffer.gauge.depth', 'pipeline.alpha.buffer.updowncounter.depth'],
			},
		]);
	});

	it("reports a metric that takes the name of a histogram's series", () => {
		expect(
			prometheusCollisions({
				'pipeline.alpha.buffer.histogram.wait_seconds': { kind: 'histogram' },
				'pipeline.alpha.buffer.gauge.wait_seconds_count': { kind: 'gauge' },
			}).map(({ seriesName }) => seriesName),
		).toEqual(['pipeline_alpha_buffer_wait_seconds_count']);
	});
});

describe('promtool', () => {
	const hasPromtool = spawnSync('promtool', ['--version']).status === 0;

	it('accepts the whole catalogue', ({ skip }) => {
		if (!hasPromtool && !process.env['CI']) {
			console.warn('promtool is not on PATH (Debian package "prometheus"): names are not checked against it');
			skip();
		}
		const checked = spawnSync('promtool', ['check', 'metrics'], {
			input: exposition(METRIC_CATALOGUE),
			encoding: 'utf8',
		});
		expect({ status: checked.status, output: checked.stdout + checked.stderr }).toEqual({ status: 0, output: '' });
	});
});
