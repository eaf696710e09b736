import type { SpanEventEntry } from '../entries.ts';

/** Span events of Beta alone. Append only: a position is a definition's number. */
export const betaSpanEvents = {
	'mapping.default_applied': { description: 'A default filled a missing field.', attributes: ['pipeline.field_name'] },
	'field.transformed': {
		description: 'A sensitive field was changed.',
		attributes: ['pipeline.rule_id', 'pipeline.field_name', 'pipeline.before', 'pipeline.after'],
		audit: [
			{
				event: 'pipeline.beta.transform.audit.field_transformed',
				when: 'always',
				details: {
					'pipeline.rule_id': 'pipeline.rule_id',
					'pipeline.field_name': 'pipeline.field_name',
					'pipeline.before': 'pipeline.before',
					'pipeline.after': 'pipeline.after',
				},
			},
		],
	},
	'enrichment.retry': {
		description: 'The lookup is tried again.',
		attributes: ['pipeline.attempt_number', 'pipeline.delay_ms', 'pipeline.error_code'],
	},
	'quality.threshold_violated': {
		description: 'The quality is below a threshold.',
		attributes: ['pipeline.score', 'pipeline.threshold', 'pipeline.level'],
	},
} as const satisfies Readonly<Record<string, SpanEventEntry>>;
