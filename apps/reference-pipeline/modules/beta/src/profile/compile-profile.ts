import { checksumOf } from '@pipeline/model';
import * as v from 'valibot';
import type { ErrorPolicy } from '../config/config.ts';
import { compileMappings } from '../mapping/mapping-plan.ts';
import { compileRules } from './compile-rules.ts';
import type { CompiledProfile, CompiledTarget } from './compiled.ts';
import { configError } from './config-issue.ts';
import { type FieldDeclaration, type Profile, profileSchema, type TargetSchema } from './profile-schema.ts';

/** The profile that copies every field as it is, into one target schema. */
export const STANDARD_PROFILE = {
	profileId: 'standard',
	version: 1,
	author: 'system',
	targetSchemas: [{ schemaId: 'standard', passUnmapped: true }],
} as const;

/**
 * Checks a profile (the parsed JSON of its file) and prepares it for records.
 * @param defaultPolicy error policy of rules that declare none
 * @throws ConfigError naming the place in the profile and what is allowed there
 */
export function compileProfile(given: unknown, defaultPolicy: ErrorPolicy = 'FAIL'): CompiledProfile {
	const parsed = v.safeParse(profileSchema, given);
	if (!parsed.success) throw configError('profile', parsed.issues[0]);
	const profile = parsed.output;
	const targets = profile.targetSchemas.map((target) => compileTarget(profile, target, defaultPolicy));
	return {
		profile,
		checksum: checksumOf(profile),
		targets: new Map(targets.map((target) => [target.schemaId, target])),
	};
}

function compileTarget(profile: Profile, target: TargetSchema, defaultPolicy: ErrorPolicy): CompiledTarget {
	const place = `profile.${profile.profileId}.${target.schemaId}`;
	const rules = compileRules(target, defaultPolicy, place);
	return {
		schemaId: target.schemaId,
		declaration: target,
		required: Object.entries(target.fields).flatMap(([name, field]) => (field.required ? [name] : [])),
		patterns: new Map(Object.entries(target.fields).flatMap(([name, field]) => patternOf(name, field))),
		mappings: compileMappings(target, place),
		...rules,
	};
}

function patternOf(name: string, { pattern }: FieldDeclaration): [string, RegExp][] {
	return pattern === undefined ? [] : [[name, new RegExp(`^(?:${pattern})$`, 'u')]];
}
