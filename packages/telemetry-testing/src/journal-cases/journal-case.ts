import assert from 'node:assert/strict';

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
} from '@pipeline/telemetry-core';
import { span as alpha } from '@pipeline/telemetry-core/alpha';
import { span as gamma, event as gammaEvent } from '@pipeline/telemetry-core/gamma';
import { renderTree, traceFaults } from '../trees.ts';
import type { EventView, SpanView } from '../views.ts';

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

export const { UNSET, OK, ERROR } = StageStatus;
export const COMPLETED = gammaEvent['pipeline.gamma.trace.trace.completed'];
export const INGEST = alpha['alpha.record.ingest'];
export const PARSE = alpha['alpha.parser.parse'];
export const ATTEMPT = gamma['gamma.delivery.attempt'];

/** An item whose literal declares the two carriers, as pipeline code writes it. */
export function item<T extends object>(fields: T): T & { [JOURNAL]: Journal; [STAGE]: Stage } {
	return { ...fields, [JOURNAL]: NO_JOURNAL, [STAGE]: ENTRY_STAGE };
}

export function within(
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

export function end(tracer: RecordTracer, journal: Journal): void {
	tracer.exit(journal, ENTRY_STAGE, UNSET);
	tracer.finish(journal, ENTRY_STAGE, 'DELIVERED', COMPLETED);
}

export function tree(result: JournalCaseResult, expected: readonly string[]): void {
	assert.equal(renderTree(result.spans), expected.join('\n'));
	for (const spans of Map.groupBy(result.spans, ({ traceId }) => traceId).values())
		assert.deepEqual(traceFaults(spans), []);
}

export function named(result: JournalCaseResult, name: string): SpanView[] {
	return result.spans.filter((span) => span.name === name);
}

export function only(result: JournalCaseResult, name: string): SpanView {
	const found = named(result, name);
	assert.equal(found.length, 1, `${found.length} spans named ${name}`);
	return found[0] as SpanView;
}
