import { isDeepStrictEqual } from 'node:util';
import type { Profile, RuleDeclaration, TargetSchema } from './profile-schema.ts';

/** What changed in a target schema. Versions are `undefined` where the schema did not or does not exist. */
export interface SchemaChange {
	readonly profileId: string;
	readonly schemaId: string;
	readonly previousVersion: number | undefined;
	readonly version: number | undefined;
	readonly addedFields: readonly string[];
	readonly removedFields: readonly string[];
	/** Fields whose declaration differs. */
	readonly changedFields: readonly string[];
}

/** Changes of fields and versions, one entry per target schema that differs. */
export function schemaChanges(before: Profile, after: Profile): SchemaChange[] {
	const ids = [...new Set([...before.targetSchemas, ...after.targetSchemas].map(({ schemaId }) => schemaId))];
	return ids.flatMap((schemaId) => {
		const [old, now] = [before, after].map(({ targetSchemas }) => targetSchemas.find((t) => t.schemaId === schemaId));
		if (old?.version === now?.version && isDeepStrictEqual(old?.fields, now?.fields)) return [];
		const { profileId } = after;
		return [{ profileId, schemaId, previousVersion: old?.version, version: now?.version, ...fieldChanges(old, now) }];
	});
}

function fieldChanges(old: TargetSchema | undefined, now: TargetSchema | undefined) {
	const [before, after] = [old?.fields ?? {}, now?.fields ?? {}];
	return {
		addedFields: Object.keys(after).filter((name) => !Object.hasOwn(before, name)),
		removedFields: Object.keys(before).filter((name) => !Object.hasOwn(after, name)),
		changedFields: Object.keys(after).filter(
			(name) => Object.hasOwn(before, name) && !isDeepStrictEqual(before[name], after[name]),
		),
	};
}

/** Rules that were added, removed or changed, as `schema/rule`. */
export function changedRules(before: Profile | undefined, after: Profile): string[] {
	const old = rulesOf(before);
	const now = rulesOf(after);
	const names = [...new Set([...old.keys(), ...now.keys()])];
	return names.filter((name) => !isDeepStrictEqual(old.get(name), now.get(name)));
}

function rulesOf(profile: Profile | undefined): Map<string, RuleDeclaration[]> {
	const rules = new Map<string, RuleDeclaration[]>();
	for (const schema of profile?.targetSchemas ?? []) {
		for (const rule of [...schema.rules, ...Object.values(schema.ruleSets).flat()]) {
			const name = `${schema.schemaId}/${rule.id ?? rule.type}`;
			rules.set(name, [...(rules.get(name) ?? []), rule]);
		}
	}
	return rules;
}
