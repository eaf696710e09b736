import { type Fields, floatValue, integerValue, seededRuntime, stringValue } from '@pipeline/model';
import { describe, expect, it } from 'vitest';
import { TransformEngine } from '../src/index.ts';
import { intermediate, profileOf, type ScopeOptions, scopeOf } from './support.ts';

export type Rule = { type: `TR${string}`; config: unknown; onError?: unknown };

/** Runs both passes of rules on a record. */
export function run(rules: readonly Rule[], fields: Fields, options: ScopeOptions & { ruleSets?: object } = {}) {
	const { ruleSets, ...scopeOptions } = options;
	const profile = profileOf({ rules: rules as never, ...(ruleSets && { ruleSets: ruleSets as never }) });
	const scope = scopeOf(profile, scopeOptions);
	const engine = new TransformEngine(seededRuntime(1, 'test'));
	const first = engine.apply(intermediate(fields), 1, scope);
	if (first.error) return { fields: first.intermediate.currentFields, error: first.error, flags: [], applied: [] };
	const second = engine.apply(first.intermediate, 2, scope);
	const { currentFields, appliedRules } = second.intermediate;
	return { fields: currentFields, error: second.error, flags: [...scope.flags], applied: appliedRules };
}

export const s = stringValue;
export const i = (value: number | bigint) => integerValue(BigInt(value));
export const f = floatValue;

type Case = readonly [name: string, config: unknown, before: Fields, after: Fields];
type Failing = readonly [name: string, config: unknown, before: Fields, code: string];

/** Pins what a rule makes of records, and how it fails. */
export function table(type: Rule['type'], cases: readonly Case[], failing: readonly Failing[] = []): void {
	describe(type, () => {
		it.each(cases)('%s', (_, config, before, after) => {
			const result = run([{ type, config }], before);
			expect({ fields: result.fields, error: result.error }).toEqual({ fields: after, error: undefined });
		});
		it.each(failing)('%s', (_, config, before, code) => {
			const { error } = run([{ type, config }], before);
			expect(error?.errorCode).toBe(code);
		});
	});
}
