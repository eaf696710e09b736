import { globalCell } from '../runtime/global-slot.ts';
import type {
	AttributeDef,
	CodeDef,
	ErrorDef,
	EventDef,
	MetricDef,
	NumberDef,
	SpanDef,
	SpanEventDef,
	TextDef,
} from './definitions.ts';
import type { AttributeEntry, ErrorEntry, EventEntry, MetricEntry, SpanEntry, SpanEventEntry } from './entries.ts';

/** Entries per module and kind; a definition is `base * TABLE_SIZE + position`. */
export const TABLE_SIZE = 4096;

/** Base of each module's definitions. Append only. 0 = shared by all; bases from 32 on belong to extensions. */
export const BASES = {
	common: 0,
	alpha: 1,
	beta: 2,
	gamma: 3,
	epsilon: 4,
	phi: 5,
	integration: 6,
	telemetry: 7,
} as const;

export const FIRST_EXTENSION_BASE = 32;

export interface Named<E> {
	readonly name: string;
	readonly entry: E;
}

export interface EntryKinds {
	readonly attribute: AttributeEntry;
	readonly span: SpanEntry;
	readonly spanEvent: SpanEventEntry;
	readonly metric: MetricEntry;
	readonly event: EventEntry;
	readonly error: ErrorEntry;
}

/** A table as it was loaded. Its rows are made when the first is looked up: most processes load more than they say. */
interface Loaded<E> {
	readonly names: readonly string[];
	readonly entries: Readonly<Record<string, E>>;
	rows?: readonly Named<E>[];
}

type Tables = { [K in keyof EntryKinds]: Loaded<EntryKinds[K]>[] } & {
	/** Tables loaded so far. What is derived from all of them is made again when there are more. */
	loads: number;
	/** Name -> definition, by kind. */
	readonly names: Partial<Record<keyof EntryKinds, Derived<ReadonlyMap<string, number>>>>;
	/** Attributes that never leave by spans or metrics. */
	auditOnly?: Derived<ReadonlySet<string>>;
};

interface Derived<T> {
	readonly loads: number;
	readonly value: T;
}

/** Loaded tables of every copy of this package in the process, by kind and base. */
const tables: Tables = globalCell<Tables>('tables', () => ({
	attribute: [],
	span: [],
	spanEvent: [],
	metric: [],
	event: [],
	error: [],
	loads: 0,
	names: {},
}));

/** Loads one table and gives its names their integers. Loading the same table again is harmless. */
function define<K extends keyof EntryKinds, T extends Readonly<Record<string, EntryKinds[K]>>, D>(
	kind: K,
	base: number,
	table: T,
): { readonly [N in keyof T]: D } {
	const names = Object.keys(table);
	const loaded = tables[kind] as Loaded<EntryKinds[K]>[];
	// A longer table of another version already knows these names under the same integers.
	if ((loaded[base]?.names.length ?? 0) < names.length) {
		loaded[base] = { names, entries: table };
		tables.loads++;
	}
	const definitions: Record<string, number> = {};
	for (let position = 0; position < names.length; position++)
		definitions[names[position] as string] = base * TABLE_SIZE + position;
	return definitions as { readonly [N in keyof T]: D };
}

export type AttributeDefinitions<T extends Readonly<Record<string, AttributeEntry>>> = {
	readonly [N in keyof T]: T[N]['type'] extends 'number' | 'boolean'
		? NumberDef
		: T[N]['type'] extends 'code'
			? CodeDef
			: TextDef;
};

export function defineAttributes<const T extends Readonly<Record<string, AttributeEntry>>>(base: number, table: T) {
	return define<'attribute', T, AttributeDef>('attribute', base, table) as unknown as AttributeDefinitions<T>;
}

export function defineSpans<const T extends Readonly<Record<string, SpanEntry>>>(base: number, table: T) {
	return define<'span', T, SpanDef>('span', base, table);
}

export function defineSpanEvents<const T extends Readonly<Record<string, SpanEventEntry>>>(base: number, table: T) {
	return define<'spanEvent', T, SpanEventDef>('spanEvent', base, table);
}

export function defineMetrics<const T extends Readonly<Record<string, MetricEntry>>>(base: number, table: T) {
	return define<'metric', T, MetricDef>('metric', base, table);
}

export function defineEvents<const T extends Readonly<Record<string, EventEntry>>>(base: number, table: T) {
	return define<'event', T, EventDef>('event', base, table);
}

export function defineErrors<const T extends Readonly<Record<string, ErrorEntry>>>(base: number, table: T) {
	return define<'error', T, ErrorDef>('error', base, table);
}

function lookUp<E>(loaded: readonly Loaded<E>[], definition: number): Named<E> | undefined {
	const table = loaded[Math.floor(definition / TABLE_SIZE)];
	if (table === undefined) return undefined;
	table.rows ??= table.names.map((name) => ({ name, entry: table.entries[name] as E }));
	return table.rows[definition % TABLE_SIZE];
}

/** Name and entry behind a definition; undefined when its table is not loaded in this process. */
export const lookUpAttribute = (definition: AttributeDef) => lookUp(tables.attribute, definition);
export const lookUpSpan = (definition: SpanDef) => lookUp(tables.span, definition);
export const lookUpSpanEvent = (definition: SpanEventDef) => lookUp(tables.spanEvent, definition);
export const lookUpMetric = (definition: MetricDef) => lookUp(tables.metric, definition);
export const lookUpEvent = (definition: EventDef) => lookUp(tables.event, definition);
export const lookUpError = (definition: ErrorDef) => lookUp(tables.error, definition);

function definitionNamed(kind: keyof EntryKinds, name: string): number | undefined {
	if (tables.names[kind]?.loads !== tables.loads)
		tables.names[kind] = { loads: tables.loads, value: definitionsOf(kind) };
	return tables.names[kind]?.value.get(name);
}

function definitionsOf(kind: keyof EntryKinds): ReadonlyMap<string, number> {
	const definitions = new Map<string, number>();
	// Bases may have gaps: extensions begin far above.
	tables[kind].forEach(({ names }, base) => {
		for (const [position, name] of names.entries()) definitions.set(name, base * TABLE_SIZE + position);
	});
	return definitions;
}

/** The definition of a name; undefined when its table is not loaded in this process. */
export const attributeNamed = (name: string) => definitionNamed('attribute', name) as AttributeDef | undefined;
export const spanNamed = (name: string) => definitionNamed('span', name) as SpanDef | undefined;
export const spanEventNamed = (name: string) => definitionNamed('spanEvent', name) as SpanEventDef | undefined;
export const metricNamed = (name: string) => definitionNamed('metric', name) as MetricDef | undefined;
export const eventNamed = (name: string) => definitionNamed('event', name) as EventDef | undefined;
export const errorNamed = (name: string) => definitionNamed('error', name) as ErrorDef | undefined;

/** Keys of the attributes that only audit may show. */
export function auditOnlyKeys(): ReadonlySet<string> {
	if (tables.auditOnly?.loads !== tables.loads) tables.auditOnly = { loads: tables.loads, value: hiddenKeys() };
	return tables.auditOnly.value;
}

function hiddenKeys(): ReadonlySet<string> {
	const keys = tables.attribute.flatMap(({ names, entries }) => names.filter((name) => entries[name]?.auditOnly));
	return new Set(keys);
}
