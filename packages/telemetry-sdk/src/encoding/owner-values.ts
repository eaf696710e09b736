// Hot path of what is sent: the attributes of every stage that audit is about.

import { kindOf } from '../recorder/entries.ts';
import * as Kind from '../recorder/kind.ts';
import { DEFINITION_MASK } from '../recorder/layout.ts';
import { type AttributeFacts, NO_ATTRIBUTE } from './attribute-facts.ts';
import * as AttributeFlag from './attribute-flag.ts';
import { isAttribute } from './attribute-writer.ts';
import type { AuditTemplates, ErrorValues } from './audit-templates.ts';
import type { JournalOutline } from './journal-outline.ts';

/** Nothing says a value. */
export const NO_VALUE = 0;

/** Where the values of one stage or event are: what was said last counts. */
export class OwnerValues {
	/** Attributes that it has, in the order in which they came up; only the first `count` of them. */
	indexes = new Int32Array(64);
	count = 0;
	/** What it failed with. */
	error: ErrorValues | undefined;
	readonly #outline: JournalOutline;
	readonly #facts: AttributeFacts;
	readonly #templates: AuditTemplates;
	#values = new Int32Array(64);

	constructor(outline: JournalOutline, facts: AttributeFacts, templates: AuditTemplates) {
		this.#outline = outline;
		this.#facts = facts;
		this.#templates = templates;
	}

	/** The entry that has an attribute's value, or the first one of a list; negative: minus the number of a constant. */
	of(index: number): number {
		return this.#values[index] || NO_VALUE;
	}

	/** The values of nobody. */
	clear(): void {
		for (let at = 0; at < this.count; at++) this.#values[this.indexes[at]!] = NO_VALUE;
		this.count = 0;
		this.error = undefined;
	}

	/** The values of a stage or event of the outlined journal. */
	read(owner: number): void {
		this.clear();
		const { words, at, first, next, more } = this.#outline;
		for (let entry = first[owner]!; entry > 0; entry = next[entry]!) {
			const word = words[at + entry]!;
			if (isAttribute(kindOf(word))) this.#set(more[entry]!, entry);
			else if (kindOf(word) === Kind.FAILURE) this.#fail(word & DEFINITION_MASK);
		}
	}

	#fail(definition: number): void {
		const error = this.#templates.error(definition);
		if (error === undefined) return;
		this.error = error;
		for (const [index, constant] of error.values) if (index !== NO_ATTRIBUTE) this.#set(index, -constant);
	}

	#set(index: number, value: number): void {
		if (index >= this.#values.length) this.#grow();
		const before = this.#values[index]!;
		if (before === NO_VALUE) this.indexes[this.count++] = index;
		else if (before > 0 && (this.#facts.flags[index]! & AttributeFlag.LIST) !== 0) return;
		this.#values[index] = value;
	}

	#grow(): void {
		const { length } = this.#facts.flags;
		const { indexes } = this;
		this.indexes = new Int32Array(length);
		this.indexes.set(indexes);
		const values = this.#values;
		this.#values = new Int32Array(length);
		this.#values.set(values);
	}
}
