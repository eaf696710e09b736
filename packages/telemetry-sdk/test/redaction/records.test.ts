import { context, logs, metrics, propagation, trace } from '@opentelemetry/api';
import { ENTRY_STAGE, StageStatus, telemetry } from '@pipeline/telemetry-core';
import { attribute, error, event, span, spanEvent } from '@pipeline/telemetry-core/alpha';
import { afterEach, expect, it } from 'vitest';
import { traceRequestJson } from '../../src/export/otlp-json.ts';
import { TelemetryProvider } from '../../src/provider/telemetry-provider.ts';

const KEYS = [{ id: 'k1', secret: 'only for these tests' }];
const REMOTE = {
	traceId: '0af7651916cd43dd8448eb211c80319c',
	spanId: 'b7ad6b7169203331',
	traceFlags: 1,
	traceState: 'a=jo@example.org,b=1',
};

afterEach(() => {
	for (const api of [context, logs, metrics, propagation, trace]) api.disable();
});

/** The spans of one record, as they are exported. */
async function spansOf(record: () => void): Promise<string> {
	const requests: string[] = [];
	const provider = new TelemetryProvider({
		profile: 'dev',
		env: { TELEMETRY_NAMESPACE: 'jo@example.org', OTEL_RESOURCE_ATTRIBUTES: 'owner=jo%40example.org' },
		redaction: { keys: KEYS },
		spanSinks: [{ send: ({ bytes }) => requests.push(JSON.stringify(traceRequestJson(bytes))) }],
	});
	expect(await provider.start()).toBe(true);
	record();
	await provider.shutdown();
	return requests.join('\n');
}

/** `isSaidTwice`: two stages of the journal say the same key, which takes another way through the encoder. */
function sayEverything(isSaidTwice: boolean): void {
	const { tracer } = telemetry;
	const journal = tracer.begin(span['alpha.record.ingest'], {}, REMOTE);
	const stage = tracer.enter(journal, span['alpha.validation.validate'], ENTRY_STAGE);
	const broken = tracer.event(journal, stage, spanEvent['validation.failure']);
	tracer.setText(journal, stage, attribute['pipeline.tenant'], 'acme');
	tracer.setText(journal, stage, attribute['pipeline.record_id'], '0199a5c4-7f3e-7abc-8def-000000000001');
	tracer.setText(journal, stage, attribute['pipeline.source_id'], 'FILE:jo@example.org');
	for (let time = 0; time < (isSaidTwice ? 2 : 1); time++)
		tracer.setText(journal, stage, attribute['pipeline.error_location'], 'line 1 of jo@example.org');
	tracer.setText(journal, stage, attribute['pipeline.operator'], 'jörg');
	tracer.setText(journal, stage, attribute['pipeline.quality_flags'], 'of jo@example.org');
	tracer.setText(journal, broken, attribute['pipeline.field_name'], 'mail (jö@example.org)');
	tracer.setText(journal, broken, attribute['pipeline.actual'], 'Jo Doe');
	const thrown = new TypeError('x');
	thrown.stack = 'TypeError: x\n    at read (file:///home/jo@example.org/x.js:1:2)';
	tracer.fail(journal, stage, error['VAL_999_UNKNOWN'], thrown);
	tracer.link(journal, stage, 'caused_by', REMOTE);
	tracer.exit(journal, stage, StageStatus.ERROR);
	tracer.exit(journal, ENTRY_STAGE, StageStatus.ERROR);
	tracer.finish(journal, ENTRY_STAGE, 'REJECTED', event['pipeline.alpha.trace.trace.completed']);
}

it.each([false, true])(
	'spans of records say nothing that the policy forbids (merged attributes: %s)',
	async (isMerged) => {
		const spans = await spansOf(() => sayEverything(isMerged));
		for (const hidden of ['example.org', 'acme', 'jörg', 'Jo Doe']) expect(spans).not.toContain(hidden);
		for (const shown of [
			'FILE:[REDACTED:email]',
			'line 1 of [REDACTED:email]',
			'of [REDACTED:email]',
			'mail ([REDACTED:email])',
			'file:///home/[REDACTED:email]/x.js:1:2',
			'0199a5c4-7f3e-7abc-8def-000000000001',
			'b=1',
		])
			expect(spans).toContain(shown);
		expect(spans.match(/k1:[0-9a-f]{16}/g)?.length).toBeGreaterThanOrEqual(2);
	},
);
