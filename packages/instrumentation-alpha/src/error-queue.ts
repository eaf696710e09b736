import {
	ENTRY_STAGE,
	type EventDef,
	type Journal,
	NO_JOURNAL,
	type RecordTracer,
	type Stage,
	StageStatus,
	type TraceFields,
	type TraceOutcome,
	telemetry,
} from '@pipeline/telemetry-core';
import { attribute, event, span, spanEvent } from '@pipeline/telemetry-core/alpha';
import {
	beginLateEnd,
	carriedBy,
	describeQueueEntry,
	type HandedOver,
	type Patch,
	read,
	recordCall,
	setCode,
	setText,
} from '@pipeline/telemetry-core/instrumentation';
import { rawRef } from './attributes.ts';
import type { AlphaBinding } from './binding.ts';
import { errorNamed, metrics } from './metrics.ts';

const OUTCOMES: Readonly<Record<string, TraceOutcome>> = {
	PARSE: 'DROPPED',
	VALIDATION: 'REJECTED',
	CRITICAL: 'REJECTED',
};
const QUALITY = 'VAL_014_QUALITY';
const COMPLETED = event['pipeline.alpha.trace.trace.completed'];
const AMENDED = event['pipeline.alpha.trace.trace.amended'];

/** Where a record ends: its stage in the queue, and what is said of it. */
interface End {
	readonly stage: Stage;
	readonly queue: string;
	readonly errorCode: string | undefined;
	readonly completed: EventDef;
}

/**
 * A failed record is put aside: its way ends here, and the entry keeps its position for a later replay. A record that the next module refuses
 * after it took it may have ended before; then a trace of its own says so.
 */
export function errorQueue(binding: AlphaBinding, handedOver: HandedOver): Patch {
	const readers = binding.errorQueue;
	const named = carriedBy(readers?.carrier);
	const amended = new Set<Journal>();
	const carrierOf = (entry: object, second: unknown, self: unknown): object => {
		if (readers?.carrier !== undefined || telemetry.tracer.journalOf(entry) !== 0) return named(entry, second, self);
		return read(readers?.item, entry) ?? entry;
	};
	const isLate = (entry: object) => handedOver.has(read(readers?.batchId, entry));
	return {
		target: readers,
		sees: 'where failed records end',
		wrap: recordCall({
			span: span['alpha.error_queue.enqueue'],
			item: carrierOf,
			begin(tracer, entry: object, second: unknown, self: unknown) {
				if (tracer.journalOf(carrierOf(entry, second, self)) === 0 && isLate(entry)) {
					const late = refuse(binding, tracer, entry);
					if (late !== NO_JOURNAL) amended.add(late);
				}
				const journal = tracer.journalOf(entry);
				if (journal !== 0) tracer.inject(journal, tracer.stageOf(entry), entry as TraceFields);
			},
			settled(tracer, journal, stage, _result: unknown, entry: object) {
				describeQueueEntry(tracer, journal, stage, readers, entry);
				const item = read(readers?.item, entry);
				if (item !== undefined && read(binding.record?.recordId, item) === undefined)
					setText(tracer, journal, stage, attribute['pipeline.raw_record_ref'], rawRef(binding, item));
			},
			after(tracer, journal, stage, _seconds, _result: unknown, entry: object) {
				const queue = read(readers?.queue, entry) ?? 'CRITICAL';
				const errorCode = read(readers?.errorCode, entry);
				metrics.queueEntries.of(queue, errorCode).add(1);
				// Who was handed over has left already.
				if (!isLate(entry)) metrics.inProgress.of().add(-1);
				const completed = amended.delete(journal) ? AMENDED : COMPLETED;
				if (journal !== 0) endRecord(tracer, journal, { stage, queue, errorCode, completed });
			},
		}),
	};
}

/** The record had left and its journal is closed: the end of its transfer is told in a trace of its own. */
function refuse(binding: AlphaBinding, tracer: RecordTracer, entry: object): Journal {
	const item = read(binding.errorQueue?.item, entry) ?? entry;
	const recordId = read(binding.record?.recordId, item);
	const lineageId = read(binding.record?.lineageId, item);
	const left = { recordId, lineageId, edge: 'ALPHA_BETA' } as const;
	const journal = beginLateEnd(tracer, span['alpha.handoff.send'], entry, left);
	const batchId = read(binding.errorQueue?.batchId, entry);
	setText(tracer, journal, ENTRY_STAGE, attribute['pipeline.transfer_batch_id'], batchId);
	return journal;
}

function endRecord(tracer: RecordTracer, journal: Journal, { stage, queue, errorCode, completed }: End): void {
	const outcome = errorCode === QUALITY ? 'QUARANTINED' : (OUTCOMES[queue] ?? 'REJECTED');
	const terminal = tracer.event(journal, ENTRY_STAGE, spanEvent['record.terminal']);
	setText(tracer, journal, terminal, attribute['pipeline.queue'], queue);
	setText(tracer, journal, terminal, attribute['pipeline.outcome'], outcome);
	const alphaOutcome = queue === 'PARSE' ? 'PARSE_FAILED' : outcome;
	// The entry stage of an amendment is the transfer.
	if (completed === COMPLETED) setCode(tracer, journal, ENTRY_STAGE, attribute['pipeline.alpha_outcome'], alphaOutcome);
	tracer.fail(journal, ENTRY_STAGE, errorNamed(errorCode));
	tracer.exit(journal, ENTRY_STAGE, StageStatus.ERROR);
	tracer.finish(journal, stage, outcome, completed);
}
