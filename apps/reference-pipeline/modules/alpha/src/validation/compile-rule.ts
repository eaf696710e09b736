import { ConfigError, type Runtime } from '@pipeline/model';
import { enums, lengths, nullPolicy, numericRange, patterns, required, types } from './field-checks.ts';
import { boundOf, checksum, crossField, datetimeRange, references, unique } from './record-checks.ts';
import type { ReferenceLookup } from './reference-lookup.ts';
import { type Check, RULES, type RuleConfig } from './rule.ts';

/** A rule of a rule set, ready to run. */
export interface CompiledRule {
	readonly config: RuleConfig;
	readonly name: string;
	readonly group: number;
	readonly category: string;
	readonly code: string;
	readonly weight: number;
	readonly check: Check;
}

/** @throws ConfigError naming the rule and what is wrong with it */
export function compileRule(config: RuleConfig, runtime: Runtime, lookup: ReferenceLookup): CompiledRule {
	const facts = RULES[config.id];
	if (facts === undefined) throw new ConfigError('alpha.rules.id', Object.keys(RULES).join(', '), config.id);
	return {
		config,
		...facts,
		name: config.name ?? facts.name,
		weight: config.weight ?? 1,
		check: checkOf(config, runtime, lookup),
	};
}

function checkOf(config: RuleConfig, runtime: Runtime, lookup: ReferenceLookup): Check {
	switch (config.id) {
		case 'VR01':
			return required(config);
		case 'VR02':
			return types(config);
		case 'VR03':
			return lengths(config);
		case 'VR04':
			return numericRange(config);
		case 'VR05':
			return patterns(config);
		case 'VR06':
			return enums(config);
		case 'VR07':
			for (const { min, max } of Object.values(config.fieldConstraints))
				for (const bound of [min, max]) if (bound !== undefined) boundOf(bound, runtime);
			return datetimeRange(config, runtime);
		case 'VR08':
			return crossField(config);
		case 'VR09':
			return unique(config);
		case 'VR10':
			for (const { lookupSource } of Object.values(config.references))
				lookup.has(lookupSource) || lookup.lookup({ source: lookupSource, key: '' });
			return references(config, lookup);
		case 'VR11':
			return nullPolicy(config);
		case 'VR12':
			return checksum(config);
	}
}
