import assert from 'node:assert/strict';
import { context, trace } from '@opentelemetry/api';
import { ENTRY_STAGE, NO_JOURNAL, type TraceFields } from '@pipeline/telemetry-core';
import { span as alpha, error as alphaError, attribute } from '@pipeline/telemetry-core/alpha';
import { span as beta } from '@pipeline/telemetry-core/beta';
import { span as gamma, event as gammaEvent } from '@pipeline/telemetry-core/gamma';
import { span as integration } from '@pipeline/telemetry-core/integration';
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
	only,
	PARSE,
	tree,
	UNSET,
	within,
} from './journal-case.ts';

export const splitAndMerge: JournalCase = {
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

export const targetSchemas: JournalCase = {
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

export const remoteCall: JournalCase = {
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

export const lateAcknowledgment: JournalCase = {
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

export const leavesProcess: JournalCase = {
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

export const replayed: JournalCase = {
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

export const stale: JournalCase = {
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
