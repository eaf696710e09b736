import * as v from 'valibot';
import { byField, fieldName } from './names.ts';
import type { Step } from './step.ts';

/** Config of TR01: source name to target name. */
export const renameConfig = v.strictObject({
	fieldMappings: byField(fieldName),
	preserveUnmapped: v.optional(v.boolean(), true),
});

/** Renames fields; unmapped ones are dropped when `preserveUnmapped` is false. A missing source changes nothing. */
export function rename(config: v.InferOutput<typeof renameConfig>): Step[] {
	const steps = Object.entries(config.fieldMappings).map(([source, target]) => renameStep(source, target));
	if (config.preserveUnmapped) return steps;
	const kept = new Set(Object.values(config.fieldMappings));
	return [...steps, dropStep(kept)];
}

function renameStep(source: string, target: string): Step {
	return {
		target,
		sources: [source],
		run(fields) {
			const value = fields.get(source);
			if (value === undefined || source === target) return;
			fields.remove(source);
			fields.set(target, value);
		},
	};
}

function dropStep(kept: ReadonlySet<string>): Step {
	return {
		target: '*',
		sources: [],
		run(fields) {
			for (const name of Object.keys(fields.fields)) if (!kept.has(name)) fields.remove(name);
		},
	};
}
