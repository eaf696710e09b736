import '@pipeline/telemetry-core/alpha';
import '@pipeline/telemetry-core/beta';
import '@pipeline/telemetry-core/gamma';
import type { AttributeDef, ErrorDef, SpanDef, SpanEventDef } from '@pipeline/telemetry-core';
import {
	type AttributeEntry,
	lookUpAttribute,
	lookUpError,
	lookUpSpan,
	lookUpSpanEvent,
	type Named,
	TABLE_SIZE,
} from '@pipeline/telemetry-core/registry';

const BASES = [0, 1, 2, 3];

/** Every definition of the common, alpha, beta and gamma tables that `lookUp` knows. */
function all<D extends number, E>(lookUp: (definition: D) => E | undefined): readonly D[] {
	const numbers = BASES.flatMap((base) => Array.from({ length: 1_024 }, (_, at) => base * TABLE_SIZE + at));
	return (numbers as D[]).filter((definition) => lookUp(definition) !== undefined);
}

export const SPANS = all<SpanDef, unknown>(lookUpSpan);
export const EVENTS = all<SpanEventDef, unknown>(lookUpSpanEvent);
export const ERRORS = all<ErrorDef, unknown>(lookUpError);
export const ATTRIBUTES = all<AttributeDef, unknown>(lookUpAttribute);

/** Attributes of one type. */
export const attributesOf = (type: AttributeEntry['type']): readonly AttributeDef[] =>
	ATTRIBUTES.filter((definition) => (lookUpAttribute(definition) as Named<AttributeEntry>).entry.type === type);
