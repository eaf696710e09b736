import type * as v from 'valibot';
import { aggregation, aggregationConfig } from './aggregation.ts';
import { caseConfig, changeCase } from './case.ts';
import { coercion, coercionConfig } from './coercion.ts';
import { composite, compositeConfig } from './composite.ts';
import { conditionalConfig } from './conditional.ts';
import { dateFormatConfig, dateFormatting } from './date-format.ts';
import { enrichmentConfig } from './enrichment-mapping.ts';
import { extraction, extractionConfig } from './extraction.ts';
import { hash, hashConfig } from './hash.ts';
import { lookup, lookupConfig } from './lookup.ts';
import { nullHandling, nullHandlingConfig } from './null-handling.ts';
import { rename, renameConfig } from './rename.ts';
import { rounding, roundingConfig } from './rounding.ts';
import { sequence, sequenceConfig } from './sequence.ts';
import type { Step } from './step.ts';
import { timezoneConfig, timezoneConversion } from './timezone.ts';
import { trimPad, trimPadConfig } from './trim-pad.ts';
import { validation, validationConfig } from './validation.ts';

/** Kinds of rules. */
export type RuleCategory =
	| 'schema'
	| 'string'
	| 'numeric'
	| 'temporal'
	| 'composite'
	| 'lookup'
	| 'validation'
	| 'conditional'
	| 'generation';

/** When the rules of a type run: before enrichment, as enrichment, or after it. */
export type RulePhase = 'PASS_1' | 'ENRICHMENT' | 'PASS_2';

/** One type of rule: where it runs and how its config becomes steps. */
export interface RuleDefinition {
	readonly operation: string;
	readonly category: RuleCategory;
	readonly phase: RulePhase;
	/** Rules of a pass run in rising order, those of equal order as the profile lists them. */
	readonly order: number;
	readonly config: v.GenericSchema<unknown, unknown>;
	/** Absent for the two types that the engine runs itself: conditionals and enrichment. */
	readonly compile?: (config: never) => Step[];
}

const rule = <Schema extends v.GenericSchema>(
	operation: string,
	category: RuleCategory,
	[phase, order]: readonly [RulePhase, number],
	config: Schema,
	compile?: (config: v.InferOutput<Schema>) => Step[],
): RuleDefinition => ({ operation, category, phase, order, config, ...(compile && { compile }) });

/** All rule types. */
export const ruleCatalogue = {
	TR01: rule('RENAME', 'schema', ['PASS_1', 1], renameConfig, rename),
	TR02: rule('COERCE', 'schema', ['PASS_1', 1.1], coercionConfig, coercion),
	TR03: rule('CASE', 'string', ['PASS_1', 2], caseConfig, changeCase),
	TR04: rule('TRIM_PAD', 'string', ['PASS_1', 2], trimPadConfig, trimPad),
	TR05: rule('EXTRACT', 'string', ['PASS_1', 2], extractionConfig, extraction),
	TR06: rule('COMPOSE', 'composite', ['PASS_1', 5], compositeConfig, composite),
	TR07: rule('ROUND', 'numeric', ['PASS_1', 3], roundingConfig, rounding),
	TR08: rule('NORMALISE_DATE', 'temporal', ['PASS_1', 4], dateFormatConfig, dateFormatting),
	TR09: rule('CONVERT_TIMEZONE', 'temporal', ['PASS_1', 4], timezoneConfig, timezoneConversion),
	TR10: rule('LOOKUP', 'lookup', ['PASS_1', 6], lookupConfig, lookup),
	// After type coercion, which may not turn null into a value, and before every rule that reads one.
	TR11: rule('HANDLE_NULL', 'schema', ['PASS_1', 1.2], nullHandlingConfig, nullHandling),
	TR12: rule('AGGREGATE', 'numeric', ['PASS_1', 3], aggregationConfig, aggregation),
	TR13: rule('CONDITIONAL', 'conditional', ['PASS_2', 8], conditionalConfig),
	TR14: rule('VALIDATE', 'validation', ['PASS_2', 7], validationConfig, validation),
	TR15: rule('ENRICH', 'lookup', ['ENRICHMENT', 6], enrichmentConfig),
	TR16: rule('HASH', 'generation', ['PASS_2', 9], hashConfig, hash),
	TR17: rule('SEQUENCE', 'generation', ['PASS_2', 9], sequenceConfig, sequence),
} as const satisfies Record<string, RuleDefinition>;

/** Id of a rule type, `TR01` to `TR17`. */
export type RuleType = keyof typeof ruleCatalogue;
