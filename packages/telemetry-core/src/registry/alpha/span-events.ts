import type { SpanEventEntry } from '../entries.ts';

/** Span events of Alpha alone. Append only: a position is a definition's number. */
export const alphaSpanEvents = {
	'record.handed_off': { description: 'The next module has the record.', attributes: [] },
	'parse.warning': { description: 'The parser accepted something unusual.', attributes: ['pipeline.warning'] },
	'validation.warning': {
		description: 'A rule of severity WARNING failed.',
		attributes: [
			'pipeline.rule_id',
			'pipeline.error_code',
			'pipeline.field_name',
			'pipeline.severity',
			'pipeline.expected',
			'pipeline.actual',
			'pipeline.disposition',
		],
		audit: [
			{
				event: 'pipeline.alpha.validation.audit.validation_failed',
				when: 'always',
				outcome: 'FAILURE',
				details: {
					'pipeline.rule_id': 'pipeline.rule_id',
					'pipeline.field_name': 'pipeline.field_name',
					'pipeline.expected': 'pipeline.expected',
					'pipeline.actual': 'pipeline.actual',
					'pipeline.severity': 'pipeline.severity',
					'pipeline.disposition': 'pipeline.disposition',
				},
			},
		],
	},
	'validation.failure': {
		description: 'A rule failed.',
		attributes: [
			'pipeline.rule_id',
			'pipeline.error_code',
			'pipeline.field_name',
			'pipeline.severity',
			'pipeline.expected',
			'pipeline.actual',
			'pipeline.disposition',
		],
		audit: [
			{
				event: 'pipeline.alpha.validation.audit.validation_failed',
				when: 'always',
				outcome: 'FAILURE',
				details: {
					'pipeline.rule_id': 'pipeline.rule_id',
					'pipeline.field_name': 'pipeline.field_name',
					'pipeline.expected': 'pipeline.expected',
					'pipeline.actual': 'pipeline.actual',
					'pipeline.severity': 'pipeline.severity',
					'pipeline.disposition': 'pipeline.disposition',
				},
			},
		],
	},
	'quality.scored': { description: 'The quality was computed.', attributes: ['pipeline.score'] },
	'connection.retry': {
		description: 'Connecting is tried again.',
		attributes: ['pipeline.attempt_number', 'pipeline.delay_ms', 'pipeline.error_code'],
	},
	'rate_limit.wait': { description: 'The source asked for a pause.', attributes: ['pipeline.delay_ms'] },
} as const satisfies Readonly<Record<string, SpanEventEntry>>;
