import { context, trace } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
	createTelemetryHarness,
	item,
	renderTree,
	type TelemetryHarness,
} from '../../../telemetry-testing/src/index.ts';
import { ENTRY_STAGE, JOURNAL, STAGE, StageStatus, telemetry } from '../../src/index.ts';
import { recordCall } from '../../src/instrumentation/index.ts';
import { span as alpha } from '../../src/registry/alpha/index.ts';
import { span as beta, event } from '../../src/registry/beta/index.ts';
import { followed } from './followed.ts';

type Item = ReturnType<typeof item<{ id: string }>>;

const PROCESS = beta['beta.record.process'];
const LOOKUP = beta['beta.enrichment.lookup'];

function begun(id = 'r'): Item {
	const record = item({ id });
	telemetry.tracer.begin(PROCESS, record);
	return record;
}

function finish(record: object): void {
	const { tracer } = telemetry;
	const journal = tracer.journalOf(record);
	tracer.exit(journal, ENTRY_STAGE, StageStatus.UNSET);
	tracer.finish(journal, ENTRY_STAGE, 'DELIVERED', event['pipeline.beta.trace.trace.completed']);
}

const NESTED = ['beta.record.process', '  beta.enrichment.enrich', '    beta.enrichment.lookup'].join('\n');

describe('recordCall that nests', () => {
	let harness: TelemetryHarness;
	beforeEach(() => {
		harness = createTelemetryHarness();
	});
	afterEach(() => harness.shutdown());

	const lookup = followed(recordCall({ span: LOOKUP }), async (record: Item) => record.id);
	const enrich = followed(recordCall({ span: beta['beta.enrichment.enrich'], nests: true }), async (record: Item) => {
		await Promise.resolve();
		await lookup(record);
		return { ...record };
	});

	it('puts awaited calls under it, and the item and what is made of it back beside it', async () => {
		const record = begun();
		const result = await enrich(record);
		expect([record[STAGE], result[STAGE], result[JOURNAL] === record[JOURNAL]]).toEqual([
			ENTRY_STAGE,
			ENTRY_STAGE,
			true,
		]);
		finish(result);
		expect(renderTree(harness.spans())).toBe(NESTED);
	});

	it('keeps interleaved records apart', async () => {
		const records = [begun('one'), begun('two')];
		await Promise.all(records.map((record) => enrich(record)));
		for (const record of records) finish(record);
		const traces = Map.groupBy(harness.spans(), ({ traceId }) => traceId);
		expect([...traces.values()].map((spans) => renderTree(spans))).toEqual([NESTED, NESTED]);
	});

	it('puts the item back after a failure', async () => {
		const record = begun();
		const failing = followed(recordCall({ span: beta['beta.enrichment.enrich'], nests: true }), async (_: Item) => {
			throw new Error('no');
		});
		await expect(failing(record)).rejects.toThrow('no');
		expect(record[STAGE]).toBe(ENTRY_STAGE);
		finish(record);
	});

	it('leaves a position alone that the call gave the item itself', () => {
		const record = begun();
		const { tracer } = telemetry;
		let moved = ENTRY_STAGE;
		followed(recordCall({ span: beta['beta.enrichment.enrich'], nests: true }), (given: Item) => {
			moved = tracer.enter(tracer.journalOf(given), LOOKUP, ENTRY_STAGE);
			tracer.attach(given, tracer.journalOf(given), moved);
			return 'no object';
		})(record);
		expect([record[STAGE], moved === ENTRY_STAGE]).toEqual([moved, false]);
		tracer.exit(tracer.journalOf(record), moved, StageStatus.UNSET);
		finish(record);
	});

	it('without `nests` the carrier does not change hands', async () => {
		const record = begun();
		const seen: number[] = [];
		await followed(recordCall({ span: LOOKUP }), async (given: Item) => {
			await Promise.resolve();
			seen.push(given[STAGE]);
		})(record);
		expect(seen).toEqual([ENTRY_STAGE]);
		finish(record);
	});

	it('a remote call is active in async context, so that spans of libraries belong under it', async () => {
		const record = item({ id: 'r' });
		telemetry.tracer.begin(alpha['alpha.record.ingest'], record);
		const call = followed(
			recordCall({ span: alpha['alpha.validation.reference_lookup'], remote: true }),
			async (_: Item) => {
				await Promise.resolve();
				trace.getTracer('http').startSpan('GET').end();
				return trace.getSpan(context.active()) !== undefined;
			},
		);
		expect(await call(record)).toBe(true);
		expect(trace.getSpan(context.active())).toBeUndefined();
		finish(record);
		expect(renderTree(harness.spans())).toBe(
			['alpha.record.ingest', '  alpha.validation.reference_lookup', '    GET'].join('\n'),
		);
	});

	it('an ordinary call is not', async () => {
		const record = begun();
		await followed(recordCall({ span: LOOKUP }), async (_: Item) => {
			trace.getTracer('http').startSpan('GET').end();
		})(record);
		finish(record);
		expect(harness.spans().find(({ name }) => name === 'GET')?.parentSpanId).toBeUndefined();
	});

	it('a remote call that throws leaves no position behind', () => {
		const record = begun();
		const call = followed(recordCall({ span: LOOKUP, remote: true }), (_: Item) => {
			throw new Error('no');
		});
		expect(() => call(record)).toThrow('no');
		expect(telemetry.tracer.current.journal).toBe(0);
		finish(record);
	});
});
