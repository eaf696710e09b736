import type { Span } from '@opentelemetry/api';
import type { ContextIndex } from '../journal/context-index.ts';
import { isRecordAttribute } from '../journal/record-events.ts';
import { ENTRY_STAGE, type Stage, StageStatus } from '../journal/tracer.ts';
import type { TraceFields } from '../propagation/trace-fields.ts';
import { lookUpSpan, type Named } from '../registry/define.ts';
import type { SpanDef } from '../registry/definitions.ts';
import type { DetailLevel, SpanEntry } from '../registry/entries.ts';
import type { ActiveRecord, OpenStage } from './active-record.ts';
import type { Projection } from './projection.ts';
import { writeTraceFields } from './span-context.ts';

const LEVELS: Record<DetailLevel, number> = { minimal: 0, standard: 1, full: 2 };
const MAX_SPANS = 10_000;

/** Writes the stages of one record at a time. Handles and clocks are the tracer's business. */
export class RecordWriter {
	readonly #projection: Projection;
	readonly #index: ContextIndex;
	readonly #detail: number;

	constructor(projection: Projection, index: ContextIndex, detail: DetailLevel) {
		this.#projection = projection;
		this.#index = index;
		this.#detail = LEVELS[detail];
	}

	open(record: ActiveRecord, definition: SpanDef, parent: Stage, startMs: number): Stage {
		const named = lookUpSpan(definition);
		const above = record.stage(parent) ?? record.stage(ENTRY_STAGE);
		if (named === undefined || above === undefined) return parent;
		const isWanted = above.recording && LEVELS[named.entry.level] <= this.#detail && isWithinLimit(record, named.entry);
		if (!isWanted)
			return this.push(
				record,
				definition,
				named,
				parent,
				{ span: above.span, isOwn: false, recording: above.recording },
				startMs,
			);
		const span = this.#projection.startChild(definition, named, above.span, startMs);
		return this.push(record, definition, named, parent, { span, isOwn: true, recording: span.isRecording() }, startMs);
	}

	push(
		record: ActiveRecord,
		definition: SpanDef,
		named: Named<SpanEntry>,
		parent: Stage,
		{ span, isOwn, recording }: { span: Span; isOwn: boolean; recording: boolean },
		startMs: number,
	): Stage {
		record.openStages++;
		if (isOwn) record.spans++;
		record.entries.push({
			kind: 'stage',
			definition,
			named,
			parent,
			span,
			ownsSpan: isOwn,
			recording,
			startMs,
			attributes: {},
			events: [],
			status: StageStatus.UNSET,
			error: undefined,
			ended: false,
		});
		return (record.entries.length - 1) as Stage;
	}

	/** Seconds it took. */
	close(record: ActiveRecord, stage: Stage, open: OpenStage, status: StageStatus, endMs: number): number {
		const seconds = markEnded(record, open, status, endMs);
		this.#project(record, stage, open, endMs);
		return seconds;
	}

	addClosed(
		record: ActiveRecord,
		definition: SpanDef,
		parent: Stage,
		startMs: number,
		endMs: number,
		status: StageStatus,
	): Stage {
		const stage = this.open(record, definition, parent, startMs);
		const open = record.stage(stage);
		if (open === undefined || open.ended) return stage;
		markEnded(record, open, status, endMs);
		record.unsettled = { stage, endMs };
		return stage;
	}

	/** A stage that was closed when it was written takes its attributes afterwards, so it is projected with the next call. */
	settle(record: ActiveRecord): void {
		const { unsettled } = record;
		if (unsettled === undefined) return;
		record.unsettled = undefined;
		const open = record.stage(unsettled.stage);
		if (open !== undefined) this.#project(record, unsettled.stage, open, unsettled.endMs);
	}

	set(record: ActiveRecord, stage: Stage, key: string, value: string | number | boolean): void {
		if (isRecordAttribute(key)) {
			record.attributes[key] = value;
			return;
		}
		const entry = record.entries[stage];
		if (entry !== undefined) entry.attributes[key] = value;
	}

	append(record: ActiveRecord, stage: Stage, key: string, value: string): void {
		const attributes = record.entries[stage]?.attributes;
		if (attributes === undefined) return;
		const list = attributes[key];
		attributes[key] = Array.isArray(list) ? [...list, value] : [value];
	}

	position(record: ActiveRecord, stage: Stage, into: TraceFields): TraceFields {
		writeTraceFields(record, stage, into);
		const recordId = record.attributes['pipeline.record_id'];
		if (typeof recordId === 'string' && into.traceId !== undefined && into.spanId !== undefined) {
			this.#index.remember(recordId, into.traceId, into.spanId, into.traceFlags ?? 0);
		}
		return into;
	}

	#project(record: ActiveRecord, stage: Stage, open: OpenStage, endMs: number): void {
		this.#projection.end(record, open, endMs, () => writeTraceFields(record, stage, {}));
	}
}

function markEnded(record: ActiveRecord, open: OpenStage, status: StageStatus, endMs: number): number {
	open.ended = true;
	if (status !== StageStatus.UNSET) open.status = status;
	record.openStages--;
	return (endMs - open.startMs) / 1000;
}

/** Minimal spans are always written; the limit cuts the others. */
function isWithinLimit(record: ActiveRecord, entry: SpanEntry): boolean {
	if (record.spans < MAX_SPANS || entry.level === 'minimal') return true;
	record.attributes['pipeline.trace.truncated'] = true;
	return false;
}
