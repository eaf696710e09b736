import type { EventEntry } from '../entries.ts';
import { errorLogEvents } from '../error-log-events.ts';
import { alphaErrors } from './errors.ts';

/** Log and trace events of Alpha. Append only: a position is a definition's number. */
export const alphaLogEvents = {
	'pipeline.alpha.trace.trace.completed': {
		type: 'TRACE',
		severity: 'INFO',
		description: "A record's way is over.",
		dimensions: [
			'pipeline.trace.outcome',
			'pipeline.trace.started_at',
			'pipeline.trace.completed_at',
			'pipeline.trace.duration_ms',
			'pipeline.target_schema',
		],
	},
	'pipeline.alpha.trace.trace.amended': {
		type: 'TRACE',
		severity: 'INFO',
		description: 'Something happened to a record after its way was over.',
		dimensions: [
			'pipeline.trace.outcome',
			'pipeline.trace.started_at',
			'pipeline.trace.completed_at',
			'pipeline.trace.duration_ms',
			'pipeline.target_schema',
		],
	},
	'pipeline.alpha.errors.log.escalation_changed': {
		type: 'LOG',
		severity: 'WARN',
		description: 'The escalation level changed.',
		dimensions: ['pipeline.from', 'pipeline.to', 'pipeline.error_rate', 'pipeline.threshold'],
	},
	'pipeline.alpha.connection.log.circuit_opened': {
		type: 'LOG',
		severity: 'ERROR',
		description: 'A circuit opened.',
		dimensions: ['pipeline.circuit_id', 'pipeline.previous_state', 'pipeline.new_state', 'pipeline.impact_level'],
	},
	'pipeline.alpha.connection.log.circuit_half_opened': {
		type: 'LOG',
		severity: 'INFO',
		description: 'A circuit lets one call through.',
		dimensions: ['pipeline.circuit_id', 'pipeline.previous_state', 'pipeline.new_state', 'pipeline.open_duration_ms'],
	},
	'pipeline.alpha.connection.log.circuit_closed': {
		type: 'LOG',
		severity: 'INFO',
		description: 'A circuit closed.',
		dimensions: ['pipeline.circuit_id', 'pipeline.previous_state', 'pipeline.new_state', 'pipeline.open_duration_ms'],
	},
	'pipeline.alpha.buffer.log.backpressure_warning': {
		type: 'LOG',
		severity: 'WARN',
		description: 'The buffer is close to its high watermark.',
		dimensions: ['pipeline.queue_depth', 'pipeline.queue_capacity', 'pipeline.utilization'],
	},
	'pipeline.alpha.buffer.log.backpressure_activated': {
		type: 'LOG',
		severity: 'WARN',
		description: 'Fetching pauses.',
		dimensions: ['pipeline.queue_depth', 'pipeline.queue_capacity', 'pipeline.utilization'],
	},
	'pipeline.alpha.buffer.log.backpressure_deactivated': {
		type: 'LOG',
		severity: 'INFO',
		description: 'Fetching goes on.',
		dimensions: ['pipeline.queue_depth', 'pipeline.queue_capacity', 'pipeline.utilization', 'pipeline.duration_ms'],
	},
	'pipeline.alpha.adapter.log.batch_started': {
		type: 'LOG',
		severity: 'INFO',
		description: 'A round over a source began.',
		dimensions: ['pipeline.source_id'],
	},
	'pipeline.alpha.config.log.changed': {
		type: 'LOG',
		severity: 'INFO',
		description: 'A parameter changed.',
		dimensions: ['pipeline.key'],
	},
} as const satisfies Readonly<Record<string, EventEntry>>;

/** One log event for each error code, named after the component that its category belongs to. */
export const alphaErrorEvents = errorLogEvents('alpha', alphaErrors, {
	CONNECTION: 'connection',
	PARSE: 'parser',
	VALIDATION: 'validation',
	BUFFER_OVERFLOW: 'buffer',
	RESOURCE_EXHAUSTION: 'resource',
});
