import type { AlphaEvents } from '@pipeline/alpha';
import type { BetaEvents } from '@pipeline/beta';
import type { GammaEvents } from '@pipeline/gamma';
import type { TypedEmitter } from '@pipeline/model';
import type { ModuleLogs } from '@pipeline/telemetry-sdk';

// What the modules say of themselves, as lines of the log: one of each batch, one of each record that does not reach its destination.

const FAILED: ReadonlySet<string> = new Set(['FAILED', 'EXPIRED', 'DLQ']);

export function logAlpha(events: TypedEmitter<AlphaEvents>, logs: ModuleLogs): void {
	const handoff = logs.logger('ALPHA', 'handoff');
	const queues = logs.logger('ALPHA', 'error_queue');
	events.on('batchHandedOff', ({ batch: { batchId, correlationId, records } }) => {
		const ids = { batch_id: batchId, correlation_id: correlationId };
		handoff.info(
			{ event: 'batch_handed_off', ...ids, records: records.length },
			'handed off %d records',
			records.length,
		);
	});
	events.on('batchLost', ({ batch: { batchId, correlationId, records }, errorCode }) => {
		const ids = { batch_id: batchId, correlation_id: correlationId, 'pipeline.error_code': errorCode };
		handoff.error({ event: 'batch_lost', ...ids }, 'lost %d records: %s', records.length, errorCode);
	});
	events.on('recordTerminal', ({ ref, recordId = ref, outcome, queue }) => {
		queues.warn({ event: 'record_queued', record_id: recordId, outcome, queue }, 'record is %s', outcome);
	});
}

export function logBeta(events: TypedEmitter<BetaEvents>, logs: ModuleLogs): void {
	const intake = logs.logger('BETA', 'intake');
	const queues = logs.logger('BETA', 'error_queue');
	events.on('batchProcessed', ({ batchId, recordsAccepted, recordsRejected }) => {
		const counts = { accepted: recordsAccepted, rejected: recordsRejected };
		intake.debug({ event: 'batch_processed', batch_id: batchId, ...counts }, 'processed %d records', recordsAccepted);
	});
	events.on('recordTerminal', ({ record, outcome, queue, errorCode }) => {
		const found = { record_id: record.recordId, outcome, queue, 'pipeline.error_code': errorCode };
		queues.warn({ event: 'record_queued', record, ...found }, 'record is %s: %s', outcome, errorCode);
	});
}

export function logGamma(events: TypedEmitter<GammaEvents>, logs: ModuleLogs): void {
	const delivery = logs.logger('GAMMA', 'delivery');
	events.on('batchCompleted', ({ batchId, status, recordCount }) => {
		const said = { batch_id: batchId, status, records: recordCount };
		delivery.info({ event: 'batch_completed', ...said }, 'batch of %d records is %s', recordCount, status);
	});
	events.on('recordTerminal', ({ recordId, record, targetSchema, outcome }) => {
		if (!FAILED.has(outcome)) return;
		const found = { record_id: recordId, target_schema: targetSchema, outcome };
		delivery.error({ event: 'record_undelivered', record, ...found }, 'record is %s', outcome);
	});
}
