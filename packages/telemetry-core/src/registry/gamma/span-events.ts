import type { SpanEventEntry } from '../entries.ts';

/** Span events of Gamma alone. Append only: a position is a definition's number. */
export const gammaSpanEvents = {
	'delivery.retry_scheduled': {
		description: 'Another attempt will be made.',
		attributes: ['pipeline.attempt_number', 'pipeline.delay_ms', 'pipeline.error_code'],
	},
	'delivery.rate_limited': { description: 'The destination asked for a pause.', attributes: ['pipeline.delay_ms'] },
	'ack.timeout': {
		description: 'No acknowledgment came in time.',
		attributes: ['pipeline.action', 'pipeline.waited_ms', 'pipeline.disposition', 'pipeline.destination_id'],
		audit: [
			{
				event: 'pipeline.gamma.ack.audit.ack_timed_out',
				when: 'always',
				outcome: 'FAILURE',
				details: {
					'pipeline.destination_id': 'pipeline.destination_id',
					'pipeline.action': 'pipeline.action',
					'pipeline.disposition': 'pipeline.disposition',
				},
			},
		],
	},
	'ack.polled': {
		description: 'The destination was asked for the state of a delivery.',
		attributes: ['pipeline.action', 'pipeline.waited_ms'],
	},
	'routing.blocked': {
		description: 'A destination may not have this record.',
		attributes: ['pipeline.destination_id', 'pipeline.classification', 'pipeline.max_classification'],
		audit: [
			{
				event: 'pipeline.gamma.routing.audit.delivery_blocked',
				when: 'always',
				outcome: 'FAILURE',
				details: {
					'pipeline.destination_id': 'pipeline.destination_id',
					'pipeline.classification': 'pipeline.classification',
					'pipeline.max_classification': 'pipeline.max_classification',
				},
				resource: 'pipeline.destination_id',
			},
		],
	},
} as const satisfies Readonly<Record<string, SpanEventEntry>>;
