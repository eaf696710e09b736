import type { Edge, Module } from '@pipeline/model';

/** Modules at the two ends of an edge. */
export const EDGES: { readonly [E in Edge]: { readonly source: Module; readonly target: Module } } = {
	ALPHA_BETA: { source: 'ALPHA', target: 'BETA' },
	BETA_GAMMA: { source: 'BETA', target: 'GAMMA' },
};

/** Error codes of each edge. */
export const TRANSFER_CODES: {
	readonly [E in Edge]: { readonly ackTimeout: string; readonly exhausted: string; readonly checksum: string; readonly count: string };
} = {
	ALPHA_BETA: { ackTimeout: 'INT_ALPHA_001', exhausted: 'INT_ALPHA_002', checksum: 'INT_BETA_001', count: 'INT_BETA_002' },
	BETA_GAMMA: { ackTimeout: 'INT_BETA_004', exhausted: 'INT_ALPHA_002', checksum: 'INT_GAMMA_001', count: 'INT_GAMMA_002' },
};
