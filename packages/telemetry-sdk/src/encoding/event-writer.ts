import type { AttributeValue } from '@pipeline/telemetry-core';
import { DEFINITION_MASK } from '../recorder/layout.ts';
import type { ReceiptContext } from '../recorder/receipts.ts';
import type { Redaction } from '../redaction/redaction.ts';
import { EVENT_ATTRIBUTES } from './attribute-facts.ts';
import { openAttribute, STRING, writeAttribute } from './attribute-value.ts';
import type { AttributeWriter } from './attribute-writer.ts';
import type { DefinitionTemplates, ErrorTemplates } from './definition-templates.ts';
import type { JournalOutline } from './journal-outline.ts';
import { MAX_ATTRIBUTES } from './limits.ts';
import type { MergedAttributes } from './merged-attributes.ts';
import { type ProtobufWriter, tag } from './protobuf-writer.ts';
import { NO_TEMPLATE, type Templates } from './templates.ts';

const EVENTS = tag(11, 2);
const TIME = tag(1, 1);
const DROPPED_ATTRIBUTES = tag(4, 0);

/** Writes the events of spans, exceptions among them. */
export class EventWriter {
	readonly #writer: ProtobufWriter;
	readonly #templates: Templates;
	readonly #definitions: DefinitionTemplates;
	readonly #outline: JournalOutline;
	readonly #attributes: AttributeWriter;
	readonly #merged: MergedAttributes;
	readonly #redaction: Redaction | undefined;

	constructor(
		writer: ProtobufWriter,
		templates: Templates,
		definitions: DefinitionTemplates,
		outline: JournalOutline,
		attributes: AttributeWriter,
		merged: MergedAttributes,
		redaction: Redaction | undefined,
	) {
		this.#writer = writer;
		this.#templates = templates;
		this.#definitions = definitions;
		this.#outline = outline;
		this.#attributes = attributes;
		this.#merged = merged;
		this.#redaction = redaction;
	}

	/** Writes an EVENT entry with its attributes. @returns false for one that no loaded table has */
	write(entry: number, context: ReceiptContext): boolean {
		const { words, at } = this.#outline;
		const name = this.#definitions.event(words[at + entry]! & DEFINITION_MASK);
		if (name === NO_TEMPLATE) return false;
		const writer = this.#writer;
		const start = this.#open(entry, name);
		const behind = writer.pos;
		if (!this.#writeAttributes(entry)) {
			writer.pos = behind;
			this.#writeMerged(entry, context);
		}
		writer.close(start);
		return true;
	}

	/** Writes what was thrown, of a FAILURE entry. */
	exception(entry: number, error: ErrorTemplates, type: string): void {
		const { words, at, more } = this.#outline;
		const writer = this.#writer;
		const start = this.#open(entry, this.#definitions.exception);
		writeAttribute(writer, EVENT_ATTRIBUTES, 'exception.type', this.#redaction?.text(type) ?? type);
		writer.reserve(this.#templates.words[error.message]!);
		writer.template(this.#templates.words, error.message);
		const stack = more[entry]!;
		if (stack > 0) {
			const attribute = openAttribute(writer, EVENT_ATTRIBUTES, 'exception.stacktrace');
			const value = writer.open();
			writer.bytes[writer.pos++] = STRING;
			this.#attributes.text(words, at + stack, 'exception.stacktrace');
			writer.close(value);
			writer.close(attribute);
		}
		writer.close(start);
	}

	#open(entry: number, name: number): number {
		const { words, at, bases, times } = this.#outline;
		const writer = this.#writer;
		writer.reserve(this.#templates.words[name]! + 64);
		writer.bytes[writer.pos++] = EVENTS;
		const start = writer.open();
		writer.bytes[writer.pos++] = TIME;
		times.write(bases[entry]!, words[at + entry + 2]!, writer.view, writer.pos);
		writer.pos += 8;
		writer.template(this.#templates.words, name);
		return start;
	}

	/** @returns false when they have to be merged first */
	#writeAttributes(event: number): boolean {
		const attributes = this.#attributes;
		const { first, next, more } = this.#outline;
		attributes.begin();
		for (let entry = first[event]!; entry > 0; entry = next[entry]!)
			if (!attributes.write(entry, more[entry]!, EVENT_ATTRIBUTES) || attributes.count > MAX_ATTRIBUTES) return false;
		return true;
	}

	#writeMerged(event: number, context: ReceiptContext): void {
		const attributes = new Map<string, AttributeValue>();
		this.#merged.addOwner(attributes, event, context);
		writeLimited(this.#writer, EVENT_ATTRIBUTES, attributes, DROPPED_ATTRIBUTES);
	}
}

/** Writes as many attributes as there may be, and how many were left out. */
export function writeLimited(
	writer: ProtobufWriter,
	field: number,
	attributes: ReadonlyMap<string, AttributeValue>,
	droppedField: number,
): void {
	let left = MAX_ATTRIBUTES;
	for (const [key, value] of attributes) if (left-- > 0) writeAttribute(writer, field, key, value);
	writeDropped(writer, droppedField, attributes.size - MAX_ATTRIBUTES);
}

/** Writes how many of something were left out; nothing when there were none. */
export function writeDropped(writer: ProtobufWriter, field: number, count: number): void {
	if (count <= 0) return;
	writer.reserve(16);
	writer.bytes[writer.pos++] = field;
	writer.varint(count);
}
