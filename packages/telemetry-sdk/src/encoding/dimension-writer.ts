// Hot path of what is sent: every attribute of every log record. All of them are texts there.
import { isUtf8 } from 'node:buffer';
import { readDouble } from '../recorder/doubles.ts';
import { kindOf } from '../recorder/entries.ts';
import * as Kind from '../recorder/kind.ts';
import { LENGTH_SHIFT } from '../recorder/layout.ts';
import type { ReceiptContext } from '../recorder/receipts.ts';
import { readText } from '../recorder/text.ts';
import type { Redaction } from '../redaction/redaction.ts';
import { type AttributeFacts, writeString } from './attribute-facts.ts';
import * as AttributeFlag from './attribute-flag.ts';
import { STRING } from './attribute-value.ts';
import { isAttribute } from './attribute-writer.ts';
import type { Constant, DimensionTemplate } from './audit-templates.ts';
import type { EventTemplates } from './event-templates.ts';
import type { JournalOutline } from './journal-outline.ts';
import { readValue } from './journal-values.ts';
import { NameTemplates } from './name-templates.ts';
import type { ProtobufWriter } from './protobuf-writer.ts';
import type { Templates } from './templates.ts';

/** Parts of the encoder that dimensions are written with. */
export interface DimensionParts {
	readonly writer: ProtobufWriter;
	readonly templates: Templates;
	readonly facts: AttributeFacts;
	readonly outline: JournalOutline;
	readonly constants: readonly Constant[];
	readonly events: EventTemplates;
	readonly redaction: Redaction;
}

/** Writes values of the outlined journal as texts, those that are texts byte by byte. A value is known by what `OwnerValues` says. */
export class DimensionWriter {
	readonly #writer: ProtobufWriter;
	readonly #templates: Templates;
	readonly #facts: AttributeFacts;
	readonly #outline: JournalOutline;
	readonly #constants: readonly Constant[];
	readonly #events: EventTemplates;
	readonly #redaction: Redaction;
	readonly #names = new NameTemplates();
	readonly #true: number;
	readonly #false: number;
	readonly #empty: number;
	#context: ReceiptContext | undefined;

	constructor({ writer, templates, facts, outline, constants, events, redaction }: DimensionParts) {
		this.#writer = writer;
		this.#templates = templates;
		this.#facts = facts;
		this.#outline = outline;
		this.#constants = constants;
		this.#events = events;
		this.#redaction = redaction;
		const text = (value: string) => templates.add((to) => writeString(to, value));
		this.#true = text('true');
		this.#false = text('false');
		this.#empty = text('');
	}

	/** What names of the journals that follow stand for. */
	use(context: ReceiptContext): void {
		this.#context = context;
		this.#names.use(context);
	}

	/** Writes an attribute with one of its values. */
	write({ name, key, from, hashed }: DimensionTemplate, value: number, isPerson: boolean): void {
		if (isPerson || hashed === 'always') {
			const text = this.textOf(from, value);
			this.#events.writeText(this.#writer, name, isPerson ? this.#redaction.hash(text) : text);
			return;
		}
		const writer = this.#writer;
		const { words } = this.#templates;
		writer.reserve(words[key]! + 64);
		const start = writer.pos;
		writer.template(words, key);
		const inner = writer.pos - 1;
		if (value < 0) this.constant(this.#constants[-value]!.value);
		else this.#value(from, value);
		writer.close(inner);
		writer.close(start + 1);
	}

	/** Writes a template as it is. */
	constant(template: number): void {
		const { words } = this.#templates;
		this.#writer.reserve(words[template]!);
		this.#writer.template(words, template);
	}

	/** A value as the text that is written where it is not hashed. */
	textOf(index: number, value: number): string {
		if (value < 0) return this.#constants[-value]!.text;
		const flag = this.#facts.flags[index]!;
		if ((flag & AttributeFlag.LIST) !== 0) return this.#list(index, value);
		return this.#read(value, (flag & AttributeFlag.BOOLEAN) !== 0);
	}

	#read(entry: number, isBoolean: boolean): string {
		const { words, at } = this.#outline;
		return String(readValue(words, at + entry, isBoolean, this.#context!) ?? '');
	}

	#value(index: number, value: number): void {
		const { words, at } = this.#outline;
		const flag = this.#facts.flags[index]!;
		if ((flag & AttributeFlag.LIST) !== 0) {
			writeString(this.#writer, this.#list(index, value));
			return;
		}
		const place = at + value;
		switch (kindOf(words[place]!)) {
			case Kind.INTEGER:
				this.#number(words[place + 2]!, flag);
				break;
			case Kind.NUMBER:
				this.#number(readDouble(words, place + 2), flag);
				break;
			case Kind.CODE:
				this.constant(this.#facts.valueTemplate(words[place + 2]!) || this.#empty);
				break;
			case Kind.NAME: {
				const name = this.#names.of(words[place + 2]!);
				this.#writer.reserve(this.#names.words[name]!);
				this.#writer.template(this.#names.words, name);
				break;
			}
			default:
				this.#text(words, place);
		}
	}

	#number(value: number, flag: number): void {
		if ((flag & AttributeFlag.BOOLEAN) !== 0) {
			this.constant(value === 0 ? this.#false : this.#true);
			return;
		}
		const writer = this.#writer;
		const text = String(value);
		writer.bytes[writer.pos++] = STRING;
		writer.bytes[writer.pos++] = text.length;
		for (let at = 0; at < text.length; at++) writer.bytes[writer.pos++] = text.charCodeAt(at);
	}

	#text(words: Int32Array, place: number): void {
		const writer = this.#writer;
		const length = words[place + 1]! >>> LENGTH_SHIFT;
		writer.reserve(length + 8);
		writer.bytes[writer.pos++] = STRING;
		const start = writer.pos;
		writer.varint(length);
		if (writer.words(words, place + 2, length) || isUtf8(writer.bytes.subarray(writer.pos - length, writer.pos)))
			return;
		writer.pos = start;
		writer.text(readText(words, place));
	}

	/** All entries of a list, from its first one on. */
	#list(index: number, first: number): string {
		const { words, at, next, more } = this.#outline;
		const texts: string[] = [];
		for (let entry = first; entry > 0; entry = next[entry]!)
			if (more[entry] === index && isAttribute(kindOf(words[at + entry]!))) texts.push(this.#read(entry, false));
		return texts.join(',');
	}
}
