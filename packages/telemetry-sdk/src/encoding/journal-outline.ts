// Hot path of kept records: one pass over a journal's words.
import { readDouble } from '../recorder/doubles.ts';
import { entryWords, isEntry, kindOf, meta } from '../recorder/entries.ts';
import * as HEADER from '../recorder/header.ts';
import * as Kind from '../recorder/kind.ts';
import {
	DEFINITION_MASK,
	ENTRY_KIND_MASK,
	FIRST_ENTRY,
	MAX_WORDS,
	OWN_CONTEXT,
	OWNER_MASK,
} from '../recorder/layout.ts';
import { type AttributeFacts, NO_ATTRIBUTE } from './attribute-facts.ts';
import * as AttributeFlag from './attribute-flag.ts';
import type { DefinitionTemplates } from './definition-templates.ts';
import { NO_TEMPLATE } from './templates.ts';
import { UnixNanos } from './unix-nanos.ts';

const STAGE = meta(Kind.STAGE, 0);
/** No entry, where an entry could be: no entry but the first stage is at 0. */
const NONE = 0;
/** No stage above that is written. */
export const NO_STAGE = -1;

/**
 * What belongs to what in a journal: entries are linked to their stage or event, in order. All positions count from the journal's
 * beginning; its arrays are used again for the next journal. Whatever the words say, nothing outside them is read.
 */
export class JournalOutline {
	readonly times = new UnixNanos();
	readonly #facts: AttributeFacts;
	readonly #definitions: DefinitionTemplates;
	/** Owners of the current journal are marked with its number. */
	#journal = 0;
	#seen = new Int32Array(0);
	/** Stages that are written, in order. */
	stages = new Int32Array(0);
	stageCount = 0;
	/** By stage: itself when it is written, else the nearest stage above that is; NO_STAGE without one. */
	writtenAs = new Int32Array(0);
	/** By stage, event, failure or terminal point: the base of its times. */
	bases = new Int32Array(0);
	/** By owner: the first entry about it. */
	first = new Int32Array(0);
	#last = new Int32Array(0);
	/** By entry: the next one about the same owner. */
	next = new Int32Array(0);
	/** By attribute entry: the attribute's index. By stage: its DURATION. By failure: its STACK. By remote link: its TRACE_STATE. */
	more = new Int32Array(0);
	/** By index of a record attribute: its last entry. */
	readonly record: number[] = [];
	/** Terminal points, in order; only the first `finishCount` of them. */
	readonly finishes: number[] = [];
	finishCount = 0;
	/** The TRACE_STATE of the record's own context. */
	ownState = NONE;
	/** The journal's words, and where it begins and how long it is in them. */
	words: Int32Array = new Int32Array(0);
	at = 0;
	length = 0;

	constructor(facts: AttributeFacts, definitions: DefinitionTemplates) {
		this.#facts = facts;
		this.#definitions = definitions;
	}

	/** @returns false when there is no journal at this place */
	read(words: Int32Array, at: number): boolean {
		if (!(at >= 0) || at + FIRST_ENTRY > words.length || (words[at]! & ENTRY_KIND_MASK) !== STAGE) return false;
		const length = Math.min(words[at + HEADER.LENGTH]!, words.length - at, MAX_WORDS);
		if (length < FIRST_ENTRY) return false;
		this.words = words;
		this.at = at;
		this.#begin(length);
		this.times.addBase(readDouble(words, at + HEADER.BASE));
		this.#stage(words, at, 0, 0);
		this.#entries(words, at, length);
		return true;
	}

	/** True for a stage or event of this journal that is written. */
	isOwner(position: number): boolean {
		return position >= 0 && position < this.length && this.#seen[position] === this.#journal;
	}

	/** The stage that stands for a stage of this journal: see `writtenAs`. */
	writtenStage(position: number): number {
		return this.#isKnownStage(this.words, this.at, position) ? this.writtenAs[position]! : NO_STAGE;
	}

	/** The stage that a stage hangs under; NO_STAGE when none of those above it is written. */
	parentOf(parent: number, stage: number): number {
		const isBefore = parent < stage && this.#isKnownStage(this.words, this.at, parent);
		return this.writtenAs[isBefore ? parent : 0]!;
	}

	#entries(words: Int32Array, at: number, length: number): void {
		let base = 0;
		let failure = NONE;
		let remoteLink = NONE;
		for (let here = FIRST_ENTRY; here < length; ) {
			const place = at + here;
			const word = words[place]!;
			if (!isEntry(word)) return;
			const end = here + entryWords(words, place);
			if (end > length) return;
			const owner = words[place + 1]!;
			switch (kindOf(word)) {
				case Kind.STAGE:
					this.#stage(words, at, here, base);
					break;
				case Kind.DURATION:
					if (this.#isKnownStage(words, at, owner)) this.more[owner] = here;
					break;
				case Kind.EVENT:
					this.bases[here] = base;
					if (this.#isStage(words, at, owner)) this.#event(owner, here);
					break;
				case Kind.INTEGER:
				case Kind.NUMBER:
				case Kind.CODE:
				case Kind.NAME:
					this.#attribute(word & DEFINITION_MASK, owner, here);
					break;
				case Kind.TEXT:
					this.#attribute(word & DEFINITION_MASK, owner & OWNER_MASK, here);
					break;
				case Kind.FAILURE:
					this.bases[here] = base;
					this.more[here] = NONE;
					failure = here;
					if (this.#isStage(words, at, owner)) this.#append(owner, here);
					break;
				case Kind.STACK:
					if (failure !== NONE && words[at + failure + 1] === (owner & OWNER_MASK)) this.more[failure] = here;
					break;
				case Kind.LINK:
					if (this.#isStage(words, at, owner)) this.#append(owner, here);
					break;
				case Kind.REMOTE_LINK:
					this.more[here] = NONE;
					remoteLink = here;
					if (this.#isStage(words, at, owner)) this.#append(owner, here);
					break;
				case Kind.TRACE_STATE:
					if ((owner & OWNER_MASK) === OWN_CONTEXT) this.ownState ||= here;
					else if (remoteLink !== NONE && words[at + remoteLink + 1] === (owner & OWNER_MASK))
						this.more[remoteLink] = here;
					break;
				case Kind.FINISH:
					this.bases[here] = base;
					this.finishes[this.finishCount++] = here;
					break;
				case Kind.REBASE:
					base = this.times.addBase(readDouble(words, place + 1));
					break;
				default:
			}
			here = end;
		}
	}

	#begin(length: number): void {
		if (length > this.next.length) this.#grow(length);
		this.length = length;
		this.#journal = this.#journal === 0x7fffffff ? 1 : this.#journal + 1;
		this.stageCount = 0;
		this.ownState = NONE;
		this.finishCount = 0;
		this.times.clear();
		const { record } = this;
		for (let index = 0; index < record.length; index++) record[index] = NONE;
	}

	#stage(words: Int32Array, at: number, here: number, base: number): void {
		const definition = words[at + here]! & DEFINITION_MASK;
		const parent = words[at + here + 1]!;
		const above = here > 0 && parent >= 0 && parent < here && this.#isKnownStage(words, at, parent) ? parent : 0;
		const isKnown = this.#definitions.span(definition) !== NO_TEMPLATE;
		const isWritten = isKnown && (here === 0 || this.#definitions.isWanted(definition));
		this.bases[here] = base;
		this.more[here] = NONE;
		this.writtenAs[here] = isWritten ? here : here === 0 ? NO_STAGE : this.writtenAs[above]!;
		this.first[here] = NONE;
		this.#seen[here] = this.#journal;
		if (isWritten) this.stages[this.stageCount++] = here;
	}

	#event(stage: number, here: number): void {
		this.#seen[here] = this.#journal;
		this.first[here] = NONE;
		this.writtenAs[here] = here;
		this.#append(stage, here);
	}

	#attribute(definition: number, owner: number, here: number): void {
		const index = this.#facts.indexOf(definition);
		if (index === NO_ATTRIBUTE) return;
		if ((this.#facts.flags[index]! & AttributeFlag.RECORD) !== 0) {
			while (this.record.length <= index) this.record.push(NONE);
			this.record[index] = here;
			return;
		}
		if (!this.isOwner(owner) || this.writtenAs[owner] !== owner) return;
		this.more[here] = index;
		this.#append(owner, here);
	}

	#append(owner: number, entry: number): void {
		this.next[entry] = NONE;
		if (this.first[owner] === NONE) this.first[owner] = entry;
		else this.next[this.#last[owner]!] = entry;
		this.#last[owner] = entry;
	}

	/** A stage that is written. */
	#isStage(words: Int32Array, at: number, position: number): boolean {
		return this.#isKnownStage(words, at, position) && this.writtenAs[position] === position;
	}

	#isKnownStage(words: Int32Array, at: number, position: number): boolean {
		return this.isOwner(position) && (words[at + position]! & ENTRY_KIND_MASK) === STAGE;
	}

	#grow(length: number): void {
		const size = Math.max(length, 1_024, this.next.length * 2);
		this.#seen = new Int32Array(size);
		this.stages = new Int32Array(size);
		this.writtenAs = new Int32Array(size);
		this.bases = new Int32Array(size);
		this.first = new Int32Array(size);
		this.#last = new Int32Array(size);
		this.next = new Int32Array(size);
		this.more = new Int32Array(size);
		this.#journal = 0;
	}
}
