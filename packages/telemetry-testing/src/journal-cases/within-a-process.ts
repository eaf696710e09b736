import assert from 'node:assert/strict';

import { ENTRY_STAGE, NO_JOURNAL } from '@pipeline/telemetry-core';
import { span as alpha, error as alphaError, attribute, event } from '@pipeline/telemetry-core/alpha';
import { span as beta } from '@pipeline/telemetry-core/beta';
import { span as epsilon } from '@pipeline/telemetry-core/epsilon';
import { span as gamma } from '@pipeline/telemetry-core/gamma';
import type { SpanView } from '../views.ts';
import {
	ATTEMPT,
	COMPLETED,
	ERROR,
	end,
	INGEST,
	item,
	type JournalCase,
	named,
	OK,
	only,
	PARSE,
	tree,
	UNSET,
	within,
} from './journal-case.ts';

/** A date: the SDK takes a number below the process's own age for a time since its start. */
const HELD_MS = Date.UTC(2026, 0, 1);

export const nested: JournalCase = {
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

export const interleaved: JournalCase = {
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

export const fanOut: JournalCase = {
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

export const attempts: JournalCase = {
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

export const inMemory: JournalCase = {
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

export const batchLink: JournalCase = {
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

export const failure: JournalCase = {
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

export const closedStages: JournalCase = {
	name: 'stages written closed take their attributes afterwards',
	play(tracer) {
		const journal = tracer.begin(INGEST, item({}));
		const wait = tracer.lap(journal, alpha['alpha.buffer.wait'], ENTRY_STAGE, UNSET);
		tracer.setNumber(journal, wait, attribute['pipeline.depth_at_enqueue'], 7);
		const held = tracer.insert(journal, gamma['gamma.delivery.holding'], ENTRY_STAGE, HELD_MS, HELD_MS + 2_500, OK);
		tracer.setText(journal, held, attribute['pipeline.source_id'], 'FILE:test');
		end(tracer, journal);
	},
	check(result) {
		assert.equal(only(result, 'alpha.buffer.wait').attributes['pipeline.depth_at_enqueue'], 7);
		const held = only(result, 'gamma.delivery.holding');
		assert.deepEqual([held.startMs, held.endMs, held.status], [HELD_MS, HELD_MS + 2_500, 'OK']);
		assert.equal(only(result, 'alpha.record.ingest').attributes['pipeline.source_id'], 'FILE:test');
	},
};
