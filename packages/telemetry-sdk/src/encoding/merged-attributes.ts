import type { AttributeValue } from '@pipeline/telemetry-core';
import { type ErrorDef, failureAttributes } from '@pipeline/telemetry-core';
import { lookUpError } from '@pipeline/telemetry-core/registry';
import { kindOf } from '../recorder/entries.ts';
import * as Kind from '../recorder/kind.ts';
import { DEFINITION_MASK } from '../recorder/layout.ts';
import type { ReceiptContext } from '../recorder/receipts.ts';
import type { Redaction } from '../redaction/redaction.ts';
import type { AttributeFacts } from './attribute-facts.ts';
import * as AttributeFlag from './attribute-flag.ts';
import { isAttribute } from './attribute-writer.ts';
import type { JournalOutline } from './journal-outline.ts';
import { readValue, setValue } from './journal-values.ts';

type Attributes = Map<string, AttributeValue>;

/**
 * Attributes by key, where several entries (or an entry and what every span carries) say the same one: the last value counts, at the first
 * one's place. A few microseconds; few spans need it.
 */
export class MergedAttributes {
	readonly #facts: AttributeFacts;
	readonly #outline: JournalOutline;
	readonly #redaction: Redaction | undefined;

	constructor(facts: AttributeFacts, outline: JournalOutline, redaction: Redaction | undefined) {
		this.#facts = facts;
		this.#outline = outline;
		this.#redaction = redaction;
	}

	/** Adds what is true of the whole record. */
	addRecord(into: Attributes, context: ReceiptContext): void {
		for (const index of this.#facts.recordIndexes) {
			const entry = this.#outline.record[index] ?? 0;
			if (entry > 0) this.#add(into, entry, index, context);
		}
	}

	/** Adds what is said about a stage or event. */
	addOwner(into: Attributes, owner: number, context: ReceiptContext): void {
		const { words, at, first, next, more } = this.#outline;
		for (let entry = first[owner]!; entry > 0; entry = next[entry]!) {
			const word = words[at + entry]!;
			if (isAttribute(kindOf(word))) this.#add(into, entry, more[entry]!, context);
			else if (kindOf(word) === Kind.FAILURE) addFailure(into, word & DEFINITION_MASK);
		}
	}

	#add(into: Attributes, entry: number, index: number, context: ReceiptContext): void {
		const { words, at } = this.#outline;
		const flag = this.#facts.flags[index]!;
		const key = this.#facts.names[index]!;
		const value = readValue(words, at + entry, (flag & AttributeFlag.BOOLEAN) !== 0, context);
		if (value === undefined) return;
		const shown = typeof value === 'string' ? String(this.#redaction?.attribute(key, value) ?? value) : value;
		setValue(into, key, shown, (flag & AttributeFlag.LIST) !== 0);
	}
}

function addFailure(into: Attributes, definition: number): void {
	const named = lookUpError(definition as ErrorDef);
	if (named === undefined) return;
	for (const [key, value] of Object.entries(failureAttributes(named))) into.set(key, value);
}
