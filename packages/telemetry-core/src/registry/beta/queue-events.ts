import { entryCreated } from '../common/queue-events.ts';
import type { EventEntry } from '../entries.ts';

/** What Beta tells of its error queues besides what operators do. Append only: a position is a definition's number. */
export const betaQueueEvents = {
	'pipeline.beta.error_queue.audit.entry_created': entryCreated,
} as const satisfies Readonly<Record<string, EventEntry>>;
