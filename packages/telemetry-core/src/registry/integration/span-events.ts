import type { SpanEventEntry } from '../entries.ts';

/** Span events of Integration alone. Append only: a position is a definition's number. */
export const integrationSpanEvents = {
	'transfer.retry': {
		description: 'The batch is sent again.',
		attributes: ['pipeline.attempt_number', 'pipeline.delay_ms', 'pipeline.error_code'],
	},
	'transfer.ack': { description: 'An acknowledgment came.', attributes: ['pipeline.ack.status'] },
	'integrity.failed': { description: 'The batch is not what was sent.', attributes: ['pipeline.check'] },
} as const satisfies Readonly<Record<string, SpanEventEntry>>;
