import type { EventEmitter } from 'node:events';
import { event } from '@pipeline/telemetry-core/alpha';
import { followQueue, type QueueEntry, read } from '@pipeline/telemetry-core/instrumentation';
import { rawRef } from './attributes.ts';
import type { AlphaBinding } from './binding.ts';
import { metrics } from './metrics.ts';
import { replays } from './replay.ts';

/** What the error queues tell of their entries. */
export function followErrorQueues(binding: AlphaBinding, events: EventEmitter | undefined): void {
	followQueue(events, {
		expired: event['pipeline.alpha.error_queue.audit.entry_expired'],
		corrected: event['pipeline.alpha.error_queue.audit.entry_corrected'],
		replayed: event['pipeline.alpha.error_queue.audit.entry_replayed'],
		removed(queue, reason, ageSeconds) {
			metrics.queueRemovals.of(queue, reason).add(1);
			metrics.queueAge.of(queue, reason).record(ageSeconds);
		},
		announce: (entry) => replays.announce(binding, entry),
		dimensionsOf: (entry) => ({ 'pipeline.raw_record_ref': rawRefOf(binding, entry) }),
	});
}

/** Of an item that failed before it was a record. */
function rawRefOf(binding: AlphaBinding, entry: QueueEntry): string | undefined {
	const item = entry.recordId === undefined ? read(binding.errorQueue?.item, entry) : undefined;
	return item === undefined ? undefined : rawRef(binding, item);
}
