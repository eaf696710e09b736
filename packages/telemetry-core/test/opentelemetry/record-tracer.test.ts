import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
	createTelemetryHarness,
	item,
	renderTree,
	type TelemetryHarness,
} from '../../../telemetry-testing/src/index.ts';
import {
	ENTRY_STAGE,
	type Journal,
	NO_JOURNAL,
	type RecordTracer,
	type Stage,
	StageStatus,
	telemetry,
	value,
} from '../../src/index.ts';
import { attribute, error, event, span, spanEvent } from '../../src/registry/alpha/index.ts';
import { attribute as betaAttribute } from '../../src/registry/beta/index.ts';

/** A date: the SDK takes a number below the process's own age for a time since its start. */
const START_MS = Date.UTC(2026, 0, 1);
const INGEST = span['alpha.record.ingest'];
const PARSE = span['alpha.parser.parse'];
const COMPLETED = event['pipeline.alpha.trace.trace.completed'];
const INBOUND = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };

describe('the journal on the OpenTelemetry API', () => {
	let harness: TelemetryHarness;
	let tracer: RecordTracer;
	const clock = { now: START_MS };
	beforeEach(() => {
		clock.now = START_MS;
		harness = createTelemetryHarness({ now: () => clock.now });
		tracer = telemetry.tracer;
	});
	afterEach(() => harness.shutdown());

	const begin = (remote?: object) => tracer.begin(INGEST, item({}), remote);
	const end = (journal: Journal) => {
		tracer.exit(journal, ENTRY_STAGE, StageStatus.UNSET);
		return tracer.finish(journal, ENTRY_STAGE, 'DELIVERED', COMPLETED);
	};
	const only = (name: string) => harness.spans().find((candidate) => candidate.name === name);

	it('every call on no journal, a stale one or a foreign one does nothing', () => {
		const stale = begin();
		end(stale);
		const exported = [harness.spans().length, harness.events().length];
		const living = begin();
		expect(living).not.toBe(stale);
		const carrying = item({});
		tracer.attach(carrying, stale, ENTRY_STAGE);
		expect(tracer.journalOf(carrying)).toBe(NO_JOURNAL);
		for (const journal of [NO_JOURNAL, stale, 12_345 as Journal]) {
			const stage = tracer.enter(journal, PARSE, ENTRY_STAGE);
			tracer.exit(journal, stage, StageStatus.ERROR);
			expect(tracer.lap(journal, PARSE, stage, StageStatus.UNSET)).toBe(ENTRY_STAGE);
			expect(tracer.insert(journal, PARSE, stage, 1, 2, StageStatus.UNSET)).toBe(ENTRY_STAGE);
			tracer.setNumber(journal, stage, attribute['pipeline.field_count'], 1);
			tracer.setText(journal, stage, attribute['pipeline.parser'], 'x');
			tracer.setCode(journal, stage, attribute['pipeline.alpha_outcome'], value.HANDED_OFF);
			expect(tracer.event(journal, stage, spanEvent['record.received'])).toBe(ENTRY_STAGE);
			tracer.fail(journal, stage, error['PARSE_999_UNKNOWN'], new Error('x'));
			tracer.link(journal, stage, 'batch', INBOUND);
			tracer.keep(journal, 'FORCED');
			tracer.fork(journal, 1);
			tracer.park(journal, 'b');
			expect(tracer.finish(journal, stage, 'FAILED', COMPLETED)).toBe(false);
			expect(tracer.inject(journal, stage, {})).toEqual({});
			expect(tracer.run(journal, stage, () => 'ran')).toBe('ran');
		}
		expect([harness.spans().length, harness.events().length]).toEqual(exported);
		end(living);
		expect(harness.spans().at(-1)).toMatchObject({ name: 'alpha.record.ingest', status: 'UNSET', links: [] });
	});

	it('stages and definitions that it does not know are nowhere', () => {
		const journal = begin();
		const [missing, unknown] = [99 as Stage, 999_999 as never];
		tracer.exit(journal, missing, StageStatus.UNSET);
		tracer.setText(journal, missing, attribute['pipeline.parser'], 'x');
		tracer.setText(journal, missing, attribute['pipeline.quality_flags'], 'x');
		tracer.fail(journal, missing, error['PARSE_999_UNKNOWN']);
		tracer.link(journal, missing, 'batch', INBOUND);
		tracer.link(journal, ENTRY_STAGE, 'batch', missing);
		tracer.link(journal, ENTRY_STAGE, 'batch', { traceId: 'x', spanId: 'y' });
		expect(tracer.event(journal, missing, spanEvent['record.received'])).toBe(ENTRY_STAGE);
		expect([tracer.begin(unknown, item({})), tracer.enter(journal, unknown, ENTRY_STAGE)]).toEqual([
			NO_JOURNAL,
			ENTRY_STAGE,
		]);
		tracer.setText(journal, ENTRY_STAGE, unknown, 'x');
		tracer.setNumber(journal, ENTRY_STAGE, unknown, 1);
		tracer.setCode(journal, ENTRY_STAGE, attribute['pipeline.alpha_outcome'], unknown);
		tracer.setCode(journal, ENTRY_STAGE, unknown, value.HANDED_OFF);
		tracer.event(journal, ENTRY_STAGE, unknown);
		tracer.fail(journal, ENTRY_STAGE, unknown);
		const child = tracer.enter(journal, PARSE, missing);
		tracer.exit(journal, child, StageStatus.UNSET);
		end(journal);
		expect(renderTree(harness.spans())).toBe('alpha.record.ingest\n  alpha.parser.parse');
		expect(only('alpha.record.ingest')).toMatchObject({ status: 'UNSET', events: [], links: [] });
		expect(Object.keys(only('alpha.record.ingest')?.attributes ?? {})).toEqual([
			'pipeline.namespace',
			'pipeline.product.name',
			'pipeline.product.version',
			'pipeline.mode',
			'pipeline.module',
			'pipeline.component',
		]);
	});

	it('measures from its own clock, and a second exit is ignored', () => {
		const journal = begin();
		clock.now = START_MS + 1_000;
		const stage = tracer.enter(journal, PARSE, ENTRY_STAGE);
		clock.now = START_MS + 3_500;
		tracer.exit(journal, stage, StageStatus.OK);
		expect(tracer.seconds[0]).toBe(2.5);
		clock.now = START_MS + 4_000;
		tracer.exit(journal, stage, StageStatus.ERROR);
		expect(tracer.seconds[0]).toBe(2.5);
		tracer.lap(journal, span['alpha.buffer.wait'], ENTRY_STAGE, StageStatus.UNSET);
		expect(tracer.seconds[0]).toBe(0.5);
		tracer.insert(
			journal,
			span['alpha.buffer.wait'],
			ENTRY_STAGE,
			START_MS + 8_000,
			START_MS + 7_000,
			StageStatus.UNSET,
		);
		end(journal);
		const since = (ms: number) => ms - START_MS;
		expect(
			harness.spans().map(({ name, startMs, endMs, status }) => [name, since(startMs), since(endMs), status]),
		).toEqual([
			['alpha.parser.parse', 1_000, 3_500, 'OK'],
			['alpha.buffer.wait', 3_500, 4_000, 'UNSET'],
			['alpha.buffer.wait', 8_000, 8_000, 'UNSET'],
			['alpha.record.ingest', 0, 4_000, 'UNSET'],
		]);
	});

	it('facts about the record are on each of its spans that end later', () => {
		const journal = begin();
		tracer.setText(journal, ENTRY_STAGE, attribute['pipeline.record_id'], 'r-1');
		const stage = tracer.enter(journal, PARSE, ENTRY_STAGE);
		tracer.setText(journal, stage, attribute['pipeline.source_id'], 'FILE:x');
		tracer.exit(journal, stage, StageStatus.UNSET);
		end(journal);
		expect(
			harness.spans().map(({ attributes }) => [attributes['pipeline.record_id'], attributes['pipeline.source_id']]),
		).toEqual([
			['r-1', 'FILE:x'],
			['r-1', 'FILE:x'],
		]);
	});

	it('texts are cut at the maximum of their definition', () => {
		const journal = begin();
		tracer.setText(journal, ENTRY_STAGE, attribute['pipeline.parser'], 'x'.repeat(1_024));
		tracer.setText(journal, ENTRY_STAGE, attribute['pipeline.encoding'], 'x'.repeat(1_025));
		end(journal);
		const attributes = only('alpha.record.ingest')?.attributes;
		expect([attributes?.['pipeline.parser'], attributes?.['pipeline.encoding']]).toEqual([
			'x'.repeat(1_024),
			'x'.repeat(1_024),
		]);
	});

	it('a span shows 64 events of a stage, audit has every one', () => {
		const played = (count: number) => {
			const journal = begin();
			const stage = tracer.enter(journal, span['alpha.validation.validate'], ENTRY_STAGE);
			for (let at = 0; at < count; at++) {
				const failed = tracer.event(journal, stage, spanEvent['validation.failure']);
				tracer.setText(journal, failed, attribute['pipeline.rule_id'], `VR${at}`);
			}
			tracer.exit(journal, stage, StageStatus.UNSET);
			end(journal);
			const failures = harness
				.events()
				.filter(({ name }) => name === 'pipeline.alpha.validation.audit.validation_failed');
			const shown = only('alpha.validation.validate')?.events;
			const entry = only('alpha.record.ingest')?.attributes;
			harness.clear();
			return [
				shown?.length,
				failures.length,
				failures.at(-1)?.attributes['pipeline.rule_id'],
				entry?.['pipeline.rule_id'],
			];
		};
		expect([played(64), played(65), played(1_000), played(1_001)]).toEqual([
			[64, 64, 'VR63', undefined],
			[64, 65, 'VR64', undefined],
			[64, 1_000, 'VR999', undefined],
			[64, 1_000, 'VR999', undefined],
		]);
	});

	it('values of fields are shown by audit alone', () => {
		const journal = begin();
		const stage = tracer.enter(journal, span['alpha.validation.validate'], ENTRY_STAGE);
		const failed = tracer.event(journal, stage, spanEvent['validation.failure']);
		const auditOnly = Object.entries({ ...attribute, ...betaAttribute }).find(([name]) => name === 'pipeline.actual');
		tracer.setText(journal, failed, attribute['pipeline.actual'], 'masked-***');
		tracer.exit(journal, stage, StageStatus.UNSET);
		end(journal);
		expect(auditOnly).toBeDefined();
		expect(JSON.stringify(harness.spans())).not.toContain('masked-***');
		expect(JSON.stringify(harness.events())).toContain('masked-***');
	});

	it('frozen items are left as they are', () => {
		const frozen = Object.freeze({ id: 1 });
		const journal = tracer.begin(INGEST, frozen);
		expect([journal === NO_JOURNAL, tracer.journalOf(frozen), tracer.stageOf(frozen), frozen]).toEqual([
			false,
			NO_JOURNAL,
			ENTRY_STAGE,
			{ id: 1 },
		]);
		end(journal);
	});

	it('says where a record stands, with what it came with', () => {
		const came = { ...INBOUND, traceFlags: 3, traceState: 'dp=k:1', baggage: { k: 'v' } };
		const journal = begin(came);
		const stage = tracer.enter(journal, PARSE, ENTRY_STAGE);
		const [entry, here] = [tracer.inject(journal, ENTRY_STAGE, {}), tracer.inject(journal, stage, {})];
		expect(entry).toEqual({
			traceId: INBOUND.traceId,
			spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
			parentSpanId: INBOUND.spanId,
			traceFlags: 3,
			traceState: 'dp=k:1',
			baggage: { k: 'v' },
		});
		expect(here).toEqual({
			...entry,
			spanId: expect.not.stringMatching(entry.spanId ?? ''),
			parentSpanId: entry.spanId,
		});
		const root = tracer.inject(begin(), ENTRY_STAGE, {});
		expect([root.traceFlags, root.parentSpanId]).toEqual([3, undefined]);
	});

	it('a position without a usable trace is none', () => {
		const journal = begin({ baggage: { k: 'v' } });
		const fields = tracer.inject(journal, ENTRY_STAGE, {});
		expect([fields.parentSpanId, fields.baggage]).toEqual([undefined, undefined]);
		end(journal);
	});

	it('remembers where a record with an id was sent from', () => {
		const journal = begin();
		tracer.inject(journal, ENTRY_STAGE, {});
		tracer.setText(journal, ENTRY_STAGE, attribute['pipeline.record_id'], 'r-9');
		expect(tracer.recall('r-9')).toBeUndefined();
		const { traceId, spanId, traceFlags } = tracer.inject(journal, ENTRY_STAGE, {});
		expect(tracer.recall('r-9')).toEqual({ traceId, spanId, traceFlags });
	});

	it('a record that left is over when its stages are', () => {
		const journal = begin();
		tracer.park(journal, 'b-1');
		tracer.exit(journal, ENTRY_STAGE, StageStatus.UNSET);
		expect(tracer.finish(journal, ENTRY_STAGE, 'DELIVERED', COMPLETED)).toBe(false);
		expect([harness.spans().length, harness.events()]).toEqual([1, []]);
		tracer.applyVerdicts({ keep: [], released: ['b-1'] });
		expect(tracer.takeVerdicts('beta')).toBeUndefined();
	});

	it('says how a record ended, and how long it took', () => {
		const journal = begin();
		tracer.setText(journal, ENTRY_STAGE, attribute['pipeline.record_id'], 'r');
		tracer.setText(journal, ENTRY_STAGE, attribute['pipeline.batch_id'], 'b');
		tracer.setText(journal, ENTRY_STAGE, attribute['pipeline.correlation_id'], 'c');
		tracer.setNumber(journal, ENTRY_STAGE, attribute['pipeline.trace.duration_ms'], 12.5);
		expect(end(journal)).toBe(true);
		expect(harness.events()).toMatchObject([
			{
				name: 'pipeline.alpha.trace.trace.completed',
				traceId: harness.spans()[0]?.traceId,
				attributes: {
					'pipeline.record_id': 'r',
					'pipeline.batch_id': 'b',
					'pipeline.correlation_id': 'c',
					'pipeline.trace.outcome': 'DELIVERED',
					'pipeline.event.value': 12.5,
					'pipeline.event.unit': 'ms',
				},
			},
		]);
	});
});
