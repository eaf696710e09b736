/** Types that a field value may have. */
export const FIELD_TYPES = [
	'STRING',
	'INTEGER',
	'FLOAT',
	'BOOLEAN',
	'DATETIME',
	'BINARY',
	'ARRAY',
	'MAP',
	'NULL',
] as const;
