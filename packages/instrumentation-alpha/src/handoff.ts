import {
	ENTRY_STAGE,
	type Journal,
	type RecordTracer,
	type Stage,
	StageStatus,
	type TraceFields,
	telemetry,
} from '@pipeline/telemetry-core';
import { attribute, span, spanEvent } from '@pipeline/telemetry-core/alpha';
import {
	type BatchLinks,
	BoundedMap,
	type Callable,
	followResult,
	guarded,
	type HandedOver,
	type Operation,
	type Patch,
	read,
	sentBatch,
	setCode,
	setText,
	workCall,
} from '@pipeline/telemetry-core/instrumentation';
import type { AlphaBinding } from './binding.ts';
import { errors, metrics } from './metrics.ts';

/** Buffered records become a batch. */
export function assemble(binding: AlphaBinding, links: BatchLinks): Patch {
	const readers = binding.assemble;
	return {
		target: readers,
		sees: 'batches',
		wrap: workCall({
			span: span['alpha.batch.assemble'],
			settled(work, batch: object, records: unknown, reason: unknown) {
				const flushReason = read(readers?.reason, reason) ?? 'SIZE';
				const count = read(readers?.records, records)?.length ?? 0;
				work.set(attribute['pipeline.flush_reason'], flushReason);
				work.set(attribute['pipeline.record_count'], count);
				work.set(attribute['pipeline.batch_id'], read(readers?.batchId, batch));
				work.set(attribute['pipeline.checksum'], read(readers?.checksum, batch));
				links.remember(read(readers?.batchId, batch), work.position());
				metrics.batchesAssembled.of(flushReason).add(1);
				metrics.batchSize.of().record(count);
			},
		}),
	};
}

const MAX_AWAITED_BATCHES = 1_024;

interface Sent {
	readonly journal: Journal;
	readonly entry: Stage;
	readonly stage: Stage;
}

/** Batches whose receipts are to come. The records of the oldest end without one when there are too many. */
export class AwaitedReceipts {
	readonly #batches = new BoundedMap<string, readonly Sent[]>(MAX_AWAITED_BATCHES, (records) => {
		for (const sent of records) endSending(telemetry.tracer, sent, true);
	});
	readonly handedOver: HandedOver;

	constructor(handedOver: HandedOver) {
		this.handedOver = handedOver;
	}

	add(batchId: string, records: readonly Sent[]): void {
		this.#batches.set(batchId, records);
	}

	take(batchId: string | undefined): readonly Sent[] {
		const records = batchId === undefined ? undefined : this.#batches.get(batchId);
		if (batchId !== undefined) this.#batches.delete(batchId);
		return records ?? [];
	}
}

/**
 * Records travel to the next module: each has its own stage until the receiver has the batch. A record that leaves the process is parked by
 * whoever encodes it.
 */
export function handoff(binding: AlphaBinding, links: BatchLinks, awaited: AwaitedReceipts): Patch {
	const readers = binding.handoff;
	const awaitsReceipt = binding.receipt !== undefined;
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
					records = (read(readers?.records, batch) ?? []).map((record) => beginSending(tracer, record, batchId));
					// Before the call: a receipt may come while it runs.
					if (awaitsReceipt && batchId !== undefined) awaited.add(batchId, records);
				});
				return followResult(
					() => Reflect.apply(original, this, arguments),
					(isFailure, value) =>
						guarded(operation.name, () => {
							const isAccepted = !isFailure && read(readers?.accepted, value) !== false;
							if (awaitsReceipt && isAccepted && batchId !== undefined) return;
							const transfer = batchId === undefined ? undefined : links.of(sentBatch(batchId));
							if (awaitsReceipt) awaited.take(batchId);
							if (isAccepted) awaited.handedOver.add(batchId);
							endBatch(records, isAccepted, transfer);
						}),
				);
			},
	};
}

/** The receiver's word on a batch that was handed over before. */
export function receipt(binding: AlphaBinding, links: BatchLinks, awaited: AwaitedReceipts): Patch {
	const readers = binding.receipt;
	return {
		target: readers,
		sees: 'receipts that come after the hand-over returned',
		wrap: (original: Callable, operation: Operation) =>
			function received(this: unknown, told: unknown): unknown {
				if (operation.isEnabled) {
					guarded(operation.name, () => {
						const batchId = read(readers?.batchId, told);
						const transfer = batchId === undefined ? undefined : links.of(sentBatch(batchId));
						const isAccepted = read(readers?.accepted, told) !== false;
						if (isAccepted) awaited.handedOver.add(batchId);
						endBatch(awaited.take(batchId), isAccepted, transfer);
					});
				}
				return Reflect.apply(original, this, arguments);
			},
	};
}

function endBatch(records: readonly Sent[], isAccepted: boolean, transfer: Readonly<TraceFields> | undefined): void {
	for (const sent of records) endSending(telemetry.tracer, sent, isAccepted, transfer);
	if (isAccepted) metrics.inProgress.of().add(-records.length);
	else errors.report('BUF_003_DOWNSTREAM_STALLED', { dimensions: { 'pipeline.record_count': records.length } });
}

function beginSending(tracer: RecordTracer, record: object, batchId: string | undefined): Sent {
	const journal = tracer.journalOf(record);
	const entry = tracer.stageOf(record);
	const stage = tracer.enter(journal, span['alpha.handoff.send'], entry);
	setCode(tracer, journal, stage, attribute['pipeline.edge'], 'ALPHA_BETA');
	setText(tracer, journal, stage, attribute['pipeline.transfer_batch_id'], batchId);
	if (journal !== 0) tracer.attach(record, journal, stage);
	return { journal, entry, stage };
}

function endSending(
	tracer: RecordTracer,
	{ journal, entry, stage }: Sent,
	isAccepted: boolean,
	transfer?: Readonly<TraceFields>,
): void {
	if (transfer !== undefined) tracer.link(journal, stage, 'batch', transfer);
	if (!isAccepted) {
		tracer.fail(journal, stage, errors.definition('BUF_003_DOWNSTREAM_STALLED'));
		tracer.exit(journal, stage, StageStatus.ERROR);
		return;
	}
	tracer.exit(journal, stage, StageStatus.UNSET);
	setCode(tracer, journal, ENTRY_STAGE, attribute['pipeline.alpha_outcome'], 'HANDED_OFF');
	tracer.event(journal, entry, spanEvent['record.handed_off']);
	tracer.exit(journal, entry, StageStatus.UNSET);
}
