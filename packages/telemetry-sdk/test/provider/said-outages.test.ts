import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { context, logs, metrics, propagation, trace } from '@opentelemetry/api';
import { ENTRY_STAGE, StageStatus, telemetry } from '@pipeline/telemetry-core';
import { event, span } from '@pipeline/telemetry-core/alpha';
import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import { TelemetryProvider, type TelemetryProviderOptions } from '../../src/provider/telemetry-provider.ts';
import { HttpSink } from '../export/http-sink.ts';

afterEach(() => {
	for (const api of [context, logs, metrics, propagation, trace]) api.disable();
});

function newFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), 'said-'));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

/** What standard error says while a record, a library's span, an event and metrics are exported. */
async function said(options: TelemetryProviderOptions): Promise<string[]> {
	const error = vi.spyOn(console, 'error').mockImplementation(() => {});
	const provider = new TelemetryProvider({ env: {}, ...options });
	expect(await provider.start()).toBe(true);
	const { tracer } = telemetry;
	const journal = tracer.begin(span['alpha.record.ingest'], {});
	tracer.exit(journal, ENTRY_STAGE, StageStatus.ERROR);
	tracer.finish(journal, ENTRY_STAGE, 'REJECTED', event['pipeline.alpha.trace.trace.completed']);
	telemetry.events.emit(event['pipeline.alpha.config.log.changed'], {});
	trace.getTracer('library').startSpan('work').end();
	await provider.forceFlush(3_000);
	await provider.shutdown(3_000);
	return error.mock.calls.flat().map(String).sort();
}

it('an endpoint that is not there is said once for each signal, audit among them', async () => {
	const lines = await said({
		profile: 'prod',
		audit: { path: newFolder() },
		otlp: { endpoint: 'http://127.0.0.1:1', timeoutMs: 300 },
	});
	expect(lines).toEqual([
		expect.stringMatching(
			/^@pipeline\/telemetry-sdk: audit is not sent to http:\/\/127\.0\.0\.1:1\/v1\/logs: .+; entries wait/,
		),
		expect.stringMatching(/logs are not exported to http:\/\/127\.0\.0\.1:1\/v1\/logs: .+; log records of/),
		expect.stringMatching(/metrics are not exported to http:\/\/127\.0\.0\.1:1\/v1\/metrics: .+; sums go/),
		expect.stringMatching(/traces are not exported to http:\/\/127\.0\.0\.1:1\/v1\/traces: .+; spans of/),
	]);
});

it('audit that cannot be written is said once', async () => {
	const file = join(newFolder(), 'file');
	writeFileSync(file, '');
	const lines = await said({ profile: 'prod', audit: { path: join(file, 'audit') } });
	expect(lines).toEqual([
		expect.stringMatching(/audit is not written to .+file\/audit: .*ENOTDIR.*; entries wait in memory/),
	]);
});

it('nothing is said where everything arrives, or nothing is exported', async () => {
	const sink = await HttpSink.start();
	onTestFinished(() => sink.close());
	expect(await said({ profile: 'prod', audit: { path: newFolder() }, otlp: { endpoint: sink.origin } })).toEqual([]);
	expect(await said({ profile: 'dev' })).toEqual([]);
});
