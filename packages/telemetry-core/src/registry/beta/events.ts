import type { EventEntry } from '../entries.ts';
import { errorLogEvents } from '../error-log-events.ts';
import { betaErrors } from './errors.ts';

/** Log and trace events of Beta. Append only: a position is a definition's number. */
export const betaLogEvents = {
	'pipeline.beta.trace.trace.completed': {
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
	'pipeline.beta.trace.trace.amended': {
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
	'pipeline.beta.errors.log.escalation_changed': {
		type: 'LOG',
		severity: 'WARN',
		description: 'The escalation level changed.',
		dimensions: ['pipeline.from', 'pipeline.to', 'pipeline.error_rate', 'pipeline.threshold'],
	},
	'pipeline.beta.enrichment.log.circuit_opened': {
		type: 'LOG',
		severity: 'ERROR',
		description: 'A circuit opened.',
		dimensions: ['pipeline.circuit_id', 'pipeline.previous_state', 'pipeline.new_state', 'pipeline.impact_level'],
	},
	'pipeline.beta.enrichment.log.circuit_half_opened': {
		type: 'LOG',
		severity: 'INFO',
		description: 'A circuit lets one call through.',
		dimensions: ['pipeline.circuit_id', 'pipeline.previous_state', 'pipeline.new_state', 'pipeline.open_duration_ms'],
	},
	'pipeline.beta.enrichment.log.circuit_closed': {
		type: 'LOG',
		severity: 'INFO',
		description: 'A circuit closed.',
		dimensions: ['pipeline.circuit_id', 'pipeline.previous_state', 'pipeline.new_state', 'pipeline.open_duration_ms'],
	},
	'pipeline.beta.intake.log.batch_started': {
		type: 'LOG',
		severity: 'INFO',
		description: 'A batch is being transformed.',
		dimensions: ['pipeline.record_count'],
	},
	'pipeline.beta.config.log.changed': {
		type: 'LOG',
		severity: 'INFO',
		description: 'A parameter changed.',
		dimensions: ['pipeline.key'],
	},
} as const satisfies Readonly<Record<string, EventEntry>>;

/** One log event for each error code, named after the component that its category belongs to. */
export const betaErrorEvents = errorLogEvents('beta', betaErrors, {
	MAPPING: 'mapping',
	TRANSFORMATION: 'transform',
	ENRICHMENT: 'enrichment',
	QUALITY: 'quality',
	RESOURCE_EXHAUSTION: 'resource',
});
