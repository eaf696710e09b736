import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as alpha from '@pipeline/alpha';
import { AlphaInstrumentation } from '@pipeline/instrumentation-alpha';
import { type AlphaBetaBatch, type BatchSender, systemRuntime } from '@pipeline/model';
import { installTelemetry } from '@pipeline/telemetry-core';
import { createTelemetryHarness, type TelemetryHarness } from '@pipeline/telemetry-testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BoundMetrics, createMetricProducer } from '../../src/metrics/index.ts';
import { type PointView, pointsOf, scopeOf } from './readers.ts';

const LINES = ['{"name":"x","kind":"a"}', '{"name":"y","kind":"b","age":200}', '{"kind":"c"}', '{', '{"name":"x"}'];

const RULES: readonly alpha.RuleConfig[] = [
	{ id: 'VR01', requiredFields: ['name'] },
	{ id: 'VR04', fieldConstraints: { age: { min: 0, max: 150 } }, severity: 'WARNING' },
	{ id: 'VR06', fieldEnums: { kind: ['a', 'b'] }, severity: 'CRITICAL' },
];

const accepting: BatchSender<AlphaBetaBatch> = {
	send: async ({ batchId }) => ({
		batchId,
		status: 'RECEIVED',
		recordsAccepted: 0,
		recordsRejected: 0,
		processingDurationMs: 0,
	}),
	onProcessed() {},
};

interface Totals {
	readonly count: number;
	readonly sum: number;
}

describe('bound metrics under an instrumentation', () => {
	const folder = mkdtempSync(join(tmpdir(), 'bound-metrics-'));
	const file = join(folder, 'input.ndjson');
	let harness: TelemetryHarness;
	let instrumentation: AlphaInstrumentation;
	beforeEach(() => {
		harness = createTelemetryHarness();
		writeFileSync(file, LINES.join('\n'));
	});
	afterEach(async () => {
		instrumentation.disable();
		await harness.shutdown();
		rmSync(folder, { recursive: true, force: true });
	});

	async function ingest(collect: () => Promise<readonly PointView[]>): Promise<readonly PointView[]> {
		instrumentation = new AlphaInstrumentation();
		instrumentation.instrument(alpha);
		const runtime = systemRuntime();
		const source = new alpha.FileSource({ name: 'test', inputs: [file], runtime, maxRecordSizeBytes: 1_024 });
		const module = new alpha.AlphaModule({ source, rules: RULES, sender: accepting, runtime });
		await module.start();
		await module.finished();
		const points = await collect();
		await module.stop();
		return points;
	}

	/** Histograms by their count and sum. What is read off a clock or the process differs from run to run, its number does not. */
	function comparable(points: readonly PointView[]): readonly string[] {
		const differs = /_seconds$|_rate$|throughput|usage/;
		return points
			.map(({ name, attributes, value }) => {
				const { count, sum } = typeof value === 'object' ? (value as Totals) : { count: undefined, sum: value };
				return JSON.stringify([name, Object.entries(attributes).sort(), count, differs.test(name) ? 'differs' : sum]);
			})
			.sort();
	}

	it('counts what the SDK counts', async () => {
		const expected = await ingest(async () =>
			(await harness.metrics()).map(({ name, attributes, value, count }) => ({
				name,
				attributes,
				value: count === undefined ? value : { count, sum: value },
			})),
		);
		instrumentation.disable();
		await harness.shutdown();
		harness = createTelemetryHarness();
		const metrics = new BoundMetrics();
		installTelemetry({ metrics });
		const { collect } = createMetricProducer(metrics, { scopeOf });
		const points = await ingest(async () => pointsOf((await collect()).resourceMetrics));
		expect(points.length).toBeGreaterThan(20);
		expect(comparable(points)).toEqual(comparable(expected.filter(({ name }) => !name.includes('.telemetry.'))));
		expect(await harness.metrics()).toEqual([]);
	});
});
