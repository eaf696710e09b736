/** Codes of a record that cannot be brought into a target schema. */
export type MappingCode =
	| 'MAP_001_MISSING_REQUIRED'
	| 'MAP_002_TYPE_INCOMPATIBLE'
	| 'MAP_003_INVALID_CONFIG'
	| 'MAP_004_CIRCULAR_REFERENCE'
	| 'MAP_005_UNKNOWN_SCHEMA'
	| 'MAP_999_UNKNOWN';

/** Codes of a transformation rule that failed. Only the timeout may pass on another try. */
export type TransformCode =
	| 'TRX_001_COERCION'
	| 'TRX_002_NUMERIC_OVERFLOW'
	| 'TRX_003_PATTERN_MISMATCH'
	| 'TRX_004_DATE_PARSE'
	| 'TRX_005_LOOKUP_MISS'
	| 'TRX_006_ENCODING'
	| 'TRX_007_TIMEOUT'
	| 'TRX_008_RULE_CONFIG'
	| 'TRX_999_UNKNOWN';

/** Codes of an enrichment lookup that gave no value. */
export type EnrichmentCode =
	| 'ENR_001_NETWORK'
	| 'ENR_002_SOURCE_TIMEOUT'
	| 'ENR_003_AUTH'
	| 'ENR_004_RATE_LIMITED'
	| 'ENR_005_MALFORMED_RESPONSE'
	| 'ENR_006_KEY_NOT_FOUND'
	| 'ENR_007_CIRCUIT_OPEN'
	| 'ENR_999_UNKNOWN';

/** Codes of the quality check. */
export type QualityCode = 'QUAL_001_BELOW_WARN' | 'QUAL_002_BELOW_ERROR' | 'QUAL_003_SCORING_FAILED';
