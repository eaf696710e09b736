import type { EventEntry } from '../entries.ts';

/** What Beta tells of its error queues besides what operators do. Append only: a position is a definition's number. */
export const betaQueueEvents = {
	'pipeline.beta.error_queue.audit.entry_created': {
		type: 'AUDIT',
		severity: 'INFO',
		description: 'A failed record was put aside.',
		category: 'DATA',
		action: 'CREATE',
		resourceType: 'QUEUE_ENTRY',
		dimensions: ['pipeline.queue', 'pipeline.entry_id', 'pipeline.error_code', 'pipeline.retention_until'],
		requirements: ['3.1', '4.2'],
		lineage: {
			relation: 'REJECT',
			parent: { kind: 'record' },
			child: { kind: 'entry', key: 'pipeline.entry_id' },
		},
	},
} as const satisfies Readonly<Record<string, EventEntry>>;
