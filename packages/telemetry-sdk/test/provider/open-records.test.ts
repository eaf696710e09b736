import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ENTRY_STAGE, StageStatus, telemetry } from '@pipeline/telemetry-core';
import { span } from '@pipeline/telemetry-core/alpha';
import { expect, it, onTestFinished } from 'vitest';
import { traceRequestJson } from '../../src/export/otlp-json.ts';
import { TelemetryProvider } from '../../src/provider/telemetry-provider.ts';
import { verifySpool } from '../../src/spool/verify-spool.ts';

it('a record that is open at the end has what was done with it in its trace and in audit', async () => {
	const path = mkdtempSync(join(tmpdir(), 'open-records-'));
	onTestFinished(() => rmSync(path, { recursive: true, force: true }));
	const requests: string[] = [];
	const provider = new TelemetryProvider({
		profile: 'dev',
		env: {},
		audit: { path },
		spanSinks: [{ send: ({ bytes }) => requests.push(JSON.stringify(traceRequestJson(bytes))) }],
	});
	expect(await provider.start()).toBe(true);
	const { tracer } = telemetry;
	const journal = tracer.begin(span['alpha.record.ingest'], {});
	tracer.lap(journal, span['alpha.parser.parse'], ENTRY_STAGE, StageStatus.UNSET);
	await provider.shutdown();
	expect(requests.join()).toMatch(/alpha\.parser\.parse/);
	expect(requests.join()).toMatch(/pipeline\.abandoned/);
	expect(await verifySpool(path)).toMatchObject([{ isIntact: true, isClosed: true, entries: 1 }]);
});
