import type { FailureSeverity, FieldType, FieldValue } from '@pipeline/model';

/** Fields of the record under validation; rules that fill in or coerce write into it. */
export type Draft = Record<string, FieldValue>;

interface RuleBase {
	/** @default ERROR */
	readonly severity?: FailureSeverity;
	/** Weight in the quality score. @default 1 */
	readonly weight?: number;
	readonly name?: string;
}

export type Comparison = 'LT' | 'LE' | 'EQ' | 'NE' | 'GE' | 'GT';

/** A rule as configuration, by its id. */
export type RuleConfig = RuleBase &
	(
		| { readonly id: 'VR01'; readonly requiredFields: readonly string[]; readonly allowEmptyString?: boolean }
		| { readonly id: 'VR02'; readonly fieldTypes: Readonly<Record<string, FieldType>>; readonly strictMode?: boolean }
		| {
				readonly id: 'VR03';
				readonly fieldConstraints: Readonly<
					Record<string, { readonly minLength?: number; readonly maxLength?: number }>
				>;
				readonly countBytes?: boolean;
		  }
		| {
				readonly id: 'VR04';
				readonly fieldConstraints: Readonly<Record<string, { readonly min?: number; readonly max?: number }>>;
				readonly inclusiveBounds?: boolean;
		  }
		| {
				readonly id: 'VR05';
				readonly fieldPatterns: Readonly<Record<string, string>>;
				readonly caseSensitive?: boolean;
		  }
		| {
				readonly id: 'VR06';
				readonly fieldEnums: Readonly<Record<string, readonly string[]>>;
				readonly caseSensitive?: boolean;
		  }
		| {
				readonly id: 'VR07';
				readonly fieldConstraints: Readonly<Record<string, { readonly min?: string; readonly max?: string }>>;
		  }
		| {
				readonly id: 'VR08';
				readonly consistencyRules: readonly {
					readonly left: string;
					readonly operator: Comparison;
					readonly right: string;
				}[];
		  }
		| {
				readonly id: 'VR09';
				readonly uniqueFields: readonly (readonly string[])[];
				readonly scope?: 'BATCH' | 'WINDOW' | 'GLOBAL';
				readonly windowMs?: number;
				readonly maxKeys?: number;
		  }
		| {
				readonly id: 'VR10';
				readonly references: Readonly<
					Record<string, { readonly lookupSource: string; readonly onMissing?: 'REJECT' | 'WARN' }>
				>;
		  }
		| { readonly id: 'VR11'; readonly fieldPolicies: Readonly<Record<string, string>>; readonly defaultPolicy?: string }
		| {
				readonly id: 'VR12';
				readonly checksumField: string;
				readonly checksumAlgorithm?: 'CRC32' | 'MD5' | 'SHA256';
				readonly checksumScope: readonly string[];
		  }
	);

export type RuleId = RuleConfig['id'];

/** One thing a rule found wrong. */
export interface Finding {
	readonly field: string | null;
	readonly expected: string;
	readonly actual: string;
	readonly severity?: FailureSeverity;
}

/** A rule ready to run. Undefined: it does not apply to this record. */
export type Check = (fields: Draft, batchId: string) => readonly Finding[] | undefined;

export const RULES: Readonly<
	Record<RuleId, { readonly name: string; readonly group: number; readonly category: string; readonly code: string }>
> = {
	VR01: { name: 'Required field presence', group: 1, category: 'STRUCTURAL', code: 'VAL_002_REQUIRED_MISSING' },
	VR11: { name: 'Null policy', group: 1, category: 'STRUCTURAL', code: 'VAL_011_NULL' },
	VR02: { name: 'Type conformance', group: 2, category: 'TYPE', code: 'VAL_001_TYPE_MISMATCH' },
	VR03: { name: 'String length bounds', group: 3, category: 'FORMAT', code: 'VAL_003_LENGTH' },
	VR05: { name: 'Pattern', group: 3, category: 'FORMAT', code: 'VAL_005_PATTERN' },
	VR06: { name: 'Enumeration membership', group: 3, category: 'FORMAT', code: 'VAL_006_ENUM' },
	VR04: { name: 'Numeric range', group: 4, category: 'RANGE', code: 'VAL_004_RANGE' },
	VR07: { name: 'Date and time range', group: 4, category: 'RANGE', code: 'VAL_007_DATETIME_RANGE' },
	VR08: { name: 'Cross-field consistency', group: 5, category: 'BUSINESS', code: 'VAL_008_CROSS_FIELD' },
	VR10: { name: 'Referential integrity', group: 5, category: 'REFERENTIAL', code: 'VAL_010_REFERENCE' },
	VR09: { name: 'Uniqueness', group: 6, category: 'BUSINESS', code: 'VAL_009_DUPLICATE' },
	VR12: { name: 'Checksum', group: 6, category: 'INTEGRITY', code: 'VAL_012_CHECKSUM' },
};
