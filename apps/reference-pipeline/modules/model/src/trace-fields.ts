import type { TraceFields } from './shapes/blocks.ts';

/** Properties that observers add to items. Never part of a checksum, never rendered. */
export const ADDED_FIELDS: readonly (keyof TraceFields)[] = [
	'traceId',
	'spanId',
	'parentSpanId',
	'traceFlags',
	'traceState',
	'baggage',
];

/** The trace position an item came with, to spread into an item made from it. Empty when it came with none. */
export function traceFieldsOf(item: Readonly<TraceFields>): TraceFields {
	if (item.traceId === undefined && item.baggage === undefined) return NONE;
	const fields: Record<string, unknown> = {};
	for (const name of ADDED_FIELDS) {
		if (item[name] !== undefined) fields[name] = item[name];
	}
	return fields;
}

const NONE: TraceFields = Object.freeze({});
