import type { AttributeEntry } from '../entries.ts';

/** Attributes of Integration alone. Append only: a position is a definition's number. */
export const integrationAttributes = {
	'pipeline.ack.status': { type: 'text', description: 'Status.' },
	'pipeline.action_required': { type: 'text', description: 'Action required.', cap: 80 },
	'pipeline.boundary': { type: 'text', description: 'Boundary.', cap: 80 },
	'pipeline.check': { type: 'text', description: 'Check.', cap: 80 },
	'pipeline.check_type': { type: 'text', description: 'Check type.', cap: 80 },
	'pipeline.dlq': { type: 'number', description: 'Dlq.' },
	'pipeline.downtime_ms': { type: 'number', description: 'Downtime ms.' },
	'pipeline.duplicate': { type: 'boolean', description: 'Duplicate.' },
	'pipeline.error_id': { type: 'text', description: 'Error id.' },
	'pipeline.failed': { type: 'number', description: 'Failed.' },
	'pipeline.indicator_type': { type: 'text', description: 'Indicator type.', cap: 80 },
	'pipeline.message_id': { type: 'text', description: 'Message id.' },
	'pipeline.processing_duration_ms': { type: 'number', description: 'Processing duration ms.' },
	'pipeline.records_accepted': { type: 'number', description: 'Records accepted.' },
	'pipeline.records_rejected': { type: 'number', description: 'Records rejected.' },
	'pipeline.replay_count': { type: 'number', description: 'Replay count.' },
	'pipeline.result': { type: 'text', description: 'Result.', cap: 80 },
	'pipeline.signal_type': { type: 'text', description: 'Signal type.', cap: 80 },
	'pipeline.upstream_error_count': { type: 'number', description: 'Upstream error count.' },
} as const satisfies Readonly<Record<string, AttributeEntry>>;
