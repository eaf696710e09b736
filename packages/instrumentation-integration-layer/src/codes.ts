import type { error } from '@pipeline/telemetry-core/integration';

/** Error codes of the two ends of an edge. */
export interface EdgeCodes {
	readonly ackTimeout: keyof typeof error;
	readonly checksum: keyof typeof error;
	readonly count: keyof typeof error;
}

const CODES: Readonly<Record<string, EdgeCodes>> = {
	ALPHA_BETA: {
		ackTimeout: 'INT_ALPHA_001',
		checksum: 'INT_BETA_001',
		count: 'INT_BETA_002',
	},
	BETA_GAMMA: {
		ackTimeout: 'INT_BETA_004',
		checksum: 'INT_GAMMA_001',
		count: 'INT_GAMMA_002',
	},
};

const UNKNOWN: EdgeCodes = {
	ackTimeout: 'INT_999_UNKNOWN',
	checksum: 'INT_999_UNKNOWN',
	count: 'INT_999_UNKNOWN',
};

/** The codes of an edge; unknown ones where the binding does not name it. */
export function codesOf(edge: string | undefined): EdgeCodes {
	return (edge === undefined ? undefined : CODES[edge]) ?? UNKNOWN;
}
