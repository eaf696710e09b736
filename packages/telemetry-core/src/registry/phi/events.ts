import type { EventEntry } from '../entries.ts';
import { errorLogEvents } from '../error-log-events.ts';
import { phiErrors } from './errors.ts';

/** Log and trace events of Phi. Append only: a position is a definition's number. */
export const phiLogEvents = {
	'pipeline.phi.errors.log.escalation_changed': {
		type: 'LOG',
		severity: 'WARN',
		description: 'The escalation level changed.',
		dimensions: ['pipeline.from', 'pipeline.to', 'pipeline.error_rate', 'pipeline.threshold'],
	},
	'pipeline.phi.recovery.log.circuit_opened': {
		type: 'LOG',
		severity: 'ERROR',
		description: 'A circuit opened.',
		dimensions: ['pipeline.circuit_id', 'pipeline.previous_state', 'pipeline.new_state', 'pipeline.impact_level'],
	},
	'pipeline.phi.recovery.log.circuit_half_opened': {
		type: 'LOG',
		severity: 'INFO',
		description: 'A circuit lets one call through.',
		dimensions: ['pipeline.circuit_id', 'pipeline.previous_state', 'pipeline.new_state', 'pipeline.open_duration_ms'],
	},
	'pipeline.phi.recovery.log.circuit_closed': {
		type: 'LOG',
		severity: 'INFO',
		description: 'A circuit closed.',
		dimensions: ['pipeline.circuit_id', 'pipeline.previous_state', 'pipeline.new_state', 'pipeline.open_duration_ms'],
	},
	'pipeline.phi.executor.log.run_started': {
		type: 'LOG',
		severity: 'INFO',
		description: 'A run began.',
		dimensions: ['pipeline.job_id', 'pipeline.execution_id'],
	},
} as const satisfies Readonly<Record<string, EventEntry>>;

/** One log event for each error code, named after the component that its category belongs to. */
export const phiErrorEvents = errorLogEvents('phi', phiErrors, {
	SCHEDULING: 'scheduler',
	DEPENDENCY: 'dependency',
	EXECUTION: 'executor',
	RESOURCE_EXHAUSTION: 'resource',
	TIMEOUT: 'executor',
	STATE_CORRUPTION: 'recovery',
});
