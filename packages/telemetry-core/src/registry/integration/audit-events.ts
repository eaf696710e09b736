import type { EventEntry } from '../entries.ts';

/** Audit events of Integration. Append only: a position is a definition's number. */
export const integrationAuditEvents = {
	'pipeline.integration.transfer.audit.batch_transferred': {
		type: 'AUDIT',
		severity: 'INFO',
		description: 'A batch was handed over, or given up.',
		category: 'DATA',
		action: 'EXECUTE',
		resourceType: 'BATCH',
		dimensions: [
			'pipeline.edge',
			'pipeline.record_count',
			'pipeline.checksum',
			'pipeline.ack_status',
			'pipeline.attempts',
		],
		requirements: ['3.1', '4.2'],
	},
	'pipeline.integration.circuit.audit.state_changed': {
		type: 'AUDIT',
		severity: 'INFO',
		description: 'A circuit changed its state.',
		category: 'DATA',
		action: 'UPDATE',
		resourceType: 'CIRCUIT',
		dimensions: ['pipeline.circuit_id', 'pipeline.previous_state', 'pipeline.new_state', 'pipeline.impact_level'],
		requirements: ['8.10'],
	},
	'pipeline.integration.errors.audit.data_corruption': {
		type: 'AUDIT',
		severity: 'WARN',
		description: 'A batch arrived damaged.',
		category: 'SECURITY',
		action: 'EXECUTE',
		resourceType: 'BATCH',
		dimensions: ['pipeline.expected_checksum', 'pipeline.actual_checksum'],
		requirements: ['3.5', '8.5'],
	},
} as const satisfies Readonly<Record<string, EventEntry>>;
