import { context, createContextKey, SamplingDecision, trace } from '@opentelemetry/api';
import { afterEach, describe, expect, it } from 'vitest';
import {
	createTelemetryHarness,
	type HarnessOptions,
	item,
	type TelemetryHarness,
} from '../../../telemetry-testing/src/index.ts';
import {
	ENTRY_STAGE,
	NO_JOURNAL,
	readHexWords,
	SamplingThreshold,
	StageStatus,
	type TraceFields,
	telemetry,
} from '../../src/index.ts';
import { span as alpha, event as alphaEvent, attribute, error } from '../../src/registry/alpha/index.ts';
import { span as beta, event as betaEvent } from '../../src/registry/beta/index.ts';
import { span as gamma, event as gammaEvent } from '../../src/registry/gamma/index.ts';

type Sampler = NonNullable<HarnessOptions['sampler']>;

/** Roots by the last 7 bytes of their trace id, others as their parent was. */
function headSampler(ratio: number): Sampler {
	const threshold = new SamplingThreshold(ratio);
	const words = new Uint32Array(4);
	return {
		shouldSample(parent, traceId) {
			readHexWords(traceId, words, 0);
			const above = trace.getSpanContext(parent);
			const isSampled = above === undefined ? threshold.isSampled(words, 0) : (above.traceFlags & 1) === 1;
			return { decision: isSampled ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD };
		},
		toString: () => `head ${ratio}`,
	};
}

const MODULES = [
	[
		alpha['alpha.record.ingest'],
		alpha['alpha.validation.validate'],
		alphaEvent['pipeline.alpha.trace.trace.completed'],
	],
	[beta['beta.record.process'], beta['beta.enrichment.enrich'], betaEvent['pipeline.beta.trace.trace.completed']],
	[gamma['gamma.record.deliver'], gamma['gamma.delivery.attempt'], gammaEvent['pipeline.gamma.trace.trace.completed']],
] as const;

/** One record through three modules that only meet by what the item carries. */
function journey(): TraceFields {
	const { tracer } = telemetry;
	let fields: TraceFields = {};
	for (const [entry, inner, completed] of MODULES) {
		const record = item({ ...fields });
		const journal = tracer.begin(entry, record, record);
		const stage = tracer.enter(journal, inner, ENTRY_STAGE);
		tracer.exit(journal, stage, StageStatus.UNSET);
		fields = tracer.inject(journal, ENTRY_STAGE, {});
		tracer.exit(journal, ENTRY_STAGE, StageStatus.UNSET);
		tracer.finish(journal, ENTRY_STAGE, 'DELIVERED', completed);
	}
	return fields;
}

describe('sampling', () => {
	let harness: TelemetryHarness;
	afterEach(() => harness.shutdown());

	it('a record that is not sampled has ids that are carried on, all of its audit, and no span', () => {
		harness = createTelemetryHarness({ sampler: headSampler(0) });
		const { tracer } = telemetry;
		const record = item({});
		const journal = tracer.begin(alpha['alpha.record.ingest'], record);
		expect(journal).not.toBe(NO_JOURNAL);
		tracer.setText(journal, ENTRY_STAGE, attribute['pipeline.record_id'], 'r');
		const parse = tracer.enter(journal, alpha['alpha.parser.parse'], ENTRY_STAGE);
		tracer.fail(journal, parse, error['PARSE_001_INVALID_JSON'], new Error('no'));
		tracer.setText(journal, parse, attribute['pipeline.error_location'], 'line 3');
		tracer.exit(journal, parse, StageStatus.ERROR);
		const { traceId, spanId, traceFlags } = tracer.inject(journal, parse, {});
		expect([traceId, spanId, traceFlags]).toEqual([
			expect.stringMatching(/^[0-9a-f]{32}$/),
			expect.stringMatching(/^[0-9a-f]{16}$/),
			2,
		]);
		expect(harness.spans()).toEqual([]);
		expect(harness.events()).toMatchObject([
			{
				name: 'pipeline.alpha.parser.audit.parse_failed',
				traceId,
				attributes: {
					'pipeline.record_id': 'r',
					'error.type': 'PARSE_001_INVALID_JSON',
					'pipeline.error_location': 'line 3',
					'audit.outcome': 'FAILURE',
				},
			},
		]);
	});

	it('one in ten: every module has the whole trace or none of it, and audit is complete', () => {
		harness = createTelemetryHarness({ sampler: headSampler(0.1) });
		const records = 3_000;
		const ids = new Set<string | undefined>();
		for (let at = 0; at < records; at++) ids.add(journey().traceId);
		const traces = Map.groupBy(harness.spans(), ({ traceId }) => traceId);
		expect(new Set([...traces.values()].map((spans) => spans.length))).toEqual(new Set([6]));
		// Nine standard deviations around 300.
		expect(Math.abs(traces.size - records / 10)).toBeLessThan(150);
		const named = (name: string) => harness.events().filter((told) => told.name === name).length;
		expect([
			ids.size,
			named('pipeline.alpha.adapter.audit.record_ingested'),
			named('pipeline.gamma.trace.trace.completed'),
		]).toEqual([records, records, records]);
	});

	it('where tracing is suppressed no record is followed', () => {
		harness = createTelemetryHarness();
		const suppressed = context
			.active()
			.setValue(createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING'), true);
		const record = item({});
		expect(context.with(suppressed, () => telemetry.tracer.begin(alpha['alpha.record.ingest'], record))).toBe(
			NO_JOURNAL,
		);
		expect(record).toEqual(item({}));
		expect(telemetry.tracer.begin(alpha['alpha.record.ingest'], record)).not.toBe(NO_JOURNAL);
	});

	it('a record that begins inside a request has a trace of its own', () => {
		harness = createTelemetryHarness();
		const request = trace.getTracer('http').startSpan('POST');
		const within = trace.setSpan(context.active(), request);
		const journal = context.with(within, () => telemetry.tracer.begin(alpha['alpha.record.ingest'], item({})));
		expect(telemetry.tracer.inject(journal, ENTRY_STAGE, {}).traceId).not.toBe(request.spanContext().traceId);
	});
});
