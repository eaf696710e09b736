import type { EventEntry } from '../entries.ts';
import { errorLogEvents } from '../error-log-events.ts';
import { epsilonErrors } from './errors.ts';

/** Log and trace events of Epsilon. Append only: a position is a definition's number. */
export const epsilonLogEvents = {
	'pipeline.epsilon.errors.log.escalation_changed': {
		type: 'LOG',
		severity: 'WARN',
		description: 'The escalation level changed.',
		dimensions: ['pipeline.from', 'pipeline.to', 'pipeline.error_rate', 'pipeline.threshold'],
	},
	'pipeline.epsilon.connection.log.circuit_opened': {
		type: 'LOG',
		severity: 'ERROR',
		description: 'A circuit opened.',
		dimensions: ['pipeline.circuit_id', 'pipeline.previous_state', 'pipeline.new_state', 'pipeline.impact_level'],
	},
	'pipeline.epsilon.connection.log.circuit_half_opened': {
		type: 'LOG',
		severity: 'INFO',
		description: 'A circuit lets one call through.',
		dimensions: ['pipeline.circuit_id', 'pipeline.previous_state', 'pipeline.new_state', 'pipeline.open_duration_ms'],
	},
	'pipeline.epsilon.connection.log.circuit_closed': {
		type: 'LOG',
		severity: 'INFO',
		description: 'A circuit closed.',
		dimensions: ['pipeline.circuit_id', 'pipeline.previous_state', 'pipeline.new_state', 'pipeline.open_duration_ms'],
	},
	'pipeline.epsilon.warmup.log.started': {
		type: 'LOG',
		severity: 'INFO',
		description: 'The cache is being filled.',
		dimensions: ['pipeline.cache.namespace'],
	},
} as const satisfies Readonly<Record<string, EventEntry>>;

/** One log event for each error code, named after the component that its category belongs to. */
export const epsilonErrorEvents = errorLogEvents('epsilon', epsilonErrors, {
	CACHE_MISS: 'cache',
	STALE_DATA: 'cache',
	CORRUPTION: 'cache',
	DISTRIBUTED_SYNC: 'replication',
	CAPACITY: 'tier',
	POOL_EXHAUSTION: 'connection',
});
