import type { EventEmitter } from 'node:events';
import { event } from '@pipeline/telemetry-core/beta';
import { followQueue } from '@pipeline/telemetry-core/instrumentation';
import type { BetaBinding } from './binding.ts';
import { metrics } from './metrics.ts';
import { replays } from './replay.ts';

/** What an error queue tells of its entries. */
export function followErrorQueue(binding: BetaBinding, events: EventEmitter): void {
	followQueue(events, {
		expired: event['pipeline.beta.error_queue.audit.entry_expired'],
		corrected: event['pipeline.beta.error_queue.audit.entry_corrected'],
		replayed: event['pipeline.beta.error_queue.audit.entry_replayed'],
		removed(queue, reason, ageSeconds) {
			metrics.queueRemovals.of(queue, reason).add(1);
			metrics.queueAge.of(queue, reason).record(ageSeconds);
		},
		announce: (entry) => replays.announce(binding, entry),
	});
}
