import type { EventEntry } from '../entries.ts';
import { errorLogEvents } from '../error-log-events.ts';
import { integrationErrors } from './errors.ts';

/** Log and trace events of Integration. Append only: a position is a definition's number. */
export const integrationLogEvents = {
	'pipeline.integration.circuit.log.circuit_opened': {
		type: 'LOG',
		severity: 'ERROR',
		description: 'A circuit opened.',
		dimensions: ['pipeline.circuit_id', 'pipeline.previous_state', 'pipeline.new_state', 'pipeline.impact_level'],
	},
	'pipeline.integration.circuit.log.circuit_half_opened': {
		type: 'LOG',
		severity: 'INFO',
		description: 'A circuit lets one call through.',
		dimensions: ['pipeline.circuit_id', 'pipeline.previous_state', 'pipeline.new_state', 'pipeline.open_duration_ms'],
	},
	'pipeline.integration.circuit.log.circuit_closed': {
		type: 'LOG',
		severity: 'INFO',
		description: 'A circuit closed.',
		dimensions: ['pipeline.circuit_id', 'pipeline.previous_state', 'pipeline.new_state', 'pipeline.open_duration_ms'],
	},
	'pipeline.integration.backpressure.log.activated': {
		type: 'LOG',
		severity: 'WARN',
		description: 'A sender was asked to slow down.',
		dimensions: [
			'pipeline.edge',
			'pipeline.queue_depth',
			'pipeline.queue_capacity',
			'pipeline.utilization',
			'pipeline.recommended_delay_ms',
		],
	},
	'pipeline.integration.backpressure.log.deactivated': {
		type: 'LOG',
		severity: 'INFO',
		description: 'A sender may go on.',
		dimensions: [
			'pipeline.edge',
			'pipeline.queue_depth',
			'pipeline.queue_capacity',
			'pipeline.utilization',
			'pipeline.recommended_delay_ms',
		],
	},
	'pipeline.integration.transfer.log.batch_started': {
		type: 'LOG',
		severity: 'INFO',
		description: 'A batch is being transferred.',
		dimensions: ['pipeline.edge', 'pipeline.record_count'],
	},
	'pipeline.integration.context.log.context_malformed': {
		type: 'LOG',
		severity: 'WARN',
		description: 'An item carried trace context that cannot be used.',
		dimensions: ['pipeline.boundary'],
	},
} as const satisfies Readonly<Record<string, EventEntry>>;

/** One log event for each error code, named after the component that its category belongs to. */
export const integrationErrorEvents = errorLogEvents('integration', integrationErrors, {
	TRANSFER: 'errors',
	DATA_CORRUPTION: 'errors',
	MODULE_UNAVAILABLE: 'errors',
});
