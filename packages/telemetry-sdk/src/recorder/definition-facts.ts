// Hot path: one table look-up for each stage and text.
import type { AttributeDef, SpanDef } from '@pipeline/telemetry-core';
import { lookUpAttribute, lookUpSpan } from '@pipeline/telemetry-core/registry';
import { OWN_DEFINITIONS, roomFor } from './definition-room.ts';

const KNOWN = 1;
const WAIT = 2;
const MINIMAL = 4;
const UNKNOWN = 8;
const TAKES_OVER = 16;

const INTERNED = 1 << 20;
const WAITED = 1 << 21;
const DEFAULT_MAX_LENGTH = 1_024;

/** What the recorder has to know of the registry's definitions, as numbers. Tables are filled as definitions come up. */
export class DefinitionFacts {
	#spans = new Uint8Array(OWN_DEFINITIONS);
	#attributes = new Int32Array(OWN_DEFINITIONS);

	/** False for a number that no loaded table has. */
	isSpan(span: SpanDef): boolean {
		return (this.#span(span) & KNOWN) !== 0;
	}

	/** Waiting, not working: never a slow operation. */
	isWait(span: number): boolean {
		return (this.#span(span as SpanDef) & WAIT) !== 0;
	}

	/** All that a module does with a record, its waiting included: what it is made of tells whether an operation was slow. */
	takesOver(span: number): boolean {
		return (this.#span(span as SpanDef) & TAKES_OVER) !== 0;
	}

	/** Written however long a journal is. */
	isMinimal(span: SpanDef): boolean {
		return (this.#span(span) & MINIMAL) !== 0;
	}

	/** Longest text of an attribute, in UTF-16 code units; 0 for an unknown one. */
	maxLength(attribute: AttributeDef): number {
		return this.#attribute(attribute) & (INTERNED - 1);
	}

	/** Its texts repeat so often that they are written by number. */
	isInterned(attribute: AttributeDef): boolean {
		return (this.#attribute(attribute) & INTERNED) !== 0;
	}

	/** Its number is milliseconds of waiting. */
	isWaited(attribute: number): boolean {
		return (this.#attribute(attribute as AttributeDef) & WAITED) !== 0;
	}

	#span(span: SpanDef): number {
		return this.#spans[span] || this.#learnSpan(span);
	}

	#attribute(attribute: AttributeDef): number {
		return this.#attributes[attribute] || this.#learnAttribute(attribute);
	}

	// An unknown definition is asked for again: its table may be loaded later.
	#learnSpan(span: SpanDef): number {
		const entry = lookUpSpan(span)?.entry;
		if (entry === undefined) return UNKNOWN;
		this.#spans = roomFor(span, this.#spans, Uint8Array);
		this.#spans[span] =
			KNOWN |
			(entry.wait === true ? WAIT : 0) |
			(entry.level === 'minimal' ? MINIMAL : 0) |
			(entry.kind === 'CONSUMER' ? TAKES_OVER : 0);
		return this.#spans[span]!;
	}

	#learnAttribute(attribute: AttributeDef): number {
		const entry = lookUpAttribute(attribute)?.entry;
		if (entry === undefined) return 0;
		this.#attributes = roomFor(attribute, this.#attributes, Int32Array);
		this.#attributes[attribute] =
			(entry.maxLength ?? DEFAULT_MAX_LENGTH) |
			(entry.interned === true ? INTERNED : 0) |
			(entry.wait === true ? WAITED : 0);
		return this.#attributes[attribute]!;
	}
}
