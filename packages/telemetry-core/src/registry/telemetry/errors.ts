import type { ErrorEntry } from '../entries.ts';

/** Error codes of Telemetry. Append only: a position is a definition's number. */
export const telemetryErrors = {
	TEL_001_EXPORT_FAILED: {
		category: 'EXPORT',
		severity: 'WARN',
		recoverability: 'TRANSIENT',
		scope: 'MODULE',
		description: 'Export: export failed.',
	},
	TEL_002_QUEUE_FULL: {
		category: 'EXPORT',
		severity: 'WARN',
		recoverability: 'TRANSIENT',
		scope: 'MODULE',
		description: 'Export: queue full.',
	},
	TEL_003_STORAGE_FULL: {
		category: 'STORAGE',
		severity: 'WARN',
		recoverability: 'TRANSIENT',
		scope: 'MODULE',
		description: 'Storage: storage full.',
	},
	TEL_004_REDACTION_FAILED: {
		category: 'REDACTION',
		severity: 'WARN',
		recoverability: 'TRANSIENT',
		scope: 'MODULE',
		description: 'Redaction: redaction failed.',
	},
	TEL_005_CONTEXT_MALFORMED: {
		category: 'REDACTION',
		severity: 'WARN',
		recoverability: 'TRANSIENT',
		scope: 'MODULE',
		description: 'Redaction: context malformed.',
	},
	TEL_999_UNKNOWN: {
		category: 'REDACTION',
		severity: 'WARN',
		recoverability: 'UNKNOWN',
		scope: 'MODULE',
		description: 'Redaction: unknown.',
	},
} as const satisfies Readonly<Record<string, ErrorEntry>>;
