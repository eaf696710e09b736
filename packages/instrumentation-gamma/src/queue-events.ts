import type { EventEmitter } from 'node:events';
import { ENTRY_STAGE, telemetry } from '@pipeline/telemetry-core';
import { event } from '@pipeline/telemetry-core/gamma';
import {
	auditAction,
	followQueue,
	type QueueEntry,
	queueListener,
	readContext,
} from '@pipeline/telemetry-core/instrumentation';
import type { GammaBinding } from './binding.ts';
import { metrics } from './metrics.ts';
import { replays } from './replay.ts';
import type { GammaState } from './state.ts';

/** What the error queue tells of its entries. */
export function followErrorQueue(binding: GammaBinding, events: EventEmitter | undefined): void {
	followQueue(events, {
		expired: event['pipeline.gamma.error_queue.audit.entry_expired'],
		corrected: event['pipeline.gamma.error_queue.audit.entry_corrected'],
		replayed: event['pipeline.gamma.error_queue.audit.entry_replayed'],
		removed(queue, reason) {
			metrics.queueRemovals.of(queue, reason).add(1);
		},
		announce: (entry) => replays.announce(binding, entry),
	});
}

/** What operators and time do to dead letters. */
export function followDeadLetters(binding: GammaBinding, events: EventEmitter | undefined, state: GammaState): void {
	const on = queueListener(events, 'dead letters');
	on('entryInspected', (action) => auditAction(event['pipeline.gamma.dlq.audit.entry_inspected'], action));
	on('entryCorrected', (action) => auditAction(event['pipeline.gamma.dlq.audit.entry_corrected'], action));
	on('entryReplayed', (action) => {
		const context = telemetry.tracer.inject(replays.announce(binding, action.entry), ENTRY_STAGE, {});
		auditAction(event['pipeline.gamma.dlq.audit.entry_replayed'], action, {}, context);
	});
	on('entryRemoved', (action) => {
		const { entry, reason = 'PURGED', ageSeconds = 0 } = action;
		metrics.deadLetterRemovals.of(reason).add(1);
		metrics.deadLetterAge.of(reason).record(ageSeconds);
		state.deadLetters.add(-1, 0);
		if (reason === 'PURGED') auditAction(event['pipeline.gamma.dlq.audit.entry_purged'], action);
		if (reason === 'EXPIRED' || reason === 'EVICTED') amend(entry, reason);
	});
}

/** The record stays a dead letter for good: its trace says so once more. */
function amend(entry: QueueEntry, reason: string): void {
	telemetry.events.emit(event['pipeline.gamma.trace.trace.amended'], {
		recordId: entry.recordId,
		context: readContext(entry, 'REPLAY'),
		dimensions: { 'pipeline.trace.outcome': 'DLQ', 'pipeline.reason': reason },
	});
}
