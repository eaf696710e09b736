import { ConfigError, fromPlain } from '@pipeline/model';
import * as v from 'valibot';
import type { ErrorPolicy } from '../config/config.ts';
import { type RuleDefinition, ruleCatalogue } from '../rules/catalogue.ts';
import { conditional, type conditionalConfig } from '../rules/conditional.ts';
import type { enrichmentConfig } from '../rules/enrichment-mapping.ts';
import type { CompiledRule, CompiledTarget } from './compiled.ts';
import { configError } from './config-issue.ts';
import type { RuleDeclaration, TargetSchema } from './profile-schema.ts';

type RulesOfTarget = Pick<CompiledTarget, 'pass1' | 'enrichments' | 'pass2' | 'ruleSets'>;

/** Prepares the rules of a target schema, sorted by phase and order. @throws ConfigError */
export function compileRules(target: TargetSchema, defaultPolicy: ErrorPolicy, place: string): RulesOfTarget {
	const compile = (at: string) => (rule: RuleDeclaration, index: number) =>
		compileRule(rule, defaultPolicy, `${place}.${at}.${index}`);
	const rules = target.rules.map(compile('rules')).sort((a, b) => a.order - b.order);
	const ruleSets = new Map(
		Object.entries(target.ruleSets).map(([name, set]) => [name, set.map(compile(`ruleSets.${name}`))]),
	);
	checkRuleSets(target, place);
	return {
		pass1: rules.filter((rule) => rule.phase === 'PASS_1'),
		enrichments: rules.filter((rule) => rule.phase === 'ENRICHMENT'),
		pass2: rules.filter((rule) => rule.phase === 'PASS_2'),
		ruleSets,
	};
}

function compileRule(rule: RuleDeclaration, defaultPolicy: ErrorPolicy, place: string): CompiledRule {
	const definition: RuleDefinition = ruleCatalogue[rule.type];
	const parsed = v.safeParse(definition.config, rule.config);
	if (!parsed.success) throw configError(`${place}.config`, parsed.issues[0]);
	const { policy, default: given } = rule.onError ?? { policy: defaultPolicy, default: undefined };
	if (rule.onError?.policy === 'DEFAULT' && given === undefined) {
		throw new ConfigError(`${place}.onError.default`, 'a value, which the policy DEFAULT needs');
	}
	return {
		ruleId: rule.id ?? rule.type,
		type: rule.type,
		operation: definition.operation,
		category: definition.category,
		phase: definition.phase,
		order: definition.order,
		policy,
		defaultValue: fromPlain(given ?? null),
		steps: definition.compile?.(parsed.output as never) ?? [],
		choices: rule.type === 'TR13' ? conditional(parsed.output as v.InferOutput<typeof conditionalConfig>) : [],
		enrichments:
			rule.type === 'TR15' ? (parsed.output as v.InferOutput<typeof enrichmentConfig>).enrichmentMappings : [],
	};
}

function checkRuleSets(target: TargetSchema, place: string): void {
	for (const name of namesIn(target.rules)) follow(target, name, [], place);
	for (const name of Object.keys(target.ruleSets)) follow(target, name, [], place);
}

function follow(target: TargetSchema, name: string, path: readonly string[], place: string): void {
	const set = target.ruleSets[name];
	if (set === undefined)
		throw new ConfigError(`${place}.ruleSets.${name}`, 'a rule set, because a conditional names it');
	if (path.includes(name))
		throw new ConfigError(`${place}.ruleSets.${name}`, `no circle (${[...path, name].join(' > ')})`);
	if (set.some((rule) => rule.type === 'TR15'))
		throw new ConfigError(`${place}.ruleSets.${name}`, 'no enrichment rule');
	for (const next of namesIn(set)) follow(target, next, [...path, name], place);
}

function namesIn(rules: readonly RuleDeclaration[]): string[] {
	return rules
		.filter((rule) => rule.type === 'TR13')
		.flatMap((rule) => (rule.config as v.InferInput<typeof conditionalConfig>).conditionals)
		.flatMap((choice) => (choice.else === undefined ? [choice.then] : [choice.then, choice.else]));
}
