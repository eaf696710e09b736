import {
	ENTRY_STAGE,
	type Journal,
	NO_JOURNAL,
	type RecordTracer,
	type Stage,
	StageStatus,
	type TraceFields,
} from '@pipeline/telemetry-core';
import { attribute, event, span, spanEvent } from '@pipeline/telemetry-core/beta';
import {
	beginLateEnd,
	describeQueueEntry,
	type Patch,
	read,
	recordCall,
	setText,
} from '@pipeline/telemetry-core/instrumentation';
import type { BetaBinding } from './binding.ts';
import { endTarget } from './journey-end.ts';
import { journeys } from './journeys.ts';
import { metrics, transferError } from './metrics.ts';

let filtered = 0;

/** Records that the quality filter kept back since it was asked last. */
export function takeFilteredCount(): number {
	const count = filtered;
	filtered = 0;
	return count;
}

const COMPLETED = event['pipeline.beta.trace.trace.completed'];
const AMENDED = event['pipeline.beta.trace.trace.amended'];

/**
 * A failed record is put aside: one of its terminal points. The entry keeps its position for a later replay. A record that the next module
 * refuses after it took it may have ended before; then a trace of its own says so.
 */
export function errorQueue(binding: BetaBinding): Patch {
	const readers = binding.errorQueue;
	const amended = new Set<Journal>();
	return {
		target: readers,
		sees: 'where failed records end',
		wrap: recordCall({
			span: span['beta.error_queue.enqueue'],
			begin(tracer, entry: object) {
				if (tracer.journalOf(entry) === 0 && hasLeft(binding, tracer, entry)) {
					const late = refuse(binding, tracer, entry);
					if (late !== NO_JOURNAL) amended.add(late);
				}
				const journal = tracer.journalOf(entry);
				if (journal !== 0) tracer.inject(journal, tracer.stageOf(entry), entry as TraceFields);
			},
			settled(tracer, journal, stage, _result: unknown, entry: object) {
				describeQueueEntry(tracer, journal, stage, readers, entry);
			},
			after(tracer, journal, stage, _seconds, _result: unknown, entry: object) {
				const queue = read(readers?.queue, entry) ?? 'CRITICAL';
				const errorCode = read(readers?.errorCode, entry);
				metrics.queueEntries.of(queue, errorCode).add(1);
				if (amended.delete(journal)) endAmendment(tracer, journal, stage, queue, errorCode);
				else endRecord(binding, tracer, journal, stage, entry, queue, errorCode);
			},
		}),
	};
}

/** It was on its way to the next module, and its context left the process. */
function hasLeft({ errorQueue, record }: BetaBinding, tracer: RecordTracer, entry: object): boolean {
	if (read(errorQueue?.wasTransformed, entry) !== true) return false;
	const recordId = read(record?.recordId, read(errorQueue?.item, entry) ?? entry);
	return recordId !== undefined && tracer.recall(recordId) !== undefined;
}

/** The record had left and its journal is closed: the end of its transfer is told in a trace of its own. */
function refuse(binding: BetaBinding, tracer: RecordTracer, entry: object): Journal {
	const item = read(binding.errorQueue?.item, entry) ?? entry;
	const recordId = read(binding.record?.recordId, item);
	const lineageId = read(binding.record?.lineageId, item);
	const left = { recordId, lineageId, edge: 'BETA_GAMMA' } as const;
	const journal = beginLateEnd(tracer, span['beta.handoff.send'], entry, left);
	const targetSchema = read(binding.errorQueue?.targetSchema, entry);
	setText(tracer, journal, ENTRY_STAGE, attribute['pipeline.target_schema'], targetSchema);
	return journal;
}

function endAmendment(
	tracer: RecordTracer,
	journal: Journal,
	stage: Stage,
	queue: string,
	errorCode: string | undefined,
): void {
	const terminal = tracer.event(journal, ENTRY_STAGE, spanEvent['record.terminal']);
	setText(tracer, journal, terminal, attribute['pipeline.queue'], queue);
	setText(tracer, journal, terminal, attribute['pipeline.outcome'], 'DROPPED');
	tracer.fail(journal, ENTRY_STAGE, transferError(errorCode));
	tracer.exit(journal, ENTRY_STAGE, StageStatus.ERROR);
	tracer.finish(journal, stage, 'DROPPED', AMENDED);
}

function endRecord(
	binding: BetaBinding,
	tracer: RecordTracer,
	journal: Journal,
	stage: Stage,
	entry: object,
	queue: string,
	errorCode: string | undefined,
): void {
	const isFiltered = read(binding.errorQueue?.isFiltered, entry) === true;
	const targetSchema = read(binding.errorQueue?.targetSchema, entry);
	const item = read(binding.errorQueue?.item, entry) ?? entry;
	const journey = journeys.of(entry) ?? journeys.of(item);
	if (isFiltered) {
		filtered++;
		metrics.recordsFiltered.of('LOW_QUALITY').add(1);
	}
	const terminal = { stage, outcome: 'DROPPED', queue, errorCode } as const;
	if (journey !== undefined) endTarget(tracer, journey, isFiltered ? 'FILTERED' : 'FAILED', targetSchema, terminal);
	else tracer.finish(journal, stage, terminal.outcome, COMPLETED);
}
