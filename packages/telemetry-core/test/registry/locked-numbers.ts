import { BUILT_IN_TABLES } from '../../src/registry/built-in.ts';
import {
	BASES,
	lookUpAttribute,
	lookUpError,
	lookUpEvent,
	lookUpMetric,
	lookUpSpan,
	lookUpSpanEvent,
	TABLE_SIZE,
} from '../../src/registry/define.ts';
import { value } from '../../src/registry/values.ts';

/** Module (or `value`) -> kind -> name -> number. */
export type LockedNumbers = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, number>>>>>>;

const KINDS = {
	attributes: lookUpAttribute,
	spans: lookUpSpan,
	spanEvents: lookUpSpanEvent,
	metrics: lookUpMetric,
	events: lookUpEvent,
	errors: lookUpError,
} as const;

type LookUp = (definition: number) => { readonly name: string } | undefined;

/** Numbers that the loaded registry really gives: a name counts where looking its number up leads back to it. */
export function registryNumbers(): LockedNumbers {
	const modules = Object.entries(BUILT_IN_TABLES).map(([module, tables]) => {
		const base = BASES[module as keyof typeof BASES] * TABLE_SIZE;
		const kinds = Object.entries(KINDS).map(([kind, lookUp]) => {
			const names = Object.keys(tables[kind as keyof typeof KINDS] ?? {});
			const numbered = names.map((name, position) => [name, base + position] as const);
			return [kind, Object.fromEntries(numbered.filter(([name, n]) => (lookUp as LookUp)(n)?.name === name))];
		});
		return [module, Object.fromEntries(kinds)];
	});
	return { ...Object.fromEntries(modules), values: { all: value } };
}

/** Locked names that have gone or have another number now. */
export function movedNames(locked: LockedNumbers, current: LockedNumbers): readonly string[] {
	return Object.entries(locked).flatMap(([module, kinds]) =>
		Object.entries(kinds).flatMap(([kind, names]) =>
			Object.entries(names)
				.filter(([name, number]) => current[module]?.[kind]?.[name] !== number)
				.map(([name]) => `${module} ${kind} ${name}`),
		),
	);
}
