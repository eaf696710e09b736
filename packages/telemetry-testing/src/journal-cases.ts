import assert from 'node:assert/strict';
import { context, trace } from '@opentelemetry/api';
import {
	ENTRY_STAGE,
	JOURNAL,
	type Journal,
	NO_JOURNAL,
	type RecordTracer,
	type SpanDef,
	STAGE,
	type Stage,
	StageStatus,
	type TraceFields,
} from '@pipeline/telemetry-core';
import { span as alpha, error as alphaError, attribute, event } from '@pipeline/telemetry-core/alpha';
import { span as beta } from '@pipeline/telemetry-core/beta';
import { span as epsilon } from '@pipeline/telemetry-core/epsilon';
import { span as gamma, event as gammaEvent } from '@pipeline/telemetry-core/gamma';
import { span as integration } from '@pipeline/telemetry-core/integration';
import { renderTree, traceFaults } from './trees.ts';
import type { EventView, SpanView } from './views.ts';

/** What a tracer under test has to say after a case. */
export interface JournalCaseResult {
	readonly spans: readonly SpanView[];
	readonly events: readonly EventView[];
}

/** One kind of thing that can happen to records. */
export interface JournalCase {
	readonly name: string;
	/** Plays it. Must not throw with any tracer, the no-op included. */
	readonly play: (tracer: RecordTracer) => void | Promise<void>;
	/** Asserts what a recording tracer must have seen. */
	readonly check: (result: JournalCaseResult) => void;
}

const { UNSET, OK, ERROR } = StageStatus;
const COMPLETED = gammaEvent['pipeline.gamma.trace.trace.completed'];
const INGEST = alpha['alpha.record.ingest'];
const PARSE = alpha['alpha.parser.parse'];
const ATTEMPT = gamma['gamma.delivery.attempt'];

/** An item whose literal declares the two carriers, as pipeline code writes it. */
export function item<T extends object>(fields: T): T & { [JOURNAL]: Journal; [STAGE]: Stage } {
	return { ...fields, [JOURNAL]: NO_JOURNAL, [STAGE]: ENTRY_STAGE };
}

function within(
	tracer: RecordTracer,
	journal: Journal,
	span: SpanDef,
	parent: Stage,
	inner: (stage: Stage) => void = () => {},
): Stage {
	const stage = tracer.enter(journal, span, parent);
	inner(stage);
	tracer.exit(journal, stage, UNSET);
	return stage;
}

function end(tracer: RecordTracer, journal: Journal): void {
	tracer.exit(journal, ENTRY_STAGE, UNSET);
	tracer.finish(journal, ENTRY_STAGE, 'DELIVERED', COMPLETED);
}

function tree(result: JournalCaseResult, expected: readonly string[]): void {
	assert.equal(renderTree(result.spans), expected.join('\n'));
	for (const spans of Map.groupBy(result.spans, ({ traceId }) => traceId).values())
		assert.deepEqual(traceFaults(spans), []);
}

function named(result: JournalCaseResult, name: string): SpanView[] {
	return result.spans.filter((span) => span.name === name);
}

function only(result: JournalCaseResult, name: string): SpanView {
	const found = named(result, name);
	assert.equal(found.length, 1, `${found.length} spans named ${name}`);
	return found[0] as SpanView;
}

const nested: JournalCase = {
	name: 'nested calls: enrich, lookup, cache get',
	play(tracer) {
		const record = item({});
		const journal = tracer.begin(beta['beta.record.process'], record);
		within(tracer, journal, beta['beta.enrichment.enrich'], ENTRY_STAGE, (enrich) =>
			within(tracer, journal, beta['beta.enrichment.lookup'], enrich, (lookup) =>
				within(tracer, journal, epsilon['epsilon.cache.get'], lookup),
			),
		);
		end(tracer, journal);
	},
	check: (result) =>
		tree(result, [
			'beta.record.process',
			'  beta.enrichment.enrich',
			'    beta.enrichment.lookup',
			'      epsilon.cache.get',
		]),
};

const interleaved: JournalCase = {
	name: 'two records interleave over awaits on every level',
	async play(tracer) {
		const process = async (id: string) => {
			const record = item({});
			const journal = tracer.begin(beta['beta.record.process'], record);
			tracer.setText(journal, ENTRY_STAGE, attribute['pipeline.record_id'], id);
			const enrich = tracer.enter(journal, beta['beta.enrichment.enrich'], ENTRY_STAGE);
			await Promise.resolve();
			const lookup = tracer.enter(journal, beta['beta.enrichment.lookup'], enrich);
			await Promise.resolve();
			const get = tracer.enter(journal, epsilon['epsilon.cache.get'], lookup);
			await Promise.resolve();
			tracer.exit(journal, get, UNSET);
			await Promise.resolve();
			tracer.exit(journal, lookup, UNSET);
			tracer.exit(journal, enrich, UNSET);
			end(tracer, journal);
		};
		await Promise.all([process('one'), process('two')]);
	},
	check(result) {
		const traces = Map.groupBy(result.spans, ({ traceId }) => traceId);
		assert.equal(traces.size, 2);
		for (const spans of traces.values()) {
			tree({ spans, events: [] }, [
				'beta.record.process',
				'  beta.enrichment.enrich',
				'    beta.enrichment.lookup',
				'      epsilon.cache.get',
			]);
			assert.equal(new Set(spans.map(({ attributes }) => attributes['pipeline.record_id'])).size, 1);
		}
	},
};

const fanOut: JournalCase = {
	name: 'fan-out: siblings are open at the same time, the trace ends once',
	play(tracer) {
		const record = item({});
		const journal = tracer.begin(gamma['gamma.record.deliver'], record);
		tracer.fork(journal, 1);
		const first = tracer.enter(journal, gamma['gamma.destination.deliver'], ENTRY_STAGE);
		const second = tracer.enter(journal, gamma['gamma.destination.deliver'], ENTRY_STAGE);
		const rendered = item({});
		tracer.attach(rendered, journal, second);
		within(tracer, tracer.journalOf(rendered), gamma['gamma.render.render'], tracer.stageOf(rendered));
		tracer.exit(journal, first, UNSET);
		tracer.exit(journal, second, UNSET);
		tracer.exit(journal, ENTRY_STAGE, UNSET);
		const completed = [
			tracer.finish(journal, ENTRY_STAGE, 'DELIVERED', COMPLETED),
			tracer.finish(journal, ENTRY_STAGE, 'DELIVERED', COMPLETED),
			tracer.finish(journal, ENTRY_STAGE, 'DELIVERED', COMPLETED),
		];
		assert.deepEqual(completed, journal === NO_JOURNAL ? [false, false, false] : [false, true, false]);
	},
	check(result) {
		tree(result, [
			'gamma.record.deliver',
			'  gamma.destination.deliver',
			'  gamma.destination.deliver',
			'    gamma.render.render',
		]);
		assert.equal(result.events.filter(({ name }) => name === 'pipeline.gamma.trace.trace.completed').length, 2);
	},
};

const attempts: JournalCase = {
	name: 'several attempts: failed ones are errors, the parent is not, each links to the one before',
	play(tracer) {
		const record = item({});
		const journal = tracer.begin(gamma['gamma.destination.deliver'], record);
		const first = tracer.enter(journal, ATTEMPT, ENTRY_STAGE);
		tracer.exit(journal, first, ERROR);
		tracer.lap(journal, gamma['gamma.delivery.retry_wait'], ENTRY_STAGE, UNSET);
		const second = tracer.enter(journal, ATTEMPT, ENTRY_STAGE);
		tracer.link(journal, second, 'previous_attempt', first);
		tracer.exit(journal, second, UNSET);
		end(tracer, journal);
	},
	check(result) {
		const [first, second] = named(result, 'gamma.delivery.attempt') as [SpanView, SpanView];
		assert.deepEqual([first.status, second.status], ['ERROR', 'UNSET']);
		assert.deepEqual(second.links, [{ type: 'previous_attempt', traceId: first.traceId, spanId: first.spanId }]);
		assert.equal(only(result, 'gamma.destination.deliver').status, 'UNSET');
		const wait = only(result, 'gamma.delivery.retry_wait');
		assert.ok(wait.startMs >= first.endMs - 0.001 && wait.endMs <= second.startMs + 0.001);
	},
};

const splitAndMerge: JournalCase = {
	name: 'split and merge: new traces that link to where they came from',
	play(tracer) {
		const raw = item({});
		const source = tracer.begin(INGEST, raw);
		const at = tracer.inject(source, ENTRY_STAGE, {});
		const children = [item({}), item({})].map((child) => {
			const journal = tracer.begin(INGEST, child);
			tracer.link(journal, ENTRY_STAGE, 'split_from', at);
			return journal;
		});
		end(tracer, source);
		const merged = tracer.begin(beta['beta.record.process'], item({}));
		for (const child of children) {
			tracer.link(merged, ENTRY_STAGE, 'merged_from', tracer.inject(child, ENTRY_STAGE, {}));
			end(tracer, child);
		}
		end(tracer, merged);
	},
	check(result) {
		assert.equal(new Set(result.spans.map(({ traceId }) => traceId)).size, 4);
		const [source, one, two] = named(result, 'alpha.record.ingest') as [SpanView, SpanView, SpanView];
		const linkTo = (type: string, { traceId, spanId }: SpanView) => ({ type, traceId, spanId });
		assert.deepEqual(one.links, [linkTo('split_from', source)]);
		assert.deepEqual(two.links, [linkTo('split_from', source)]);
		assert.deepEqual(only(result, 'beta.record.process').links, [
			linkTo('merged_from', one),
			linkTo('merged_from', two),
		]);
	},
};

const targetSchemas: JournalCase = {
	name: 'several target schemas: one terminal point each, in one trace',
	play(tracer) {
		const record = item({});
		const journal = tracer.begin(beta['beta.record.process'], record);
		tracer.fork(journal, 1);
		const transformed = ['a', 'b'].map(() => {
			const next = item({});
			tracer.attach(next, journal, tracer.enter(journal, beta['beta.handoff.send'], ENTRY_STAGE));
			return next;
		});
		for (const next of transformed) tracer.exit(journal, tracer.stageOf(next), UNSET);
		tracer.exit(journal, ENTRY_STAGE, UNSET);
		for (const next of transformed) {
			tracer.begin(gamma['gamma.record.deliver'], next);
			const stage = within(tracer, journal, gamma['gamma.trace.complete'], tracer.stageOf(next));
			tracer.exit(journal, tracer.stageOf(next), UNSET);
			tracer.finish(journal, stage, 'DELIVERED', COMPLETED);
		}
	},
	check: (result) =>
		tree(result, [
			'beta.record.process',
			'  beta.handoff.send',
			'    gamma.record.deliver',
			'      gamma.trace.complete',
			'  beta.handoff.send',
			'    gamma.record.deliver',
			'      gamma.trace.complete',
		]),
};

const remoteCall: JournalCase = {
	name: 'remote call: spans of libraries inside it belong to the stage',
	async play(tracer) {
		const record = item({});
		const journal = tracer.begin(gamma['gamma.destination.deliver'], record);
		const attempt = tracer.enter(journal, ATTEMPT, ENTRY_STAGE);
		await tracer.run(journal, attempt, async () => {
			await Promise.resolve();
			if (journal !== NO_JOURNAL) trace.getTracer('http-client').startSpan('POST', {}, context.active()).end();
		});
		assert.deepEqual({ ...tracer.current }, { journal: NO_JOURNAL, stage: ENTRY_STAGE });
		tracer.exit(journal, attempt, UNSET);
		end(tracer, journal);
	},
	check: (result) => tree(result, ['gamma.destination.deliver', '  gamma.delivery.attempt', '    POST']),
};

const lateAcknowledgment: JournalCase = {
	name: 'late acknowledgment: a finished record is not reopened, a new trace points back',
	play(tracer) {
		const record = item({});
		const journal = tracer.begin(gamma['gamma.record.deliver'], record);
		const wait = tracer.enter(journal, gamma['gamma.ack.wait'], ENTRY_STAGE);
		const waiting = tracer.inject(journal, wait, {});
		tracer.exit(journal, wait, ERROR);
		end(tracer, journal);
		assert.equal(tracer.journalOf(record), NO_JOURNAL);
		const late = tracer.begin(gamma['gamma.ack.receive'], item({}));
		tracer.link(late, ENTRY_STAGE, 'caused_by', waiting);
		tracer.exit(late, ENTRY_STAGE, UNSET);
		tracer.finish(late, ENTRY_STAGE, 'DELIVERED', gammaEvent['pipeline.gamma.trace.trace.amended']);
	},
	check(result) {
		const wait = only(result, 'gamma.ack.wait');
		const late = only(result, 'gamma.ack.receive');
		assert.notEqual(late.traceId, wait.traceId);
		assert.deepEqual(late.links, [{ type: 'caused_by', traceId: wait.traceId, spanId: wait.spanId }]);
		assert.equal(result.events.at(-1)?.name, 'pipeline.gamma.trace.trace.amended');
	},
};

const leavesProcess: JournalCase = {
	name: 'leaves the process: the next one continues from the injected position',
	play(tracer) {
		const record = item({});
		const journal = tracer.begin(INGEST, record);
		tracer.setText(journal, ENTRY_STAGE, attribute['pipeline.record_id'], 'record-that-leaves');
		const send = tracer.enter(journal, alpha['alpha.handoff.send'], ENTRY_STAGE);
		const fields: TraceFields = {};
		tracer.inject(journal, send, fields);
		tracer.exit(journal, send, UNSET);
		tracer.exit(journal, ENTRY_STAGE, UNSET);
		tracer.park(journal, 'batch-1');
		tracer.applyVerdicts({ keep: [], released: ['batch-1'] });
		const received = item({ ...fields });
		const next = tracer.begin(beta['beta.record.process'], received, fields);
		end(tracer, next);
		assert.equal(tracer.recall('record-that-leaves')?.traceId, fields.traceId);
		assert.equal(tracer.recall('record-never-sent'), undefined);
	},
	check: (result) => tree(result, ['alpha.record.ingest', '  alpha.handoff.send', '    beta.record.process']),
};

const inMemory: JournalCase = {
	name: 'in-memory hand-over: the live carrier is continued without inject or park',
	play(tracer) {
		const record = item({});
		const journal = tracer.begin(INGEST, record);
		const send = tracer.enter(journal, alpha['alpha.handoff.send'], ENTRY_STAGE);
		tracer.attach(record, journal, send);
		tracer.exit(journal, send, UNSET);
		tracer.exit(journal, ENTRY_STAGE, UNSET);
		assert.equal(tracer.begin(beta['beta.record.process'], record), journal);
		tracer.exit(journal, tracer.stageOf(record), UNSET);
		tracer.finish(journal, tracer.stageOf(record), 'DELIVERED', COMPLETED);
	},
	check: (result) => tree(result, ['alpha.record.ingest', '  alpha.handoff.send', '    beta.record.process']),
};

const replayed: JournalCase = {
	name: 'replayed entry: a new trace that links to the original',
	play(tracer) {
		const first = tracer.begin(gamma['gamma.record.deliver'], item({}));
		const origin = tracer.inject(first, ENTRY_STAGE, {});
		tracer.exit(first, ENTRY_STAGE, ERROR);
		tracer.finish(first, ENTRY_STAGE, 'DLQ', COMPLETED);
		const again = tracer.begin(integration['recovery.replay'], item({}));
		tracer.link(again, ENTRY_STAGE, 'replay_of', origin);
		tracer.keep(again, 'REPLAY');
		end(tracer, again);
	},
	check(result) {
		const replay = only(result, 'recovery.replay');
		const origin = only(result, 'gamma.record.deliver');
		assert.notEqual(replay.traceId, origin.traceId);
		assert.deepEqual(replay.links, [{ type: 'replay_of', traceId: origin.traceId, spanId: origin.spanId }]);
	},
};

const stale: JournalCase = {
	name: 'stale reference: a slot given to another record is not written by the first',
	play(tracer) {
		const before = item({});
		const journal = tracer.begin(INGEST, before);
		end(tracer, journal);
		const next = tracer.begin(INGEST, item({}));
		assert.equal(tracer.journalOf(before), NO_JOURNAL);
		within(tracer, journal, PARSE, ENTRY_STAGE);
		tracer.setText(journal, ENTRY_STAGE, attribute['pipeline.record_id'], 'stranger');
		tracer.fail(journal, ENTRY_STAGE, alphaError['PARSE_001_INVALID_JSON']);
		assert.equal(tracer.finish(journal, ENTRY_STAGE, 'FAILED', COMPLETED), false);
		end(tracer, next);
	},
	check(result) {
		assert.deepEqual(
			result.spans.map(({ name, status, attributes }) => [name, status, attributes['pipeline.record_id']]),
			[
				['alpha.record.ingest', 'UNSET', undefined],
				['alpha.record.ingest', 'UNSET', undefined],
			],
		);
	},
};

const batchLink: JournalCase = {
	name: 'batch link: a record points to its batch, not the other way',
	play(tracer) {
		const journal = tracer.begin(INGEST, item({}));
		tracer.link(journal, ENTRY_STAGE, 'batch', {
			traceId: '0af7651916cd43dd8448eb211c80319c',
			spanId: 'b7ad6b7169203331',
			traceFlags: 1,
		});
		end(tracer, journal);
	},
	check: (result) =>
		assert.deepEqual(only(result, 'alpha.record.ingest').links, [
			{ type: 'batch', traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' },
		]),
};

const failure: JournalCase = {
	name: 'failure: status, facts of the registry, and the audit entry that follows from the stage',
	play(tracer) {
		const journal = tracer.begin(INGEST, item({}));
		const parse = tracer.enter(journal, PARSE, ENTRY_STAGE);
		tracer.fail(
			journal,
			parse,
			alphaError['PARSE_001_INVALID_JSON'],
			new SyntaxError('Unexpected token in "top secret"'),
		);
		tracer.exit(journal, parse, ERROR);
		tracer.exit(journal, ENTRY_STAGE, ERROR);
		tracer.finish(journal, ENTRY_STAGE, 'DROPPED', event['pipeline.alpha.trace.trace.completed']);
	},
	check(result) {
		const parse = only(result, 'alpha.parser.parse');
		assert.equal(parse.status, 'ERROR');
		assert.equal(parse.statusMessage, 'PARSE_001_INVALID_JSON');
		assert.equal(parse.attributes['error.type'], 'PARSE_001_INVALID_JSON');
		assert.deepEqual(parse.events, [
			{
				name: 'exception',
				attributes: { 'exception.type': 'SyntaxError', 'exception.message': 'PARSE_001_INVALID_JSON' },
			},
		]);
		assert.ok(result.events.some(({ name }) => name === 'pipeline.alpha.parser.audit.parse_failed'));
		assert.ok(!JSON.stringify(result).includes('top secret'));
	},
};

const closedStages: JournalCase = {
	name: 'stages written closed take their attributes afterwards',
	play(tracer) {
		const journal = tracer.begin(INGEST, item({}));
		const wait = tracer.lap(journal, alpha['alpha.buffer.wait'], ENTRY_STAGE, UNSET);
		tracer.setNumber(journal, wait, attribute['pipeline.depth_at_enqueue'], 7);
		const held = tracer.insert(journal, gamma['gamma.delivery.holding'], ENTRY_STAGE, 1_000, 3_500, OK);
		tracer.setText(journal, held, attribute['pipeline.source_id'], 'FILE:test');
		end(tracer, journal);
	},
	check(result) {
		assert.equal(only(result, 'alpha.buffer.wait').attributes['pipeline.depth_at_enqueue'], 7);
		const held = only(result, 'gamma.delivery.holding');
		assert.deepEqual([held.startMs, held.endMs, held.status], [1_000, 3_500, 'OK']);
		assert.equal(only(result, 'alpha.record.ingest').attributes['pipeline.source_id'], 'FILE:test');
	},
};

/** Every kind of thing that can happen to a record. A tracer is right when it passes them all; the no-op records nothing. */
export const journalCases: readonly JournalCase[] = [
	nested,
	interleaved,
	fanOut,
	attempts,
	splitAndMerge,
	targetSchemas,
	remoteCall,
	lateAcknowledgment,
	leavesProcess,
	inMemory,
	replayed,
	stale,
	batchLink,
	failure,
	closedStages,
];
