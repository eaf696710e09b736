import type { EventEntry } from '../entries.ts';

/** Audit events of Epsilon. Append only: a position is a definition's number. */
export const epsilonAuditEvents = {
	'pipeline.epsilon.cache.audit.entry_accessed': {
		type: 'AUDIT',
		severity: 'INFO',
		description: 'A cache entry of an audited namespace was used.',
		category: 'ACCESS',
		action: 'READ',
		resourceType: 'CACHE_ENTRY',
		dimensions: ['pipeline.key_hash', 'pipeline.caller', 'pipeline.status'],
		requirements: ['3.1', '6.3'],
	},
	'pipeline.epsilon.invalidation.audit.entries_invalidated': {
		type: 'AUDIT',
		severity: 'INFO',
		description: 'Cache entries were made invalid.',
		category: 'DATA',
		action: 'DELETE',
		resourceType: 'CACHE_NAMESPACE',
		dimensions: ['pipeline.reason', 'pipeline.source', 'pipeline.count', 'pipeline.tiers'],
		requirements: ['8.9'],
	},
	'pipeline.epsilon.policy.audit.retention_overridden': {
		type: 'AUDIT',
		severity: 'INFO',
		description: 'A retention was overridden for compliance.',
		category: 'CONFIGURATION',
		action: 'UPDATE',
		resourceType: 'CACHE_POLICY',
		dimensions: ['pipeline.policy_id', 'pipeline.previous', 'pipeline.new', 'pipeline.authority'],
		requirements: ['8.9'],
	},
	'pipeline.epsilon.cache.audit.corruption_detected': {
		type: 'AUDIT',
		severity: 'WARN',
		description: 'A cached value was damaged.',
		category: 'SECURITY',
		action: 'EXECUTE',
		resourceType: 'CACHE_ENTRY',
		dimensions: ['pipeline.tier', 'pipeline.corruption_type', 'pipeline.expected_checksum', 'pipeline.actual_checksum'],
		requirements: ['3.5'],
	},
} as const satisfies Readonly<Record<string, EventEntry>>;
