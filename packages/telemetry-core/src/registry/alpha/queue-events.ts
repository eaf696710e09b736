import { entryCreated } from '../common/queue-events.ts';
import type { EventEntry } from '../entries.ts';

/** What Alpha tells of its error queues besides what operators do. Append only: a position is a definition's number. */
export const alphaQueueEvents = {
	'pipeline.alpha.error_queue.audit.entry_created': {
		...entryCreated,
		dimensions: [...entryCreated.dimensions, 'pipeline.raw_record_ref'],
		lineage: { ...entryCreated.lineage, parent: { kind: 'record', raw: 'pipeline.raw_record_ref' } },
	},
} as const satisfies Readonly<Record<string, EventEntry>>;
