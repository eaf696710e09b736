import { type Journal, type RecordTracer, type Stage, type TraceFields, telemetry } from '@pipeline/telemetry-core';
import { attribute, span } from '@pipeline/telemetry-core/gamma';
import {
	type Callable,
	describeQueueEntry,
	guarded,
	type Operation,
	type Patch,
	read,
	recordCall,
	setList,
	setNumber,
	setText,
} from '@pipeline/telemetry-core/instrumentation';
import { UNKNOWN } from './attributes.ts';
import type { GammaBinding } from './binding.ts';
import { metrics } from './metrics.ts';
import type { GammaState } from './state.ts';

interface OriginFields extends TraceFields {
	originTraceId?: string;
	originSpanId?: string;
}

/** What failed for good is kept, with the position that a replay points back to. */
export function deadLetter(binding: GammaBinding, state: GammaState): Patch {
	const readers = binding.deadLetter;
	return {
		target: readers,
		sees: 'dead letters',
		wrap: recordCall({
			span: span['gamma.dlq.enqueue'],
			begin(tracer, entry: object) {
				keepPosition(tracer, entry);
				noteError(state, tracer, entry, read(readers?.reason, entry));
				tracer.keep(tracer.journalOf(entry), 'DLQ');
			},
			settled(tracer, journal, stage, _result: unknown, entry: object) {
				const attemptIds = read(readers?.attemptIds, entry) ?? [];
				setText(tracer, journal, stage, attribute['pipeline.destination_id'], read(readers?.destinationId, entry));
				setText(tracer, journal, stage, attribute['pipeline.entry_id'], read(readers?.entryId, entry));
				setText(tracer, journal, stage, attribute['pipeline.failure_reason'], read(readers?.reason, entry));
				setText(tracer, journal, stage, attribute['pipeline.expires_at'], read(readers?.expiresAt, entry));
				setNumber(tracer, journal, stage, attribute['pipeline.attempt_count'], attemptIds.length);
				setList(tracer, journal, stage, attribute['pipeline.attempt_ids'], attemptIds);
			},
			after(_tracer, _journal, _stage, _seconds, _result: unknown, entry: object) {
				metrics.deadLetters.of(read(readers?.destinationId, entry) ?? UNKNOWN, read(readers?.reason, entry)).add(1);
				state.deadLetters.add(1, 1);
			},
		}),
	};
}

/** A failed record is put aside for an operator. */
export function errorQueue(binding: GammaBinding, state: GammaState): Patch {
	const readers = binding.errorQueue;
	return {
		target: readers,
		sees: 'failed records that wait for an operator',
		wrap: recordCall({
			span: span['gamma.error_queue.enqueue'],
			begin(tracer, entry: object) {
				keepPosition(tracer, entry);
				noteError(state, tracer, entry, read(readers?.errorCode, entry));
			},
			settled(tracer, journal, stage, _result: unknown, entry: object) {
				describeQueueEntry(tracer, journal, stage, readers, entry);
			},
			after(_tracer, _journal, _stage, _seconds, _result: unknown, entry: object) {
				metrics.queueEntries.of(read(readers?.queue, entry), read(readers?.errorCode, entry)).add(1);
			},
		}),
	};
}

/** Later replays point to where it failed first; the entry also keeps where it failed last. */
function keepPosition(tracer: RecordTracer, entry: OriginFields): void {
	const journal = tracer.journalOf(entry);
	if (journal === 0) return;
	const { traceId, spanId } = tracer.inject(journal, tracer.stageOf(entry), entry);
	if (entry.originTraceId !== undefined || traceId === undefined || spanId === undefined) return;
	entry.originTraceId = traceId;
	entry.originSpanId = spanId;
}

/** The code that the delivery, or the record, fails with. */
function noteError({ records }: GammaState, tracer: RecordTracer, entry: object, errorCode: string | undefined): void {
	const journal: Journal = tracer.journalOf(entry);
	const stage: Stage = tracer.stageOf(entry);
	const record = records.record(journal, stage);
	if (record !== undefined) record.errorCode = errorCode;
	else records.destination(journal, stage)?.fail(errorCode);
}

/** A wait for an acknowledgment survives a restart: its record takes its position along. */
export function keepWait(binding: GammaBinding): Patch {
	const readers = binding.keepWait;
	return {
		target: readers,
		sees: 'the context of deliveries that a restart interrupts',
		wrap: (original: Callable, operation: Operation) =>
			function kept(this: unknown, _attemptId: unknown, wait: unknown): unknown {
				if (operation.isEnabled)
					guarded(operation.name, () => {
						const { tracer } = telemetry;
						const record = read(readers?.record, wait);
						const journal = record === undefined ? 0 : tracer.journalOf(record);
						if (record !== undefined && journal !== 0 && Object.isExtensible(record))
							tracer.inject(journal, tracer.stageOf(record), record);
					});
				return Reflect.apply(original, this, arguments);
			},
	};
}
