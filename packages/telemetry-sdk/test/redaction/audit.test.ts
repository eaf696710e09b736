import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { context, logs, metrics, propagation, trace } from '@opentelemetry/api';
import { ENTRY_STAGE, StageStatus, telemetry } from '@pipeline/telemetry-core';
import { attribute, event, span, spanEvent } from '@pipeline/telemetry-core/alpha';
import { lookUpEvent } from '@pipeline/telemetry-core/registry';
import { afterEach, expect, it, onTestFinished } from 'vitest';
import { traceRequestJson } from '../../src/export/otlp-json.ts';
import { TelemetryProvider, type TelemetryProviderOptions } from '../../src/provider/telemetry-provider.ts';
import { createRedaction } from '../../src/redaction/redaction.ts';
import { readSpool } from '../../src/spool/read-spool.ts';
import { HttpSink } from '../export/http-sink.ts';

afterEach(() => {
	for (const api of [context, logs, metrics, propagation, trace]) api.disable();
});

function newFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), 'audit-'));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

const bytesIn = (folder: string): string =>
	readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'latin1'))
		.join('\n');

/** A record that broke a rule. */
function refuse(): void {
	const { tracer } = telemetry;
	const journal = tracer.begin(span['alpha.record.ingest'], {});
	const stage = tracer.enter(journal, span['alpha.validation.validate'], ENTRY_STAGE);
	tracer.setText(journal, stage, attribute['pipeline.record_id'], 'record-1');
	tracer.setText(journal, stage, attribute['pipeline.source_id'], 'FILE:jo@example.org');
	const broken = tracer.event(journal, stage, spanEvent['validation.failure']);
	tracer.setText(journal, broken, attribute['pipeline.rule_id'], 'VR05');
	tracer.setText(journal, broken, attribute['pipeline.field_name'], 'name');
	tracer.setText(journal, broken, attribute['pipeline.expected'], '[a-z]+');
	tracer.setText(journal, broken, attribute['pipeline.actual'], 'Jo Doe');
	tracer.exit(journal, stage, StageStatus.ERROR);
	tracer.exit(journal, ENTRY_STAGE, StageStatus.ERROR);
	tracer.finish(journal, ENTRY_STAGE, 'REJECTED', event['pipeline.alpha.trace.trace.completed']);
}

/** Audit in this folder, sent there. */
const auditedTo = (path: string, { origin }: HttpSink): TelemetryProviderOptions => ({
	profile: 'dev',
	env: {},
	otlp: { logs: { endpoint: `${origin}/v1/logs` } },
	audit: { path },
	redaction: { keys: [{ id: 'k1', secret: 'only for these tests' }] },
});

it('keeps every entry, without what it may not show, on disk and sent', async () => {
	const path = newFolder();
	const sink = await HttpSink.start();
	onTestFinished(() => sink.close());
	const provider = new TelemetryProvider(auditedTo(path, sink));
	expect(await provider.start()).toBe(true);
	refuse();
	telemetry.events.emit(event['pipeline.alpha.error_queue.audit.entry_corrected'], {
		recordId: 'record-1',
		dimensions: { 'pipeline.operator': 'jo', 'pipeline.justification': 'asked by jo@example.org' },
	});
	expect(await provider.forceFlush(20_000)).toBe(true);
	await provider.shutdown();
	const names: string[] = [];
	for await (const spooled of readSpool(path)) names.push(lookUpEvent(spooled.event)?.name ?? '');
	expect(names).toEqual(
		expect.arrayContaining([
			'pipeline.alpha.validation.audit.validation_failed',
			'pipeline.alpha.error_queue.audit.entry_corrected',
			'pipeline.alpha.trace.trace.completed',
		]),
	);
	for (const bytes of [bytesIn(path), Buffer.concat(sink.received.map(({ body }) => body)).toString('latin1')]) {
		expect(bytes).not.toMatch(/Jo Doe|example\.org/);
		for (const shown of ['record-1', '[a-z]+', 'VR05', '***', 'FILE:***', 'asked by [REDACTED:email]'])
			expect(bytes).toContain(shown);
		expect(bytes).toMatch(/k1:[0-9a-f]{16}/);
	}
});

/** A record, an event about it, and a library's span. */
function deliver(id: string): void {
	const { tracer } = telemetry;
	const journal = tracer.begin(span['alpha.record.ingest'], {});
	tracer.setText(journal, ENTRY_STAGE, attribute['pipeline.record_id'], id);
	tracer.setText(journal, ENTRY_STAGE, attribute['pipeline.batch_id'], id);
	const stage = tracer.enter(journal, span['alpha.validation.validate'], ENTRY_STAGE);
	tracer.exit(journal, stage, StageStatus.ERROR);
	tracer.exit(journal, ENTRY_STAGE, StageStatus.ERROR);
	tracer.finish(journal, ENTRY_STAGE, 'DELIVERED', event['pipeline.alpha.trace.trace.completed']);
	telemetry.events.emit(event['pipeline.alpha.error_queue.audit.entry_corrected'], {
		recordId: id,
		batchId: id,
		dimensions: { 'audit.resource_id': id, 'pipeline.justification': `because of ${id}` },
	});
	trace
		.getTracer('library')
		.startSpan('call', { attributes: { 'pipeline.record_id': id } })
		.end();
}

it('shows ids that look like something else as the same letters on disk and on every signal', async () => {
	const sink = await HttpSink.start();
	onTestFinished(() => sink.close());
	const path = newFolder();
	const spans: string[] = [];
	const provider = new TelemetryProvider({
		...auditedTo(path, sink),
		spanSinks: [{ send: ({ bytes }) => spans.push(JSON.stringify(traceRequestJson(bytes))) }],
		spanProcessors: [
			{
				onStart() {},
				onEnd: ({ attributes }) => spans.push(JSON.stringify(attributes)),
				forceFlush: async () => {},
				shutdown: async () => {},
			},
		],
	});
	expect(await provider.start()).toBe(true);
	const ids = ['867-822-9996', '653-258-5310', '4111111111111111'];
	for (const id of ids) deliver(id);
	expect(await provider.forceFlush(20_000)).toBe(true);
	await provider.shutdown();
	const policy = createRedaction({ keys: [{ id: 'k1', secret: 'only for these tests' }] });
	for (const text of [
		spans.join(),
		bytesIn(path),
		Buffer.concat(sink.received.map(({ body }) => body)).toString('latin1'),
	]) {
		for (const id of ids) {
			expect(text).not.toContain(id);
			expect(text.split(policy.id(id)).length).toBeGreaterThan(3);
		}
	}
});
