import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTelemetryHarness, item, type TelemetryHarness } from '../../../telemetry-testing/src/index.ts';
import { ENTRY_STAGE, type RecordTracer, StageStatus, telemetry } from '../../src/index.ts';
import {
	BatchLinks,
	batchLinks,
	read,
	sentBatch,
	setCode,
	setList,
	setNumber,
	setText,
} from '../../src/instrumentation/index.ts';
import { attribute, span } from '../../src/registry/alpha/index.ts';

const POSITION = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };

describe('annotations', () => {
	let harness: TelemetryHarness;
	let tracer: RecordTracer;
	beforeEach(() => {
		harness = createTelemetryHarness();
		tracer = telemetry.tracer;
	});
	afterEach(() => harness.shutdown());

	it('write what is there and leave out what is not', () => {
		const journal = tracer.begin(span['alpha.record.ingest'], item({}));
		setText(tracer, journal, ENTRY_STAGE, attribute['pipeline.parser'], 'json');
		setText(tracer, journal, ENTRY_STAGE, attribute['pipeline.checkpoint'], undefined);
		setText(tracer, journal, ENTRY_STAGE, attribute['pipeline.encoding'], null);
		setNumber(tracer, journal, ENTRY_STAGE, attribute['pipeline.field_count'], 0);
		setNumber(tracer, journal, ENTRY_STAGE, attribute['pipeline.size_bytes'], null);
		setCode(tracer, journal, ENTRY_STAGE, attribute['pipeline.alpha_outcome'], 'HANDED_OFF');
		setCode(tracer, journal, ENTRY_STAGE, attribute['pipeline.flush_reason'], 'a word that no registry knows');
		setCode(tracer, journal, ENTRY_STAGE, attribute['pipeline.edge'], undefined);
		setList(tracer, journal, ENTRY_STAGE, attribute['pipeline.quality_flags'], ['a', 'b']);
		setList(tracer, journal, ENTRY_STAGE, attribute['pipeline.warning'], undefined);
		setNumber(tracer, journal, ENTRY_STAGE, attribute['pipeline.strict_mode'], 1);
		tracer.exit(journal, ENTRY_STAGE, StageStatus.UNSET);
		expect(harness.spans()[0]?.attributes).toEqual({
			'pipeline.namespace': 'default',
			'pipeline.product.name': 'default',
			'pipeline.product.version': '0.0.0',
			'pipeline.mode': 'dev',
			'pipeline.module': 'ALPHA',
			'pipeline.component': 'record',
			'pipeline.parser': 'json',
			'pipeline.field_count': 0,
			'pipeline.alpha_outcome': 'HANDED_OFF',
			'pipeline.quality_flags': ['a', 'b'],
			'pipeline.strict_mode': true,
		});
	});

	it('a reader that is missing reads nothing', () => {
		expect([read(undefined, {}), read((value: { id: string }) => value.id, { id: 'x' })]).toEqual([undefined, 'x']);
	});

	it('each record of a batch points to its batch', () => {
		const links = new BatchLinks();
		links.remember('b1', POSITION);
		links.remember(undefined, POSITION);
		for (const batchId of ['b1', 'b1', 'unknown', undefined]) {
			const journal = tracer.begin(span['alpha.record.ingest'], item({}));
			links.linkBatch(tracer, journal, batchId);
			tracer.exit(journal, ENTRY_STAGE, StageStatus.UNSET);
		}
		const link = { type: 'batch', traceId: POSITION.traceId, spanId: POSITION.spanId };
		expect(harness.spans().map((record) => record.links)).toEqual([[link], [link], [], []]);
	});

	it('the newest 1,024 batches are remembered', () => {
		const links = new BatchLinks();
		for (let at = 0; at < 1_024; at++) links.remember(`b${at}`, { ...POSITION, traceFlags: at });
		expect(links.of('b0')).toEqual({ ...POSITION, traceFlags: 0 });
		links.remember('one more', POSITION);
		expect([links.of('b0'), links.of('b1')?.traceFlags, links.of('one more')]).toEqual([undefined, 1, POSITION]);
		links.remember('b1', POSITION);
		expect(links.of('b1')).toEqual(POSITION);
	});

	it('the process has one list, in which the span that sent a batch has a key of its own', () => {
		batchLinks().remember(sentBatch('b'), POSITION);
		expect([batchLinks().of('sent:b'), batchLinks().of('b')]).toEqual([POSITION, undefined]);
	});
});
