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

type Tables = { [K in keyof EntryKinds]: Named<EntryKinds[K]>[][] } & {
	/** Name -> definition, by kind. */
	readonly names: { readonly [K in keyof EntryKinds]: Map<string, number> };
	/** Attributes that never leave by spans or metrics. */
	readonly auditOnly: Set<string>;
};

/** Loaded tables of every copy of this package in the process, by kind, base and position. */
const tables: Tables = globalCell<Tables>('tables', () => ({
	attribute: [],
	span: [],
	spanEvent: [],
	metric: [],
	event: [],
	error: [],
	names: {
		attribute: new Map(),
		span: new Map(),
		spanEvent: new Map(),
		metric: new Map(),
		event: new Map(),
		error: new Map(),
	},
	auditOnly: new Set(),
}));

/** Loads one table and gives its names their integers. Loading the same table again is harmless. */
function define<K extends keyof EntryKinds, T extends Readonly<Record<string, EntryKinds[K]>>, D>(
	kind: K,
	base: number,
	table: T,
): { readonly [N in keyof T]: D } {
	const names = Object.keys(table);
	const loaded = tables[kind] as Named<EntryKinds[K]>[][];
	// A longer table of another version already knows these names under the same integers.
	if ((loaded[base]?.length ?? 0) < names.length) {
		loaded[base] = names.map((name) => ({ name, entry: table[name] as EntryKinds[K] }));
	}
	const definitions: Record<string, number> = {};
	names.forEach((name, position) => {
		definitions[name] = base * TABLE_SIZE + position;
		tables.names[kind].set(name, base * TABLE_SIZE + position);
	});
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
	for (const [name, entry] of Object.entries(table)) if (entry.auditOnly) tables.auditOnly.add(name);
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

const UNKNOWN_BASE: readonly never[] = [];

function lookUp<E>(table: readonly (readonly Named<E>[])[], definition: number): Named<E> | undefined {
	return (table[Math.floor(definition / TABLE_SIZE)] ?? UNKNOWN_BASE)[definition % TABLE_SIZE];
}

/** Name and entry behind a definition; undefined when its table is not loaded in this process. */
export const lookUpAttribute = (definition: AttributeDef) => lookUp(tables.attribute, definition);
export const lookUpSpan = (definition: SpanDef) => lookUp(tables.span, definition);
export const lookUpSpanEvent = (definition: SpanEventDef) => lookUp(tables.spanEvent, definition);
export const lookUpMetric = (definition: MetricDef) => lookUp(tables.metric, definition);
export const lookUpEvent = (definition: EventDef) => lookUp(tables.event, definition);
export const lookUpError = (definition: ErrorDef) => lookUp(tables.error, definition);

const definitionNamed = (kind: keyof EntryKinds, name: string): number | undefined => tables.names[kind].get(name);

/** The definition of a name; undefined when its table is not loaded in this process. */
export const attributeNamed = (name: string) => definitionNamed('attribute', name) as AttributeDef | undefined;
export const spanNamed = (name: string) => definitionNamed('span', name) as SpanDef | undefined;
export const spanEventNamed = (name: string) => definitionNamed('spanEvent', name) as SpanEventDef | undefined;
export const metricNamed = (name: string) => definitionNamed('metric', name) as MetricDef | undefined;
export const eventNamed = (name: string) => definitionNamed('event', name) as EventDef | undefined;
export const errorNamed = (name: string) => definitionNamed('error', name) as ErrorDef | undefined;

/** Keys of the attributes that only audit may show. */
export const auditOnlyKeys = (): ReadonlySet<string> => tables.auditOnly;
