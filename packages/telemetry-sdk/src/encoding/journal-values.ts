import { type AttributeValue, textOf, type ValueDef } from '@pipeline/telemetry-core';
import { readDouble } from '../recorder/doubles.ts';
import { kindOf } from '../recorder/entries.ts';
import * as Kind from '../recorder/kind.ts';
import type { ReceiptContext } from '../recorder/receipts.ts';
import { readText } from '../recorder/text.ts';

/** The value of an attribute entry; undefined for one that the registry's value table does not have. */
export function readValue(
	words: Int32Array,
	at: number,
	isBoolean: boolean,
	context: ReceiptContext,
): string | number | boolean | undefined {
	switch (kindOf(words[at]!)) {
		case Kind.INTEGER:
			return isBoolean ? words[at + 2] !== 0 : words[at + 2];
		case Kind.NUMBER:
			return isBoolean ? readDouble(words, at + 2) !== 0 : readDouble(words, at + 2);
		case Kind.CODE:
			return textOf(words[at + 2]! as ValueDef);
		case Kind.NAME:
			return context.nameOf(words[at + 2]!);
		default:
			return readText(words, at);
	}
}

/** One more value of an attribute: a list grows, everything else is replaced. The lists in `into` are its own. */
export function setValue(
	into: Map<string, AttributeValue>,
	key: string,
	value: string | number | boolean,
	isList: boolean,
): void {
	const list = into.get(key);
	if (!isList || typeof value !== 'string') into.set(key, value);
	else if (Array.isArray(list)) list.push(value);
	else into.set(key, [value]);
}
