import type { AttributeEntry } from '../entries.ts';

/** Attributes of Integration alone. Append only: a position is a definition's number. */
export const integrationAttributes = {
	'pipeline.ack.status': {
		type: 'code',
		description: 'Status.',
		values: ['RECEIVED', 'PROCESSED', 'REJECTED', 'VERDICT'],
	},
	'pipeline.action_required': {
		type: 'code',
		description: 'Action required.',
		values: ['NONE', 'THROTTLE', 'HALT', 'INVESTIGATE'],
		cap: 80,
	},
	'pipeline.boundary': {
		type: 'code',
		description: 'Boundary.',
		values: ['PARSE', 'VALIDATE', 'ALPHA_BETA', 'BETA_GAMMA', 'DELIVERY', 'ACK', 'REPLAY'],
		cap: 80,
	},
	'pipeline.check': { type: 'code', description: 'Check.', values: ['CHECKSUM', 'COUNT', 'DUPLICATE'], cap: 80 },
	'pipeline.check_type': {
		type: 'code',
		description: 'Check type.',
		values: ['LIVENESS', 'READINESS', 'DETAILED'],
		cap: 80,
	},
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
	'pipeline.signal_type': { type: 'code', description: 'Signal type.', values: ['ACTIVATE', 'DEACTIVATE'], cap: 80 },
	'pipeline.upstream_error_count': { type: 'number', description: 'Upstream error count.' },
} as const satisfies Readonly<Record<string, AttributeEntry>>;
