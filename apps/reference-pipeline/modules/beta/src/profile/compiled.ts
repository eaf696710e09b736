import type { FieldValue } from '@pipeline/model';
import type { ErrorPolicy } from '../config/config.ts';
import type { MappingStep } from '../mapping/mapping-plan.ts';
import type { RuleCategory, RulePhase, RuleType } from '../rules/catalogue.ts';
import type { RuleSetChoice } from '../rules/conditional.ts';
import type { EnrichmentMapping } from '../rules/enrichment-mapping.ts';
import type { Step } from '../rules/step.ts';
import type { Profile, TargetSchema } from './profile-schema.ts';

/** A rule ready to run. Exactly one of `steps`, `choices` and `enrichments` has content. */
export interface CompiledRule {
	/** The profile's id of the rule, or its type. */
	readonly ruleId: string;
	readonly type: RuleType;
	readonly operation: string;
	readonly category: RuleCategory;
	readonly phase: RulePhase;
	readonly order: number;
	readonly policy: ErrorPolicy;
	/** Value of the policy DEFAULT. */
	readonly defaultValue: FieldValue;
	readonly steps: readonly Step[];
	readonly choices: readonly RuleSetChoice[];
	readonly enrichments: readonly EnrichmentMapping[];
}

/** A target schema ready to run. */
export interface CompiledTarget {
	readonly schemaId: string;
	readonly declaration: TargetSchema;
	readonly required: readonly string[];
	readonly patterns: ReadonlyMap<string, RegExp>;
	readonly mappings: readonly MappingStep[];
	readonly pass1: readonly CompiledRule[];
	readonly enrichments: readonly CompiledRule[];
	readonly pass2: readonly CompiledRule[];
	readonly ruleSets: ReadonlyMap<string, readonly CompiledRule[]>;
}

/** A profile ready to run. */
export interface CompiledProfile {
	readonly profile: Profile;
	/** SHA-256 of the profile: equal content, equal checksum. */
	readonly checksum: string;
	/** By schema id, in the order of the profile. */
	readonly targets: ReadonlyMap<string, CompiledTarget>;
}
