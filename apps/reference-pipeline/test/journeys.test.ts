import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bucketBounds, METRIC_CATALOGUE } from '@pipeline/telemetry-core/registry';
import {
	assertRegistryNames,
	byTrace,
	createTelemetryHarness,
	type EventView,
	type MetricPointView,
	type SpanView,
	traceFaults,
} from '@pipeline/telemetry-testing';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { run } from '../src/run/run.ts';
import type { RunOptions } from '../src/run/run-options.ts';
import { runSingle } from '../src/run/run-single.ts';
import { instrumentModules } from '../src/telemetry/instrument-modules.ts';

const RECORDS = 300;
const RECORD_SPAN =
	/^(?:alpha|beta|gamma)\.(?!batch\.|adapter\.|connection\.|buffer\.assemble|handoff\.assemble|.*send_batch)/;

const folder = mkdtempSync(join(tmpdir(), 'journeys-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The real modules on the real data, over TCP within this process: everything is encoded and decoded. */
async function runPipeline(more: Partial<RunOptions> = {}) {
	const out = mkdtempSync(join(folder, 'run-'));
	const ends = { ingested: 0, terminal: 0 };
	await runSingle(
		{ profile: 'off', transport: 'tcp', processes: 1, faults: [], records: RECORDS, seed: 'journeys', out, ...more },
		{
			terminal: () => ends.terminal++,
			ingested(count) {
				ends.ingested += count;
			},
		},
		new AbortController().signal,
	);
	return { out, ends };
}

function filesOf(folder: string): Record<string, string> {
	const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
	return Object.fromEntries(
		files.map(({ name }) => [
			name,
			createHash('sha256')
				.update(readFileSync(join(folder, name)))
				.digest('hex'),
		]),
	);
}

/** Everything that a run emits, then the process is as before. */
async function observed(more: Partial<RunOptions> = {}) {
	const harness = createTelemetryHarness({ detail: 'standard' });
	const instrumentations = await instrumentModules();
	try {
		const { out, ends } = await runPipeline(more);
		const [spans, events, metrics] = [harness.spans(), harness.events(), await harness.metrics()];
		return { out, ends, spans, events, metrics };
	} finally {
		for (const instrumentation of instrumentations) instrumentation.disable();
		await harness.shutdown();
	}
}

const journeysOf = (spans: readonly SpanView[]) => [
	...byTrace(spans.filter(({ name }) => RECORD_SPAN.test(name))).values(),
];

const valuesOf = (spans: readonly SpanView[], key: string) => new Set(spans.map(({ attributes }) => attributes[key]));

describe('journeys of records through the whole pipeline', () => {
	let ends: { readonly ingested: number; readonly terminal: number };
	let spans: readonly SpanView[];
	let events: readonly EventView[];
	let metrics: readonly MetricPointView[];
	beforeAll(async () => {
		({ ends, spans, events, metrics } = await observed());
	}, 60_000);

	const named = (name: string) => spans.filter((span) => span.name === name);
	const told = (name: string) => events.filter((event) => event.name === name);
	const counted = (name: string) =>
		metrics.filter((point) => point.name === name).reduce((sum, point) => sum + (point.count ?? point.value), 0);

	it('are one connected trace each, from the source to every destination', () => {
		const traces = journeysOf(spans);
		expect([ends.ingested, traces.length]).toEqual([RECORDS, RECORDS]);
		expect(traces.flatMap(traceFaults)).toEqual([]);
		const stages = [
			...['alpha.record.ingest', 'alpha.parser.parse', 'alpha.validation.validate', 'alpha.handoff.send'],
			...['beta.record.process', 'beta.mapping.map', 'beta.quality.score', 'beta.handoff.send'],
			...['gamma.record.deliver', 'gamma.routing.route', 'gamma.render.render', 'gamma.delivery.attempt'],
			'gamma.trace.complete',
		];
		for (const trace of traces) {
			const names = new Set(trace.map(({ name }) => name));
			expect(stages.filter((name) => !names.has(name))).toEqual([]);
		}
	});

	it('have a lineage id of their own from the source to the destination', () => {
		for (const trace of journeysOf(spans)) expect(valuesOf(trace, 'pipeline.lineage_id').size).toBe(1);
		expect(valuesOf(named('gamma.delivery.attempt'), 'pipeline.lineage_id').size).toBe(RECORDS);
	});

	it('complete once for each end of a record, and say how long the whole way took', () => {
		expect(told('pipeline.gamma.trace.trace.completed')).toHaveLength(ends.terminal);
		expect(named('gamma.trace.complete')).toHaveLength(ends.terminal);
		expect(counted('pipeline.integration.flow.histogram.end_to_end_latency_seconds')).toBe(ends.terminal);
	});

	it('leave one audit entry per record ingested, with source, time and outcome', () => {
		const ingested = told('pipeline.alpha.adapter.audit.record_ingested');
		expect(new Set(ingested.map(({ attributes }) => attributes['audit.resource_id'])).size).toBe(RECORDS);
		expect(ingested).toHaveLength(RECORDS);
		for (const { attributes } of ingested) {
			expect(attributes).toMatchObject({
				'pipeline.source_id': expect.stringMatching(/^FILE:/),
				'pipeline.ingestion_timestamp': expect.stringMatching(/Z$/),
				'pipeline.validation_outcome': expect.stringMatching(/^PASSED/),
				'pipeline.quality_score': expect.stringMatching(/^[01]/),
				'pipeline.correlation_id': expect.any(String),
				'audit.actor_id': 'pipeline',
			});
		}
	});

	it('leave one audit entry per delivery attempted and per delivery confirmed', () => {
		const attempts = counted('pipeline.gamma.delivery.counter.attempts_total');
		expect(attempts).toBeGreaterThan(RECORDS);
		expect(told('pipeline.gamma.delivery.audit.delivery_attempted')).toHaveLength(attempts);
		expect(told('pipeline.gamma.delivery.audit.delivery_confirmed')).toHaveLength(attempts);
	});

	it('leave one audit entry per enrichment, with source, hashed key and what came back', () => {
		const queried = told('pipeline.beta.enrichment.audit.source_queried');
		expect(queried).toHaveLength(counted('pipeline.beta.enrichment.counter.lookups_total'));
		expect(queried.length).toBeGreaterThan(0);
		for (const { attributes } of queried) {
			expect(attributes).toMatchObject({
				'pipeline.enrichment_source': 'airports',
				'pipeline.parameters': expect.stringMatching(/^[0-9a-f]{16}$/),
				'pipeline.response_summary': expect.stringMatching(/./),
			});
		}
	});

	it('have a span for every operation that the metrics count', () => {
		const pairs = [
			['alpha.parser.parse', 'pipeline.alpha.parser.counter.records_parsed_total'],
			['alpha.validation.validate', 'pipeline.alpha.validation.counter.records_validated_total'],
			['beta.mapping.map', 'pipeline.beta.mapping.counter.records_mapped_total'],
			['beta.enrichment.lookup', 'pipeline.beta.enrichment.counter.lookups_total'],
			['gamma.render.render', 'pipeline.gamma.render.counter.records_rendered_total'],
			['gamma.routing.route', 'pipeline.gamma.routing.counter.decisions_total'],
			['gamma.delivery.attempt', 'pipeline.gamma.delivery.counter.attempts_total'],
			['integration.transfer.send', 'pipeline.integration.transfer.counter.batches_transferred_total'],
		] as const;
		expect(pairs.map(([span]) => [span, named(span).length])).toEqual(
			pairs.map(([span, metric]) => [span, counted(metric)]),
		);
	});

	it('name namespace, product, version and mode on each span', () => {
		const own = spans.filter(({ scope }) => scope.startsWith('@pipeline/'));
		expect(own.length).toBeGreaterThan(RECORDS * 10);
		for (const key of ['pipeline.namespace', 'pipeline.product.name', 'pipeline.product.version', 'pipeline.mode'])
			expect(own.filter(({ attributes }) => typeof attributes[key] !== 'string')).toEqual([]);
	});

	it('use the names, kinds, units and buckets of the registry only', () => {
		assertRegistryNames({ spans, events, metrics });
		for (const { name, unit, boundaries } of metrics) {
			const entry = METRIC_CATALOGUE[name];
			expect([name, unit, boundaries]).toEqual([name, entry?.unit, entry?.buckets && bucketBounds(entry.buckets)]);
		}
	});

	it('keep their classification to the destination', () => {
		for (const entry of ['alpha.record.ingest', 'beta.record.process', 'gamma.delivery.attempt'])
			expect(valuesOf(named(entry), 'pipeline.classification')).toEqual(new Set(['INTERNAL']));
	});
});

describe('a run of the pipeline', { timeout: 60_000 }, () => {
	it.each(['drop-header', 'duplicate-batch', 'strip-context'] as const)(
		'keeps every record in its trace with the fault %s',
		async (fault) => {
			const { ends, spans } = await observed({ faults: [fault], records: 600 });
			const traces = journeysOf(spans);
			expect([ends.ingested, traces.length]).toEqual([600, 600]);
			expect(traces.flatMap(traceFaults)).toEqual([]);
		},
	);

	it('keeps every record in its trace across three processes', async () => {
		vi.stubGlobal('process', Object.assign(Object.create(process), { execArgv: ['--conditions=@pipeline/source'] }));
		onTestFinished(() => void vi.unstubAllGlobals());
		const { signal } = new AbortController();
		const options = { profile: 'dev', transport: 'tcp', processes: 3, faults: [], records: RECORDS } as const;
		const { records, traces } = await run(
			{ ...options, out: mkdtempSync(join(folder, 'run-')) },
			{ isQuiet: true, interrupted: signal },
		);
		expect(records.ingested).toBe(RECORDS);
		expect(traces).toMatchObject({ exported: RECORDS, connected: RECORDS, restored: 0, regenerated: 0, faults: [] });
		expect(traces.complete).toBe(traces.terminal);
	});

	it('ends in the same bytes with telemetry and without', async () => {
		const followed = await observed({ transport: 'memory' });
		expect(journeysOf(followed.spans)).toHaveLength(RECORDS);
		const plain = await runPipeline({ transport: 'memory' });
		expect(filesOf(followed.out)).toEqual(filesOf(plain.out));
		expect(Object.keys(filesOf(plain.out)).length).toBeGreaterThan(2);
	});
});
