import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { context, logs, metrics, trace } from '@opentelemetry/api';
import {
	ENTRY_STAGE,
	JOURNAL,
	type Journal,
	type NumberDef,
	type RecordTracer,
	type SpanDef,
	STAGE,
	StageStatus,
	telemetry,
	uninstallTelemetry,
} from '@pipeline/telemetry-core';
import { span as alpha, attribute, event } from '@pipeline/telemetry-core/alpha';
import { span as beta } from '@pipeline/telemetry-core/beta';
import { error, span as gamma } from '@pipeline/telemetry-core/gamma';
import { PROFILES, TelemetryProvider } from '@pipeline/telemetry-sdk';
import { KeptRecords } from './kept-records.ts';
import { type DirectMode, SOURCE, STAGE_NAMES } from './record-work.ts';

const ALL = { ...alpha, ...beta, ...gamma };
const SPANS: readonly SpanDef[] = STAGE_NAMES.map((name) => ALL[name]);
const VALUE: NumberDef = attribute['pipeline.field_count'];
const COMPLETED = event['pipeline.alpha.trace.trace.completed'];
const FAILURE = new Error('the destination refused the record');

/** The journal API as a module calls it, one clock read a stage: every record is followed, and kept by the rules of the profile prod. */
export async function directRecorder(hasAudit: boolean): Promise<DirectMode> {
	const kept = await KeptRecords.start(PROFILES.prod.ratio);
	const path = mkdtempSync(join(tmpdir(), 'pipeline-direct-audit-'));
	const env = {
		...process.env,
		OTEL_EXPORTER_OTLP_ENDPOINT: kept.url,
		OTEL_METRICS_EXPORTER: 'none',
		OTEL_LOGS_EXPORTER: 'none',
	};
	const { ratio, detail } = PROFILES.prod;
	let receipts = 0;
	const provider = new TelemetryProvider(
		hasAudit
			? { profile: 'prod', env, audit: { path } }
			: { profile: 'dev', ratio, detail, env, audit: { enabled: false }, receipts: { receipt: () => void receipts++ } },
	);
	if (!(await provider.start())) throw new Error('telemetry could not be switched on');
	await provider.forceFlush();
	let audited = provider.audit?.appended ?? 0;
	return {
		...recordsBy(telemetry.tracer),
		flush: async () => void (await provider.forceFlush()),
		async verify(records, failed) {
			const appended = provider.audit?.appended ?? 0;
			const followed = hasAudit ? appended - audited : receipts;
			audited = appended;
			receipts = 0;
			if (followed !== records) throw new Error(`${followed} of ${records} records were followed to their end`);
			await kept.verify(records, failed);
		},
		async close() {
			await provider.shutdown();
			uninstallTelemetry();
			for (const api of [context, logs, metrics, trace]) api.disable();
			kept.stop();
			rmSync(path, { recursive: true, force: true });
		},
	};
}

function recordsBy(tracer: RecordTracer): Pick<DirectMode, 'begin' | 'enter' | 'exit' | 'fail' | 'end'> {
	let journal = 0 as Journal;
	return {
		begin(recordId) {
			journal = tracer.begin(alpha['alpha.record.ingest'], { [JOURNAL]: 0, [STAGE]: 0 });
			tracer.setText(journal, ENTRY_STAGE, attribute['pipeline.record_id'], recordId);
			tracer.setText(journal, ENTRY_STAGE, attribute['pipeline.source_id'], SOURCE);
		},
		enter() {},
		exit(stage, value) {
			const ended = tracer.lap(journal, SPANS[stage] as SpanDef, ENTRY_STAGE, StageStatus.UNSET);
			tracer.setNumber(journal, ended, VALUE, value);
		},
		fail(stage) {
			const ended = tracer.lap(journal, SPANS[stage] as SpanDef, ENTRY_STAGE, StageStatus.ERROR);
			tracer.fail(journal, ended, error.DELIV_002_REJECTED, FAILURE);
		},
		end(hasFailed) {
			tracer.exit(journal, ENTRY_STAGE, StageStatus.UNSET);
			tracer.finish(journal, ENTRY_STAGE, hasFailed ? 'FAILED' : 'DELIVERED', COMPLETED);
		},
	};
}
