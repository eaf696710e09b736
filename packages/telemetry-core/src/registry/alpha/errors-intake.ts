import { connectionErrors } from '../common/errors.ts';
import type { ErrorEntry } from '../entries.ts';

/** The first part of Alpha's error codes. */
export const alphaIntakeErrors = {
	...connectionErrors,
	PARSE_001_INVALID_JSON: {
		category: 'PARSE',
		severity: 'ERROR',
		recoverability: 'PERMANENT',
		scope: 'RECORD',
		description: 'Parse: invalid json.',
		queue: 'PARSE',
	},
	PARSE_002_INVALID_CSV: {
		category: 'PARSE',
		severity: 'ERROR',
		recoverability: 'PERMANENT',
		scope: 'RECORD',
		description: 'Parse: invalid csv.',
		queue: 'PARSE',
	},
	PARSE_003_INVALID_XML: {
		category: 'PARSE',
		severity: 'ERROR',
		recoverability: 'PERMANENT',
		scope: 'RECORD',
		description: 'Parse: invalid xml.',
		queue: 'PARSE',
	},
	PARSE_004_ENCODING: {
		category: 'PARSE',
		severity: 'ERROR',
		recoverability: 'PERMANENT',
		scope: 'RECORD',
		description: 'Parse: encoding.',
		queue: 'PARSE',
	},
	PARSE_005_TRUNCATED: {
		category: 'PARSE',
		severity: 'ERROR',
		recoverability: 'PERMANENT',
		scope: 'RECORD',
		description: 'Parse: truncated.',
		queue: 'PARSE',
	},
	PARSE_006_TOO_LARGE: {
		category: 'PARSE',
		severity: 'ERROR',
		recoverability: 'PERMANENT',
		scope: 'RECORD',
		description: 'Parse: too large.',
		queue: 'PARSE',
	},
	PARSE_007_UNEXPECTED_SCHEMA: {
		category: 'PARSE',
		severity: 'ERROR',
		recoverability: 'PERMANENT',
		scope: 'RECORD',
		description: 'Parse: unexpected schema.',
		queue: 'PARSE',
	},
	PARSE_999_UNKNOWN: {
		category: 'PARSE',
		severity: 'ERROR',
		recoverability: 'UNKNOWN',
		scope: 'RECORD',
		description: 'Parse: unknown.',
		queue: 'PARSE',
	},
} as const satisfies Readonly<Record<string, ErrorEntry>>;
