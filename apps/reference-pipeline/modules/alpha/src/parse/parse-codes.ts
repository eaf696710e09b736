export const PARSE_CODES = [
	'PARSE_001_INVALID_JSON',
	'PARSE_002_INVALID_CSV',
	'PARSE_003_INVALID_XML',
	'PARSE_004_ENCODING',
	'PARSE_005_TRUNCATED',
	'PARSE_006_TOO_LARGE',
	'PARSE_007_UNEXPECTED_SCHEMA',
	'PARSE_999_UNKNOWN',
] as const;

export type ParseCode = (typeof PARSE_CODES)[number];

/** Something in a file or record that cannot be read. */
export class SourceFault extends Error {
	readonly code: ParseCode;
	/** `line:column`, an index, or a byte offset. */
	readonly location: string;
	readonly expected: string;

	constructor(code: ParseCode, location: string, expected: string) {
		super(`${code} at ${location}: expected ${expected}`);
		this.name = 'SourceFault';
		this.code = code;
		this.location = location;
		this.expected = expected;
	}
}
