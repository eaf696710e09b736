import type { AttributeEntry } from '../entries.ts';

/** Attributes of Telemetry alone. Append only: a position is a definition's number. */
export const telemetryAttributes = {
	'pipeline.attribute': { type: 'text', description: 'Attribute.', interned: true, cap: 40 },
	'pipeline.domain': { type: 'text', description: 'Domain.', cap: 80 },
	'pipeline.filters': { type: 'text', description: 'Filters.' },
	'pipeline.indicator': { type: 'text', description: 'Indicator.', interned: true, cap: 40 },
	'pipeline.labels': { type: 'list', description: 'Labels.' },
	'pipeline.not_after': { type: 'text', description: 'Not after.' },
	'pipeline.period': { type: 'text', description: 'Period.' },
	'pipeline.query_type': { type: 'text', description: 'Query type.', cap: 80 },
	'pipeline.range': { type: 'text', description: 'Range.', cap: 80 },
	'pipeline.recipient': { type: 'text', description: 'Recipient.', protect: 'hash' },
	'pipeline.redaction_rule': { type: 'text', description: 'Redaction rule.', interned: true, cap: 30 },
	'pipeline.report_id': { type: 'text', description: 'Report id.' },
	'pipeline.requester': { type: 'text', description: 'Requester.', protect: 'hash' },
	'pipeline.requirement_id': { type: 'text', description: 'Requirement id.', interned: true, cap: 80 },
	'pipeline.root': { type: 'text', description: 'Root.' },
	'pipeline.segment': { type: 'text', description: 'Segment.' },
	'pipeline.signal': { type: 'text', description: 'Signal.', interned: true, cap: 6 },
	'pipeline.store': { type: 'text', description: 'Store.', interned: true, cap: 7 },
	'pipeline.subject_ref': { type: 'text', description: 'Subject ref.' },
} as const satisfies Readonly<Record<string, AttributeEntry>>;
