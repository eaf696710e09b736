import { type Journal, nowMs, StageStatus, telemetry } from '@pipeline/telemetry-core';
import { attribute, error, event, span, spanEvent } from '@pipeline/telemetry-core/gamma';
import {
	type Callable,
	enterRecord,
	guarded,
	type Operation,
	type Patch,
	read,
	setCode,
	setText,
} from '@pipeline/telemetry-core/instrumentation';
import { describeRecord } from './attributes.ts';
import type { GammaBinding } from './binding.ts';
import { metrics } from './metrics.ts';
import type { OpenBatch } from './open-batches.ts';
import type { GammaState } from './state.ts';

/** A batch is taken, or refused; its span ends with its last record. */
export function accept(binding: GammaBinding, { batches }: GammaState): Patch {
	const readers = binding.accept;
	return {
		target: readers,
		sees: 'batches: when they came and how they ended',
		wrap: (original: Callable, operation: Operation) =>
			function accepted(this: unknown, transfer: unknown, options: unknown): unknown {
				if (!operation.isEnabled) return Reflect.apply(original, this, arguments);
				let batch: OpenBatch | undefined;
				guarded(operation.name, () => {
					const batchId = read(readers?.batchId, transfer) ?? '';
					const profile = options === undefined ? undefined : read(readers?.profile, options);
					batch = batches.open(batchId, read(readers?.correlationId, transfer), profile);
					describeBatch(batch, read(readers?.recordCount, transfer));
				});
				batches.current = batch;
				try {
					const outcome: unknown = Reflect.apply(original, this, arguments);
					if (batch !== undefined) followBatch(binding, batches, batch, outcome, operation.name);
					return outcome;
				} catch (failure) {
					if (batch !== undefined) closeFailed(batches, batch, 'EXCEPTION', operation.name);
					throw failure;
				} finally {
					batches.current = undefined;
				}
			},
	};
}

function describeBatch(batch: OpenBatch, recordCount: number | undefined): void {
	const { work, batchId, correlationId, profile, position } = batch;
	work.set(attribute['pipeline.batch_id'], batchId);
	work.set(attribute['pipeline.correlation_id'], correlationId);
	work.set(attribute['pipeline.delivery_profile'], profile);
	work.set(attribute['pipeline.record_count'], recordCount);
	telemetry.events.emit(event['pipeline.gamma.intake.log.batch_started'], {
		context: position,
		batchId,
		correlationId,
		dimensions: { 'pipeline.record_count': recordCount },
	});
}

function followBatch(
	binding: GammaBinding,
	batches: GammaState['batches'],
	batch: OpenBatch,
	outcome: unknown,
	where: string,
): void {
	let completed: Promise<unknown> | undefined;
	guarded(where, () => {
		const readers = binding.accept;
		const refusal = read(readers?.refusal, outcome);
		countReceived(refusal, read(readers?.isDuplicate, outcome) === true);
		if (refusal !== undefined) return closeFailed(batches, batch, refusal, where);
		completed = read(readers?.completed, outcome);
		if (completed === undefined) batches.close(batch);
	});
	const acceptedMs = nowMs();
	completed?.then(
		(report) => guarded(where, () => closeCompleted(binding, batches, batch, report, (nowMs() - acceptedMs) / 1000)),
		() =>
			guarded(where, () => {
				batch.work.set(attribute['pipeline.cancelled'], true);
				batches.close(batch);
			}),
	);
}

function countReceived(refusal: string | undefined, isDuplicate: boolean): void {
	metrics.batchesReceived.of(refusal ?? (isDuplicate ? 'DUPLICATE' : 'ACCEPTED')).add(1);
}

function closeFailed(batches: GammaState['batches'], batch: OpenBatch, reason: string, where: string): void {
	guarded(where, () => {
		batch.work.set(attribute['pipeline.reason'], reason);
		batch.work.fail(error['DELIV_002_REJECTED']);
		batches.close(batch);
	});
}

function closeCompleted(
	binding: GammaBinding,
	batches: GammaState['batches'],
	batch: OpenBatch,
	report: unknown,
	seconds: number,
): void {
	const readers = binding.accept;
	const status = read(readers?.status, report) ?? 'COMPLETE';
	const { DELIVERED = 0, PARTIAL = 0, ...others } = read(readers?.outcomes, report) ?? {};
	const { work, retried } = batch;
	work.set(attribute['pipeline.delivered'], DELIVERED + PARTIAL);
	work.set(
		attribute['pipeline.records_failed'],
		Object.values(others).reduce((sum, count) => sum + count, 0),
	);
	work.set(attribute['pipeline.dlq_count'], read(readers?.deadLetters, report));
	work.set(attribute['pipeline.retried'], retried);
	if (status === 'FAILED') work.fail(error['DELIV_999_UNKNOWN']);
	batches.close(batch);
	metrics.batchesProcessed.of(status).add(1);
	metrics.batchSeconds.of(status).record(seconds);
}

/** A record begins its way through this module: it is followed from here. */
export function admit(binding: GammaBinding, state: GammaState): Patch {
	const readers = binding.admit;
	return {
		target: readers,
		sees: 'records: without the intake, no record is followed',
		wrap: (original: Callable, operation: Operation) =>
			function admitted(this: unknown, record: unknown, context: unknown, priority: unknown): unknown {
				if (operation.isEnabled && typeof record === 'object' && record !== null)
					guarded(operation.name, () => {
						const batchId = context === undefined ? undefined : read(readers?.batchId, context);
						const { tracer } = telemetry;
						enter(binding, state, record, batchId || undefined, state.batches.current);
						const [journal, stage] = [tracer.journalOf(record), tracer.stageOf(record)];
						setCode(tracer, journal, stage, attribute['pipeline.priority'], read(readers?.priority, priority));
					});
				return Reflect.apply(original, this, arguments);
			},
	};
}

/** The record's own stage in this module begins, wherever it came from. */
export function enter(
	binding: GammaBinding,
	{ records }: GammaState,
	record: object,
	batchId: string | undefined,
	batch: OpenBatch | undefined,
): void {
	const { tracer } = telemetry;
	const entered = enterRecord(
		tracer,
		span['gamma.record.deliver'],
		record,
		'BETA_GAMMA',
		read(binding.record?.recordId, record),
	);
	const { journal, result } = entered;
	const stage = tracer.stageOf(record);
	describeRecord(binding, tracer, journal, stage, record);
	setText(tracer, journal, stage, attribute['pipeline.batch_id'], batchId);
	setText(tracer, journal, stage, attribute['pipeline.correlation_id'], batch?.correlationId);
	setText(tracer, journal, stage, attribute['pipeline.delivery_profile'], batch?.profile);
	if (result !== 'COMPLETE')
		setCode(
			tracer,
			journal,
			stage,
			attribute['pipeline.context_origin'],
			result === 'RESTORED' ? 'RESTORED' : 'REGENERATED',
		);
	if (batch !== undefined) tracer.link(journal, stage, 'batch', batch.position);
	tracer.event(journal, stage, spanEvent['record.received']);
	records.begin(journal, stage, batchId);
}

/** What has to survive a restart gets its position written out; its stages end here. */
export function save(binding: GammaBinding): Patch {
	const readers = binding.save;
	return {
		target: readers,
		sees: 'the context of records that a stop interrupts: their traces break there',
		wrap: (original: Callable, operation: Operation) =>
			function saved(this: unknown, unfinished: unknown): unknown {
				if (operation.isEnabled)
					guarded(operation.name, () => {
						for (const record of read(readers?.records, unfinished) ?? []) interrupt(record);
					});
				return Reflect.apply(original, this, arguments);
			},
	};
}

/** The module stops before the record has ended: its position stays on it, its stage ends. */
export function interrupt(record: object): void {
	const { tracer } = telemetry;
	const journal: Journal = tracer.journalOf(record);
	if (journal === 0) return;
	const stage = tracer.stageOf(record);
	if (Object.isExtensible(record)) tracer.inject(journal, stage, record);
	tracer.setNumber(journal, stage, attribute['pipeline.cancelled'], 1);
	tracer.exit(journal, stage, StageStatus.UNSET);
}
