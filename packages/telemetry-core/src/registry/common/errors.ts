import type { ErrorEntry } from '../entries.ts';

/** A connection to a system outside the pipeline failed. A module that has these codes spreads them; their order is part of its numbers. */
export const connectionErrors = {
	CONN_001_NETWORK: {
		category: 'CONNECTION',
		severity: 'ERROR',
		recoverability: 'TRANSIENT',
		scope: 'MODULE',
		description: 'Connection: network.',
	},
	CONN_002_DNS: {
		category: 'CONNECTION',
		severity: 'ERROR',
		recoverability: 'TRANSIENT',
		scope: 'MODULE',
		description: 'Connection: dns.',
	},
	// A source is asked again; gamma overrides it.
	CONN_003_TLS_HANDSHAKE: {
		category: 'CONNECTION',
		severity: 'ERROR',
		recoverability: 'TRANSIENT',
		scope: 'MODULE',
		description: 'Connection: tls handshake.',
	},
	CONN_004_AUTH: {
		category: 'CONNECTION',
		severity: 'ERROR',
		recoverability: 'PERMANENT',
		scope: 'MODULE',
		description: 'Connection: auth.',
	},
	CONN_005_POOL_EXHAUSTED: {
		category: 'CONNECTION',
		severity: 'ERROR',
		recoverability: 'TRANSIENT',
		scope: 'MODULE',
		description: 'Connection: pool exhausted.',
	},
	CONN_006_TIMEOUT: {
		category: 'CONNECTION',
		severity: 'ERROR',
		recoverability: 'TRANSIENT',
		scope: 'MODULE',
		description: 'Connection: timeout.',
	},
	CONN_007_SOURCE_OUTAGE: {
		category: 'CONNECTION',
		severity: 'ERROR',
		recoverability: 'TRANSIENT',
		scope: 'MODULE',
		description: 'Connection: source outage.',
	},
	CONN_999_UNKNOWN: {
		category: 'CONNECTION',
		severity: 'ERROR',
		recoverability: 'UNKNOWN',
		scope: 'MODULE',
		description: 'Connection: unknown.',
	},
} as const satisfies Readonly<Record<string, ErrorEntry>>;

/** A module ran out of something. A module that has these codes spreads them; their order is part of its numbers. */
export const resourceErrors = {
	RES_001_MEMORY: {
		category: 'RESOURCE_EXHAUSTION',
		severity: 'ERROR',
		recoverability: 'TRANSIENT',
		scope: 'MODULE',
		description: 'Resource exhaustion: memory.',
	},
	RES_002_FILE_HANDLES: {
		category: 'RESOURCE_EXHAUSTION',
		severity: 'ERROR',
		recoverability: 'TRANSIENT',
		scope: 'MODULE',
		description: 'Resource exhaustion: file handles.',
	},
	RES_003_THREADS: {
		category: 'RESOURCE_EXHAUSTION',
		severity: 'ERROR',
		recoverability: 'TRANSIENT',
		scope: 'MODULE',
		description: 'Resource exhaustion: threads.',
	},
	RES_004_DISK: {
		category: 'RESOURCE_EXHAUSTION',
		severity: 'ERROR',
		recoverability: 'TRANSIENT',
		scope: 'MODULE',
		description: 'Resource exhaustion: disk.',
	},
	RES_005_CONNECTIONS: {
		category: 'RESOURCE_EXHAUSTION',
		severity: 'ERROR',
		recoverability: 'TRANSIENT',
		scope: 'MODULE',
		description: 'Resource exhaustion: connections.',
	},
	RES_999_UNKNOWN: {
		category: 'RESOURCE_EXHAUSTION',
		severity: 'ERROR',
		recoverability: 'UNKNOWN',
		scope: 'MODULE',
		description: 'Resource exhaustion: unknown.',
	},
} as const satisfies Readonly<Record<string, ErrorEntry>>;
