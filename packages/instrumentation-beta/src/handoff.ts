import {
	type Journal,
	type RecordTracer,
	type Stage,
	StageStatus,
	type TraceFields,
	telemetry,
} from '@pipeline/telemetry-core';
import { attribute, span } from '@pipeline/telemetry-core/beta';
import {
	type BatchLinks,
	type Callable,
	followResult,
	guarded,
	type Operation,
	type Patch,
	read,
	sentBatch,
	setCode,
	setText,
	workCall,
} from '@pipeline/telemetry-core/instrumentation';
import type { BetaBinding } from './binding.ts';
import { takeFilteredCount } from './error-queue.ts';
import { endTarget } from './journey-end.ts';
import { type Acceptance, type Journey, journeys } from './journeys.ts';
import { metrics, transferError } from './metrics.ts';

const MAX_LINKS = 128;

/** Transformed records become a batch. */
export function assemble(binding: BetaBinding, links: BatchLinks): Patch {
	const readers = binding.assemble;
	return {
		target: readers,
		sees: 'batches for the next module',
		wrap: workCall({
			span: span['beta.batch.assemble'],
			parent(records: unknown) {
				const [first] = batchesOf(read(readers?.records, records) ?? []);
				return first?.position;
			},
			opened(work, records: unknown) {
				const contributing = batchesOf(read(readers?.records, records) ?? []);
				for (const { position } of contributing) work.link('batch', position);
			},
			settled(work, batch: object, records: unknown, reason: unknown) {
				const flushReason = read(readers?.reason, reason) ?? 'SIZE';
				const batchId = read(readers?.batchId, batch);
				work.set(attribute['pipeline.flush_reason'], flushReason);
				work.set(attribute['pipeline.record_count'], read(readers?.records, records)?.length);
				work.set(attribute['pipeline.filtered_count'], takeFilteredCount());
				work.set(attribute['pipeline.batch_id'], batchId);
				work.set(attribute['pipeline.correlation_id'], read(readers?.correlationId, batch));
				work.set(attribute['pipeline.checksum'], read(readers?.checksum, batch));
				links.remember(batchId, work.position());
				metrics.batchesAssembled.of(flushReason).add(1);
			},
		}),
	};
}

/** The batches that records came with, at most as many as a span may have links. */
function batchesOf(records: readonly object[]): ReadonlySet<Acceptance> {
	const batches = new Set<Acceptance>();
	for (const record of records) {
		const batch = journeys.of(record)?.batch;
		if (batch !== undefined) batches.add(batch);
		if (batches.size === MAX_LINKS) break;
	}
	return batches;
}

interface Sent {
	readonly journey: Journey | undefined;
	readonly journal: Journal;
	readonly stage: Stage;
	readonly targetSchema: string | undefined;
}

/**
 * Transformed records travel to the next module: each has its own stage until the receiver has the batch. A record that leaves the process is
 * parked by whoever encodes it.
 */
export function handoff(binding: BetaBinding, links: BatchLinks): Patch {
	const readers = binding.handoff;
	return {
		target: readers,
		sees: 'the hand-over: which records travel, and when they left',
		wrap: (original: Callable, operation: Operation) =>
			function sent(this: unknown, batch: unknown): unknown {
				if (!operation.isEnabled) return Reflect.apply(original, this, arguments);
				const { tracer } = telemetry;
				let records: readonly Sent[] = [];
				let batchId: string | undefined;
				guarded(operation.name, () => {
					batchId = read(readers?.batchId, batch);
					records = (read(readers?.records, batch) ?? []).map((record) =>
						beginSending(binding, tracer, record, batchId),
					);
				});
				return followResult(
					() => Reflect.apply(original, this, arguments),
					(isFailure, value) =>
						guarded(operation.name, () => {
							const isAccepted = !isFailure && read(readers?.accepted, value) !== false;
							const errorCode = isFailure ? undefined : read(readers?.errorCode, value);
							const transfer = batchId === undefined ? undefined : links.of(sentBatch(batchId));
							for (const each of records) {
								if (isAccepted) endSending(tracer, each, transfer);
								else giveUp(tracer, each, transfer, errorCode);
							}
						}),
				);
			},
	};
}

function beginSending(binding: BetaBinding, tracer: RecordTracer, record: object, batchId: string | undefined): Sent {
	const journal = tracer.journalOf(record);
	const journey = journeys.of(record);
	const targetSchema = read(binding.record?.targetSchema, record);
	const stage = tracer.enter(journal, span['beta.handoff.send'], tracer.stageOf(record));
	setCode(tracer, journal, stage, attribute['pipeline.edge'], 'BETA_GAMMA');
	setText(tracer, journal, stage, attribute['pipeline.target_schema'], targetSchema);
	setText(tracer, journal, stage, attribute['pipeline.transfer_batch_id'], batchId);
	if (journal !== 0) tracer.attach(record, journal, stage);
	return { journey, journal, stage, targetSchema };
}

function endSending(
	tracer: RecordTracer,
	{ journey, journal, stage, targetSchema }: Sent,
	transfer: Readonly<TraceFields> | undefined,
): void {
	if (transfer !== undefined) tracer.link(journal, stage, 'batch', transfer);
	tracer.exit(journal, stage, StageStatus.UNSET);
	if (journey !== undefined) endTarget(tracer, journey, 'HANDED_OVER', targetSchema);
}

/** The record keeps this stage: the error queue, which takes it next, belongs under it. */
function giveUp(
	tracer: RecordTracer,
	{ journal, stage }: Sent,
	transfer: Readonly<TraceFields> | undefined,
	errorCode: string | undefined,
): void {
	if (transfer !== undefined) tracer.link(journal, stage, 'batch', transfer);
	tracer.fail(journal, stage, transferError(errorCode));
	tracer.exit(journal, stage, StageStatus.ERROR);
}
