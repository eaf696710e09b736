import { idOf } from './decode-protobuf.ts';
import { checkJsonShape } from './json-shape.ts';
import { anyValueOf, attributesOf, booleanOf, doubleOf, integerOf, listOf, member, textOf } from './json-values.ts';
import type { OtlpBudget } from './otlp-budget.ts';
import { invalid } from './otlp-error.ts';
import { type OtlpField, type OtlpMessage, REQUESTS, RESOURCE, SCOPE } from './otlp-messages.ts';
import type { ItemsOf, OtlpGroup, OtlpSource, Signal } from './otlp-types.ts';

/** Items that are read at a time. */
const SLICE_ITEMS = 32;
const HEX = /^(?:[\da-fA-F]{2})*$/;
/** An integer that a double may not hold: it is read from the text then. */
const LONG_NUMBER = /[[,:\s]-?\d{16}/;
const MAX_INT32 = 0x7fffffff;

/**
 * Reads a request in OTLP's JSON: ids in hexadecimal, enumerations as numbers, 64-bit integers as numbers or decimal text. Members that are not
 * known are ignored. The text is parsed at once, the rest a slice at a time.
 *
 * @throws OtlpError from `next`
 * @see https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */
export function* decodeJson<S extends Signal>(
	signal: S,
	body: Uint8Array,
	budget: OtlpBudget,
): Generator<OtlpGroup<ItemsOf[S]>> {
	const { resources, scopes, items, item } = REQUESTS[signal];
	for (const ofResource of listOf(member(parse(body), resources))) {
		budget.takeSource();
		const resource = messageOf(member(ofResource, 'resource') ?? {}, RESOURCE, budget);
		const resourceSchemaUrl = textOf(member(ofResource, 'schemaUrl') ?? '');
		for (const ofScope of listOf(member(ofResource, scopes))) {
			budget.takeSource();
			const scope = messageOf(member(ofScope, 'scope') ?? {}, SCOPE, budget);
			const scopeSchemaUrl = textOf(member(ofScope, 'schemaUrl') ?? '');
			const source: OtlpSource = { resource, resourceSchemaUrl, scope, scopeSchemaUrl };
			const list = listOf(member(ofScope, items));
			for (let from = 0; from < list.length; from += SLICE_ITEMS) {
				const slice = list.slice(from, from + SLICE_ITEMS);
				for (const _ of slice) budget.takeItem();
				yield { source, items: slice.map((entry) => messageOf(entry, item as OtlpMessage<ItemsOf[S]>, budget)) };
			}
		}
	}
}

function parse(body: Uint8Array): unknown {
	checkJsonShape(body);
	try {
		const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
		return LONG_NUMBER.test(text) ? JSON.parse(text, exactNumber) : JSON.parse(text);
	} catch (error) {
		throw invalid('The request is no JSON.', error);
	}
}

/** What a double does not hold stays whole. */
function exactNumber(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
	if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
	const source = context?.source ?? '';
	return /^-?\d{1,20}$/.test(source) ? BigInt(source) : value;
}

function messageOf<Content extends object>(
	value: unknown,
	{ blank, fields }: OtlpMessage<Content>,
	budget: OtlpBudget,
): Content {
	const content = blank() as Record<string, unknown>;
	for (const field of fields) {
		const found = field === undefined ? undefined : member(value, field.name);
		if (field !== undefined && found !== undefined) content[field.name] = fieldOf(found, field, budget);
	}
	return content as Content;
}

function fieldOf(value: unknown, { kind, isList }: OtlpField, budget: OtlpBudget): unknown {
	if (!isList) return kindOf(value, kind, budget);
	return listOf(value).map((entry) => {
		budget.takeValue();
		return kindOf(entry, kind, budget);
	});
}

function kindOf(value: unknown, kind: OtlpField['kind'], budget: OtlpBudget): unknown {
	if (typeof kind !== 'string') return messageOf(value, kind, budget);
	switch (kind) {
		case 'text':
			return textOf(value);
		case 'id':
			return hexadecimalOf(value);
		case 'uint32':
		case 'fixed32':
			return Number(BigInt.asUintN(32, integerOf(value)));
		case 'int32':
		case 'sint32':
			return int32Of(value);
		case 'boolean':
			return booleanOf(value);
		case 'double':
			return doubleOf(value);
		case 'uint64':
		case 'fixed64':
			return BigInt.asUintN(64, integerOf(value));
		case 'sfixed64':
			return BigInt.asIntN(64, integerOf(value));
		case 'any':
			return anyValueOf(value, budget);
		case 'attributes':
			return attributesOf(value, budget);
	}
}

function int32Of(value: unknown): number {
	const number = Number(integerOf(value));
	if (number > MAX_INT32 || number < -MAX_INT32 - 1) throw invalid('An integer has more than 32 bits.');
	return number;
}

function hexadecimalOf(value: unknown): string {
	if (typeof value !== 'string' || !HEX.test(value)) throw invalid('An id in hexadecimal is expected.');
	return idOf(Buffer.from(value, 'hex'));
}
