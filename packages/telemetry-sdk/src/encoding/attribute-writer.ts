// Hot path of kept records: every attribute of every span.
import { isUtf8 } from 'node:buffer';
import { readDouble } from '../recorder/doubles.ts';
import { kindOf } from '../recorder/entries.ts';
import * as Kind from '../recorder/kind.ts';
import { LENGTH_SHIFT } from '../recorder/layout.ts';
import { readText } from '../recorder/text.ts';
import type { Redaction } from '../redaction/redaction.ts';
import type { AttributeFacts } from './attribute-facts.ts';
import * as AttributeFlag from './attribute-flag.ts';
import { BOOLEAN, INTEGER, STRING, writeNumber } from './attribute-value.ts';
import type { JournalOutline } from './journal-outline.ts';
import type { NameTemplates } from './name-templates.ts';
import { type ProtobufWriter, tag } from './protobuf-writer.ts';
import type { Templates } from './templates.ts';

const ARRAY = tag(5, 2);
const ELEMENT = tag(1, 2);

/** How texts are written. */
export interface TextParts {
	readonly names: NameTemplates;
	readonly hashedNames: NameTemplates;
	readonly redaction: Redaction | undefined;
}

/** Writes the attributes of one owner after the other, as long as each key stands for itself. Owners do not interleave: events have their own. */
export class AttributeWriter {
	/** Attributes of the current owner so far. */
	count = 0;
	readonly #writer: ProtobufWriter;
	readonly #templates: Templates;
	readonly #facts: AttributeFacts;
	readonly #names: NameTemplates;
	readonly #hashedNames: NameTemplates;
	readonly #redaction: Redaction | undefined;
	readonly #outline: JournalOutline;
	/** By index of an attribute: the last owner that had it. */
	#owners = new Float64Array(64);
	#owner = 0;

	constructor(
		writer: ProtobufWriter,
		templates: Templates,
		facts: AttributeFacts,
		{ names, hashedNames, redaction }: TextParts,
		outline: JournalOutline,
	) {
		this.#writer = writer;
		this.#templates = templates;
		this.#facts = facts;
		this.#names = names;
		this.#hashedNames = hashedNames;
		this.#redaction = redaction;
		this.#outline = outline;
	}

	/** The next attributes are another owner's. */
	begin(): void {
		this.#owner++;
		this.count = 0;
		if (this.#owners.length < this.#facts.flags.length) this.#owners = new Float64Array(this.#facts.flags.length);
	}

	/**
	 * Writes an attribute entry as field `field`.
	 *
	 * @returns false when its key is said in several places: then all of the owner's attributes have to be brought together first
	 */
	write(entry: number, index: number, field: number): boolean {
		const owners = this.#owners;
		const flag = this.#facts.flags[index]!;
		if (owners[index] === this.#owner) return (flag & AttributeFlag.LIST) !== 0;
		if ((flag & AttributeFlag.SHARED) !== 0) return false;
		owners[index] = this.#owner;
		const writer = this.#writer;
		const { words, at } = this.#outline;
		const start = writer.pos;
		const key = this.#facts.keys[index]!;
		writer.reserve(this.#templates.words[key]!);
		writer.template(this.#templates.words, key);
		writer.bytes[start] = tag(field, 2);
		const value = writer.pos - 1;
		if ((flag & AttributeFlag.LIST) === 0) {
			if (!this.#value(words, at + entry, index, flag)) {
				writer.pos = start;
				return true;
			}
		} else this.#list(entry, index);
		writer.close(value);
		writer.close(start + 1);
		this.count++;
		return true;
	}

	/** Bytes of a text entry, with their length; as the policy has it for a key. */
	text(words: Int32Array, place: number, key: string): void {
		const writer = this.#writer;
		const length = words[place + 1]! >>> LENGTH_SHIFT;
		writer.reserve(length + 8);
		const start = writer.pos;
		writer.varint(length);
		const isAscii = writer.words(words, place + 2, length);
		const isAsItIs = isAscii || isUtf8(writer.bytes.subarray(writer.pos - length, writer.pos));
		if (isAsItIs && this.#redaction?.isHarmless(writer.bytes, writer.pos - length, writer.pos) !== false) return;
		const text = readText(words, place);
		const redacted = this.#redaction?.attribute(key, text) ?? text;
		if (isAsItIs && redacted === text) return;
		writer.pos = start;
		writer.text(String(redacted));
	}

	/** The keyed hash of a text entry, with its length. */
	#hash(words: Int32Array, place: number): void {
		const text = readText(words, place);
		this.#writer.text(this.#redaction?.hash(text) ?? text);
	}

	/** @returns false for a value that nobody knows: nothing was written */
	#value(words: Int32Array, place: number, index: number, flag: number): boolean {
		const writer = this.#writer;
		const isBoolean = (flag & AttributeFlag.BOOLEAN) !== 0;
		switch (kindOf(words[place]!)) {
			case Kind.INTEGER:
				if (isBoolean) this.#boolean(words[place + 2] !== 0);
				else {
					writer.bytes[writer.pos++] = INTEGER;
					writer.int64(words[place + 2]!);
				}
				return true;
			case Kind.NUMBER:
				if (isBoolean) this.#boolean(readDouble(words, place + 2) !== 0);
				else writeNumber(writer, readDouble(words, place + 2));
				return true;
			case Kind.CODE: {
				const value = this.#facts.valueTemplate(words[place + 2]!);
				writer.reserve(this.#templates.words[value]!);
				writer.template(this.#templates.words, value);
				return value > 0;
			}
			case Kind.NAME:
				this.#name((flag & AttributeFlag.HASHED) === 0 ? this.#names : this.#hashedNames, words[place + 2]!);
				return true;
			default:
				writer.bytes[writer.pos++] = STRING;
				if ((flag & AttributeFlag.HASHED) === 0) this.text(words, place, this.#facts.names[index]!);
				else this.#hash(words, place);
				return true;
		}
	}

	#boolean(value: boolean): void {
		const writer = this.#writer;
		writer.bytes[writer.pos++] = BOOLEAN;
		writer.bytes[writer.pos++] = value ? 1 : 0;
	}

	#name(names: NameTemplates, id: number): void {
		const name = names.of(id);
		this.#writer.reserve(names.words[name]!);
		this.#writer.template(names.words, name);
	}

	/** All entries of a list, from its first one on. */
	#list(first: number, index: number): void {
		const writer = this.#writer;
		const { words, at, next, more } = this.#outline;
		writer.bytes[writer.pos++] = ARRAY;
		const start = writer.open();
		for (let entry = first; entry > 0; entry = next[entry]!) {
			if (more[entry] !== index || !isAttribute(kindOf(words[at + entry]!))) continue;
			writer.reserve(8);
			writer.bytes[writer.pos++] = ELEMENT;
			const element = writer.open();
			this.#value(words, at + entry, index, 0);
			writer.close(element);
		}
		writer.close(start);
	}
}

/** True for the kinds whose `more` is the index of an attribute. */
export function isAttribute(kind: number): boolean {
	return kind >= Kind.INTEGER && kind <= Kind.TEXT;
}
