// Hot path of kept records: what every span of a record repeats is written once and then copied.
import type { AttributeValue } from '@pipeline/telemetry-core';
import { type AttributeFacts, attributesTemplate, SPAN_ATTRIBUTES } from './attribute-facts.ts';
import type { AttributeWriter } from './attribute-writer.ts';
import type { JournalOutline } from './journal-outline.ts';
import { writeState } from './link-writer.ts';
import { type ProtobufWriter, tag } from './protobuf-writer.ts';
import type { RecordContext } from './record-context.ts';
import type { Templates } from './templates.ts';

const TRACE_ID = tag(1, 2);
const TRACE_STATE = tag(3, 2);
const TRACE_ID_BYTES = 16;
const NOWHERE = -1;

/** Trace id, trace state and the attributes that all spans of a record have. */
export class SharedFields {
	readonly #writer: ProtobufWriter;
	readonly #templates: Templates;
	readonly #facts: AttributeFacts;
	readonly #attributes: AttributeWriter;
	readonly #outline: JournalOutline;
	readonly #record: RecordContext;
	readonly #common: number;
	readonly #commonCount: number;
	#place = NOWHERE;
	#length = 0;
	#isApart = true;
	/** Attributes among them. */
	count = 0;

	constructor(
		writer: ProtobufWriter,
		templates: Templates,
		facts: AttributeFacts,
		attributes: AttributeWriter,
		outline: JournalOutline,
		record: RecordContext,
		common: Readonly<Record<string, AttributeValue>>,
	) {
		this.#writer = writer;
		this.#templates = templates;
		this.#facts = facts;
		this.#attributes = attributes;
		this.#outline = outline;
		this.#record = record;
		this.#common = attributesTemplate(templates, SPAN_ATTRIBUTES, common);
		this.#commonCount = Object.keys(common).length;
	}

	/** What was written is another record's now, or not where it was. */
	forget(): void {
		this.#place = NOWHERE;
	}

	/** Trace id and trace state, for a span whose attributes are merged. */
	writeContext(): void {
		const writer = this.#writer;
		const { state } = this.#record;
		writer.reserve(state.length + 32);
		writer.bytes[writer.pos++] = TRACE_ID;
		writer.bytes[writer.pos++] = TRACE_ID_BYTES;
		this.#record.writeTraceId(writer);
		writeState(writer, TRACE_STATE, state);
	}

	/** @returns false when attributes of the record are among those that all spans carry: they have to be merged */
	write(): boolean {
		const writer = this.#writer;
		if (this.#place !== NOWHERE) {
			writer.reserve(this.#length);
			writer.bytes.copyWithin(writer.pos, this.#place, this.#place + this.#length);
			writer.pos += this.#length;
			return this.#isApart;
		}
		this.#place = writer.pos;
		this.writeContext();
		writer.reserve(this.#templates.words[this.#common]!);
		writer.template(this.#templates.words, this.#common);
		this.#writeRecord();
		this.#length = writer.pos - this.#place;
		return this.#isApart;
	}

	#writeRecord(): void {
		const { record } = this.#outline;
		this.#attributes.begin();
		this.#isApart = true;
		for (const index of this.#facts.recordIndexes) {
			const entry = record[index] ?? 0;
			if (entry > 0 && !this.#attributes.write(entry, index, SPAN_ATTRIBUTES)) this.#isApart = false;
		}
		this.count = this.#commonCount + this.#attributes.count;
	}
}
