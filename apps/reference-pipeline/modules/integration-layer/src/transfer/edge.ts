import type { Edge, Module } from '@pipeline/model';

/** Modules at the two ends of an edge. */
export const EDGES: { readonly [E in Edge]: { readonly source: Module; readonly target: Module } } = {
	ALPHA_BETA: { source: 'ALPHA', target: 'BETA' },
	BETA_GAMMA: { source: 'BETA', target: 'GAMMA' },
};

/** Error codes of the two ends of an edge. */
export interface TransferCodes {
	readonly ackTimeout: string;
	readonly exhausted: string;
	readonly checksum: string;
	readonly count: string;
}

/** Error codes of each edge. */
export const TRANSFER_CODES: { readonly [E in Edge]: TransferCodes } = {
	ALPHA_BETA: {
		ackTimeout: 'INT_ALPHA_001',
		exhausted: 'INT_ALPHA_002',
		checksum: 'INT_BETA_001',
		count: 'INT_BETA_002',
	},
	BETA_GAMMA: {
		ackTimeout: 'INT_BETA_004',
		exhausted: 'INT_BETA_005',
		checksum: 'INT_GAMMA_001',
		count: 'INT_GAMMA_002',
	},
};

/** The error code of a confirmation that never reached beta. */
export const CONFIRMATION_LOST = 'INT_GAMMA_003';
/** The error code of anything that nobody foresaw. */
export const UNKNOWN_FAILURE = 'INT_999_UNKNOWN';
/** The error code of work that ends because its module stops or its peer is not there. */
export const UNAVAILABLE = 'INT_MOD_001_UNAVAILABLE';
