import type { EventEntry } from '../entries.ts';

const OPERATION_DIMENSIONS = [
	'pipeline.queue',
	'pipeline.entry_id',
	'pipeline.operator',
	'pipeline.justification',
] as const;

/** A failed record was put aside. */
export const entryCreated = {
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
} as const satisfies EventEntry;

/** What was put aside is processed again. */
export const entryReplayed = {
	type: 'AUDIT',
	severity: 'INFO',
	description: 'A queued entry was replayed.',
	category: 'ADMINISTRATIVE',
	action: 'UPDATE',
	resourceType: 'QUEUE_ENTRY',
	dimensions: OPERATION_DIMENSIONS,
	requirements: ['3.1'],
	lineage: {
		relation: 'DERIVE',
		parent: { kind: 'entry', key: 'pipeline.entry_id' },
		child: { kind: 'record' },
	},
} as const satisfies EventEntry;

/** An operator changed what was put aside. */
export const entryCorrected = {
	type: 'AUDIT',
	severity: 'INFO',
	description: 'A queued entry was corrected.',
	category: 'ADMINISTRATIVE',
	action: 'UPDATE',
	resourceType: 'QUEUE_ENTRY',
	dimensions: OPERATION_DIMENSIONS,
	requirements: ['3.1'],
} as const satisfies EventEntry;

/** What was put aside was kept for as long as it may be. */
export const entryExpired = {
	type: 'AUDIT',
	severity: 'INFO',
	description: 'A queued entry expired.',
	category: 'ADMINISTRATIVE',
	action: 'DELETE',
	resourceType: 'QUEUE_ENTRY',
	dimensions: OPERATION_DIMENSIONS,
	requirements: ['3.1'],
} as const satisfies EventEntry;
