import type { SpanEventEntry } from '../entries.ts';

/** Span events of several modules. Append only: a position is a definition's number. */
export const commonSpanEvents = {
	'record.received': { description: 'The record reached the module.', attributes: [] },
	'record.terminal': { description: "The record's way ends here.", attributes: ['pipeline.outcome', 'pipeline.queue'] },
	'record.split': {
		description: 'One record became several: told by it, with their number, and by each of them, with what it came of.',
		attributes: ['pipeline.count', 'pipeline.parent_ids', 'pipeline.relation'],
		audit: [
			{
				event: 'pipeline.alpha.parser.audit.record_split',
				when: 'always',
				// Of those that came to be alone: a step leads to them.
				where: { 'pipeline.relation': ['split'] },
				details: {
					'pipeline.lineage_id': 'pipeline.lineage_id',
					'pipeline.parent_ids': 'pipeline.parent_ids',
					'pipeline.count': 'pipeline.count',
					'pipeline.relation': 'pipeline.relation',
				},
			},
		],
	},
	'record.merged': {
		description: 'Several records became one.',
		attributes: ['pipeline.parent_ids', 'pipeline.merge.count', 'pipeline.relation'],
		audit: [
			{
				event: 'pipeline.beta.mapping.audit.records_merged',
				when: 'always',
				details: {
					'pipeline.lineage_id': 'pipeline.lineage_id',
					'pipeline.parent_ids': 'pipeline.parent_ids',
					'pipeline.relation': 'pipeline.relation',
				},
			},
		],
	},
	'fallback.applied': {
		description: 'A value was filled in another way.',
		attributes: ['pipeline.action', 'pipeline.rule_id', 'pipeline.enrichment_source'],
	},
	'handoff.retry': {
		description: 'The hand-over is tried again.',
		attributes: ['pipeline.attempt_number', 'pipeline.delay_ms', 'pipeline.error_code'],
	},
	'circuit.opened': {
		description: 'A circuit opened.',
		attributes: ['pipeline.circuit_id', 'pipeline.failure_count', 'pipeline.next_attempt'],
	},
	'circuit.half_opened': {
		description: 'A circuit lets one call through.',
		attributes: ['pipeline.circuit_id', 'pipeline.failure_count', 'pipeline.next_attempt'],
	},
	'circuit.closed': {
		description: 'A circuit closed.',
		attributes: ['pipeline.circuit_id', 'pipeline.failure_count', 'pipeline.next_attempt'],
	},
	'circuit.rejected': {
		description: 'An open circuit refused a call.',
		attributes: ['pipeline.circuit_id', 'pipeline.failure_count', 'pipeline.next_attempt'],
	},
	'backpressure.activated': {
		description: 'The buffer is nearly full.',
		attributes: [
			'pipeline.utilization',
			'pipeline.queue_depth',
			'pipeline.duration_ms',
			'pipeline.recommended_delay_ms',
		],
	},
	'backpressure.deactivated': {
		description: 'The buffer has room again.',
		attributes: [
			'pipeline.utilization',
			'pipeline.queue_depth',
			'pipeline.duration_ms',
			'pipeline.recommended_delay_ms',
		],
	},
	'backpressure.signalled': {
		description: 'The sender was asked to slow down.',
		attributes: [
			'pipeline.utilization',
			'pipeline.queue_depth',
			'pipeline.duration_ms',
			'pipeline.recommended_delay_ms',
		],
	},
	exception: {
		description: 'An exception was thrown.',
		attributes: ['exception.type', 'exception.message', 'exception.stacktrace'],
	},
} as const satisfies Readonly<Record<string, SpanEventEntry>>;
