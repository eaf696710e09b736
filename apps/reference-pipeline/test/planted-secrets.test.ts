import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { format } from 'node:util';
import {
	context,
	createTraceState,
	DiagLogLevel,
	diag,
	logs,
	metrics,
	propagation,
	SpanStatusCode,
	TraceFlags,
	trace,
} from '@opentelemetry/api';
import { ENTRY_STAGE, StageStatus, type TextDef, telemetry } from '@pipeline/telemetry-core';
import { attribute, error, event, metric, span, spanEvent } from '@pipeline/telemetry-core/alpha';
import { lookUpAttribute } from '@pipeline/telemetry-core/registry';
import { createMetricProducer, PrometheusReader, TelemetryProvider } from '@pipeline/telemetry-sdk';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { instrumentModules } from '../src/telemetry/instrument-modules.ts';
import { type Plant, runLeakyPipeline, traceStateOf } from './support/leaky-pipeline.ts';
import { captureOtlp } from './support/otlp-capture.ts';
import { formsOf, plantedSecrets } from './support/secrets.ts';

const SECRETS = plantedSecrets();
/** What stands in every export, so that there is something to find. */
const VISIBLE = 'visible-to-all';

const folders: string[] = [];
afterEach(() => {
	for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
	for (const api of [context, logs, metrics, propagation, trace]) api.disable();
	vi.restoreAllMocks();
});

const newFolder = (): string => {
	folders.push(mkdtempSync(join(tmpdir(), 'planted-')));
	return folders.at(-1) as string;
};

/** Hands out one secret after the other, over and over. */
function planter(): Plant {
	let next = 0;
	return () => (SECRETS[next++ % SECRETS.length] as (typeof SECRETS)[number]).text;
}

/** Everything that a library, or the application itself, may say with OpenTelemetry. */
function saySecrets(plant: Plant): void {
	const linked = {
		traceId: 'ab'.repeat(16),
		spanId: 'cd'.repeat(8),
		traceFlags: TraceFlags.SAMPLED,
		traceState: createTraceState(traceStateOf(plant())),
	};
	for (const { text } of SECRETS) {
		const work = trace.getTracer('library').startSpan(`GET ${text}`, {
			attributes: { 'http.request.method': 'GET', 'url.full': `http://host/${text}`, note: text, list: ['a', text] },
			links: [{ context: linked, attributes: { reason: text } }],
		});
		work.setAttribute(`key ${text}`, VISIBLE).addEvent(`saw ${text}`, { detail: text });
		work.recordException(new Error(text));
		work.setStatus({ code: SpanStatusCode.ERROR, message: text });
		work.end();
		logs.getLogger('library').emit({
			body: { message: `said ${text}`, parts: [text, { deep: text }] },
			attributes: { note: text, [text]: VISIBLE },
			severityText: 'INFO',
		});
		logs.getLogger('library').emit({ body: text, eventName: `event of ${text}`, exception: new Error(text) });
		metrics.getMeter('library').createCounter('requests').add(1, { user: text, method: 'GET' });
		metrics.getMeter('library').createHistogram('seconds').record(1, { user: text });
		telemetry.metrics
			.bind(metric['pipeline.alpha.adapter.counter.records_fetched_total'], { 'pipeline.source_id': text })
			.add(1);
		telemetry.events.emit(event['pipeline.alpha.error_queue.audit.entry_corrected'], {
			recordId: text,
			dimensions: { 'pipeline.operator': text, 'pipeline.justification': text, 'context.any': text, password: text },
		});
		sayInJournal(text);
	}
}

const TEXTS = Object.values(attribute).filter((definition) => {
	const { name, entry } = lookUpAttribute(definition) ?? {};
	// Machines may be named by their address.
	return name !== 'server.address' && (entry?.type === 'text' || entry?.type === 'list');
}) as readonly TextDef[];

/** A record in whose journal every text is planted: every attribute, what was thrown, trace states of its own and of a link. */
function sayInJournal(text: string): void {
	const { tracer } = telemetry;
	const remote = {
		traceId: '0af7651916cd43dd8448eb211c80319c',
		spanId: 'b7ad6b7169203331',
		traceFlags: 1,
		traceState: traceStateOf(text),
		baggage: { user: text },
	};
	const journal = tracer.begin(span['alpha.record.ingest'], {}, remote);
	const stage = tracer.enter(journal, span['alpha.validation.validate'], ENTRY_STAGE);
	const broken = tracer.event(journal, stage, spanEvent['validation.failure']);
	const owners = [ENTRY_STAGE, stage, broken];
	TEXTS.forEach((definition, at) => {
		// Four numbers in a version are no address.
		if (text.startsWith('203.0.113.') && lookUpAttribute(definition)?.name.endsWith('.version')) return;
		tracer.setText(journal, owners[(at + text.length) % owners.length] ?? stage, definition, text);
	});
	const thrown = Object.assign(new TypeError(text), { name: text });
	thrown.stack = `TypeError: ${text}\n    at ${text.split(/\s/)[0]} (file:///srv/${text.split(/\s/)[0]}.js:1:2)`;
	tracer.fail(journal, stage, error['VAL_999_UNKNOWN'], thrown);
	tracer.link(journal, stage, 'caused_by', remote);
	tracer.exit(journal, stage, StageStatus.ERROR);
	tracer.exit(journal, ENTRY_STAGE, StageStatus.ERROR);
	tracer.finish(journal, ENTRY_STAGE, 'REJECTED', event['pipeline.alpha.trace.trace.completed']);
}

/** Lines that telemetry writes to the terminal or tells whoever diagnoses it. */
function captureLines(): readonly string[] {
	const lines: string[] = [];
	const write = (...parts: unknown[]) => void lines.push(format(...parts));
	for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const)
		vi.spyOn(console, method).mockImplementation(write);
	diag.setLogger({ error: write, warn: write, info: write, debug: write, verbose: write }, DiagLogLevel.INFO);
	return lines;
}

const filesIn = (folder: string): readonly Buffer[] =>
	readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map(({ parentPath, name }) => readFileSync(join(parentPath, name)));

/** Runs everything that can leak, and collects everything that leaves the process. */
async function exported(options: { readonly profile: 'dev' | 'prod'; readonly strict: boolean }) {
	const plant = planter();
	const lines = captureLines();
	const sink = await captureOtlp();
	const audit = newFolder();
	let scraped: PrometheusReader | undefined;
	const instrumentations = await instrumentModules();
	const provider = new TelemetryProvider({
		profile: options.profile,
		ratio: 1,
		env: {
			OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
			OTEL_RESOURCE_ATTRIBUTES: `owner=${encodeURIComponent(plant())},service.version=${VISIBLE}`,
		},
		audit: { path: audit },
		redaction: { strict: options.strict },
		instrumentations,
		metricReaders(bound) {
			const scopeOf = () => ({ name: 'pipeline', version: '1' });
			scraped = new PrometheusReader([createMetricProducer(bound, { scopeOf, names: 'prometheus' })]);
			return [scraped];
		},
	});
	try {
		expect(await provider.start()).toBe(true);
		await runLeakyPipeline(newFolder(), plant);
		saySecrets(plant);
		const carrier: Record<string, string> = {};
		const baggage = propagation.createBaggage({ user: { value: plant() }, 'pipeline.namespace': { value: VISIBLE } });
		propagation.inject(propagation.setBaggage(context.active(), baggage), carrier);
		await provider.forceFlush(20_000);
		const prometheus = (await scraped?.scrape()) ?? '';
		await provider.shutdown(20_000);
		const signal = (path: string) => Buffer.concat(sink.bodies.get(path) ?? []).toString('latin1');
		return {
			traces: signal('/v1/traces'),
			logs: signal('/v1/logs'),
			metrics: signal('/v1/metrics'),
			prometheus,
			audit: Buffer.concat([...filesIn(audit)]).toString('latin1'),
			headers: JSON.stringify(carrier),
			lines: lines.join('\n'),
		};
	} finally {
		for (const instrumentation of instrumentations) instrumentation.disable();
		await provider.shutdown();
		await sink.close();
		diag.disable();
	}
}

describe('secrets planted in everything that telemetry reads', { timeout: 180_000 }, () => {
	it('are two hundred, and all different', () => {
		expect(new Set(SECRETS.map(({ value }) => value)).size).toBe(SECRETS.length);
		expect(SECRETS.length).toBeGreaterThanOrEqual(200);
	});

	it.each([
		{ profile: 'dev', strict: false },
		{ profile: 'prod', strict: true },
	] as const)('are nowhere in what leaves the process: $profile, strict $strict', async (options) => {
		const places = await exported(options);
		const leaks = Object.entries(places).flatMap(([place, bytes]) =>
			SECRETS.filter(({ value }) => formsOf(value).some((form) => bytes.includes(form))).map(
				({ kind, value }) => `${place}: ${kind} ${value}`,
			),
		);
		expect(leaks).toEqual([]);
		for (const place of ['traces', 'logs', 'metrics', 'prometheus', 'audit'] as const)
			expect(places[place], place).toContain('[REDACTED:email]');
		for (const place of ['traces', 'logs', 'metrics', 'headers'] as const)
			expect(places[place], place).toContain(VISIBLE);
		expect(places.prometheus).toMatch(/redaction_values_redacted_total\{[^}]*"card"/);
		// What people search by stays readable.
		expect(places.traces).toContain('alpha.record.ingest');
		expect(places.traces).toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/);
	});
});
