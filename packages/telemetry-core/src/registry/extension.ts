import { globalCell } from '../runtime/global-slot.ts';
import { BUILT_IN_TABLES } from './built-in.ts';
import { attribute as commonAttribute, spanEvent as commonSpanEvent } from './common/index.ts';
import {
	defineAttributes,
	defineErrors,
	defineEvents,
	defineMetrics,
	defineSpanEvents,
	defineSpans,
	FIRST_EXTENSION_BASE,
} from './define.ts';
import type { AttributeEntry, ErrorEntry, EventEntry, MetricEntry, SpanEntry, SpanEventEntry } from './entries.ts';
import { ExtensionError } from './extension-error.ts';
import { lintRegistry, type RegistryTables, type TablesByModule } from './lint.ts';
import { value } from './values.ts';

type Table<E> = Readonly<Record<string, E>>;

/** What a team's own module may say, in the same form as the tables of this package. Tables are append-only. */
export interface RegistryExtension extends RegistryTables {
	/** Name of the module: first segment of its spans, second of its metrics and events. None of this package's own. */
	readonly module: string;
}

/** A code attribute takes values of this package; other values are interned text. */
const VALUES: ReadonlySet<string> = new Set(Object.keys(value));

/** Modules that extensions defined, and their bases; shared by all copies of this package. */
const extensions = globalCell<Map<string, { readonly base: number; tables: RegistryTables }>>(
	'extensions',
	() => new Map(),
);

/** One of an extension's tables; an empty one where it has none. */
type Own<X extends RegistryExtension, K extends keyof RegistryTables, E> =
	X[K] extends Table<E> ? X[K] : Readonly<Record<never, E>>;

/**
 * Adds a team's own module to the registry, under the lint of this package's own tables, and gives its names their
 * definitions. Entries may refer to those of this package and of extensions defined before. Code attributes take values of
 * this package's table; for values of its own a team uses text that is `interned`. Defining the same extension again, from
 * another copy of this package too, gives the same definitions.
 *
 * @throws ExtensionError when the lint finds something, or when another extension of this name has other tables
 */
export function defineRegistry<const X extends RegistryExtension>(extension: X) {
	const { module, ...tables }: RegistryExtension = extension;
	check(module, tables);
	const base = baseOf(module, tables);
	const { attributes = {}, spans = {}, spanEvents = {}, metrics = {}, events = {}, errors = {} } = tables;
	return {
		/** Registry base of the definitions. */
		base,
		/** The extension's attributes and those of several modules. */
		attribute: { ...commonAttribute, ...defineAttributes(base, attributes as Own<X, 'attributes', AttributeEntry>) },
		span: defineSpans(base, spans as Own<X, 'spans', SpanEntry>),
		/** The extension's span events and those of several modules. */
		spanEvent: { ...commonSpanEvent, ...defineSpanEvents(base, spanEvents as Own<X, 'spanEvents', SpanEventEntry>) },
		metric: defineMetrics(base, metrics as Own<X, 'metrics', MetricEntry>),
		event: defineEvents(base, events as Own<X, 'events', EventEntry>),
		error: defineErrors(base, errors as Own<X, 'errors', ErrorEntry>),
	};
}

/** Tables of the extensions defined so far in this process, by module. */
export function extensionTables(): TablesByModule {
	return Object.fromEntries([...extensions].map(([module, { tables }]) => [module, tables]));
}

function check(module: string, tables: RegistryTables): void {
	if (Object.hasOwn(BUILT_IN_TABLES, module) || module === 'recovery') {
		throw new ExtensionError(
			'EXTENSION_MODULE_TAKEN',
			`"${module}" is a name of telemetry-core: choose another module name`,
		);
	}
	const others = Object.fromEntries(Object.entries(extensionTables()).filter(([name]) => name !== module));
	const findings = lintRegistry({ [module]: tables }, { context: { ...BUILT_IN_TABLES, ...others }, values: VALUES });
	if (findings.length === 0) return;
	const lines = findings.map(({ rule, name, message }) => `  ${name}: ${message} (${rule})`);
	throw new ExtensionError(
		'EXTENSION_INVALID',
		`The registry extension "${module}" is wrong:\n${lines.join('\n')}`,
		findings,
	);
}

const KINDS = ['attributes', 'spans', 'spanEvents', 'metrics', 'events', 'errors'] as const;

/** The base given to the module before, or the next one. The longer of two tables is kept. */
function baseOf(module: string, tables: RegistryTables): number {
	const known = extensions.get(module);
	if (known === undefined) {
		const base = FIRST_EXTENSION_BASE + extensions.size;
		extensions.set(module, { base, tables });
		return base;
	}
	const merged: Record<string, object> = {};
	for (const kind of KINDS) {
		const before = Object.keys(known.tables[kind] ?? {});
		const now = Object.keys(tables[kind] ?? {});
		const common = Math.min(before.length, now.length);
		if (before.slice(0, common).join() !== now.slice(0, common).join()) {
			const message = `Another extension "${module}" of this process has other ${kind}: tables only grow at their end`;
			throw new ExtensionError('EXTENSION_CONFLICT', message);
		}
		merged[kind] = (now.length > before.length ? tables[kind] : known.tables[kind]) ?? {};
	}
	known.tables = merged as RegistryTables;
	return known.base;
}
