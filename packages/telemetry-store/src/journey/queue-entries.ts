import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import { definedFields } from '../lineage/defined-fields.ts';
import type { JourneyQueueEntry, JourneyReplay } from './journey.ts';

/** @param events of one record, in the order of time */
export function queueEntriesOf(events: readonly TelemetryEvent[]): readonly JourneyQueueEntry[] {
	const entries = new Map<string, JourneyQueueEntry>();
	for (const event of events) {
		const entryId = event.dimensions['pipeline.entry_id'] ?? event.dimensions['pipeline.quarantine_ref'];
		if (entryId === undefined || entryId === '') continue;
		const known = entries.get(entryId) ?? entryOf(entryId, event);
		const isReplay = event.name.endsWith('.entry_replayed');
		entries.set(entryId, isReplay ? { ...known, replays: [...known.replays, replayOf(event)] } : told(known, event));
	}
	return [...entries.values()];
}

function entryOf(entryId: string, { name, module, timestamp }: TelemetryEvent): JourneyQueueEntry {
	const queue = name.includes('.dlq.') ? 'DLQ' : name.endsWith('.record_quarantined') ? 'QUARANTINE' : '';
	return { entryId, queue, module, enqueuedAt: timestamp, replays: [] };
}

function told(entry: JourneyQueueEntry, { dimensions }: TelemetryEvent): JourneyQueueEntry {
	const errorCode =
		dimensions['error.type'] ?? dimensions['pipeline.error_code'] ?? dimensions['pipeline.failure_reason'];
	return {
		...entry,
		...definedFields({
			queue: dimensions['pipeline.queue'],
			errorCode,
			expiresAt: dimensions['pipeline.retention_until'],
		}),
	};
}

function replayOf({ timestamp, traceId, dimensions }: TelemetryEvent): JourneyReplay {
	const operator = dimensions['pipeline.operator'];
	return {
		at: timestamp,
		...definedFields({ operator, justification: dimensions['pipeline.justification'], traceId }),
	};
}
