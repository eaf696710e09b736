import type { AttributeEntry, ErrorEntry, EventEntry, MetricEntry, SpanEntry, SpanEventEntry } from './entries.ts';

type Table<E> = Readonly<Record<string, E>>;

/** What a module, a team's own module or all modules together may say. */
export interface RegistryTables {
	readonly attributes?: Table<AttributeEntry>;
	readonly spans?: Table<SpanEntry>;
	readonly spanEvents?: Table<SpanEventEntry>;
	readonly metrics?: Table<MetricEntry>;
	readonly events?: Table<EventEntry>;
	readonly errors?: Table<ErrorEntry>;
}

/** Module -> its tables. `common` holds what belongs to no module. */
export type TablesByModule = Readonly<Record<string, RegistryTables>>;

/** One thing that is wrong with an entry. */
export interface LintFinding {
	/** The rule that was broken, e.g. `metric-unit`. */
	readonly rule: string;
	/** Name of the entry. */
	readonly name: string;
	/** What is wrong and what to do about it. */
	readonly message: string;
}

export type Report = (rule: string, name: string, message: string) => void;

/** Everything that entries may refer to. */
export interface KnownEntries {
	readonly attributes: ReadonlyMap<string, AttributeEntry>;
	readonly spans: ReadonlyMap<string, SpanEntry>;
	readonly spanEvents: ReadonlyMap<string, SpanEventEntry>;
	readonly events: ReadonlyMap<string, EventEntry>;
}

function merged<E>(modules: readonly RegistryTables[], tableOf: (tables: RegistryTables) => Table<E> | undefined) {
	return new Map(modules.flatMap((tables) => Object.entries(tableOf(tables) ?? {})));
}

/** The entries of all modules, by kind. */
export function knownEntries(...groups: readonly TablesByModule[]): KnownEntries {
	const modules = groups.flatMap((group) => Object.values(group));
	return {
		attributes: merged(modules, ({ attributes }) => attributes),
		spans: merged(modules, ({ spans }) => spans),
		spanEvents: merged(modules, ({ spanEvents }) => spanEvents),
		events: merged(modules, ({ events }) => events),
	};
}
