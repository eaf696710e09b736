import { kindOf } from '../recorder/entries.ts';
import * as Kind from '../recorder/kind.ts';
import { DEFINITION_MASK } from '../recorder/layout.ts';
import type { DefinitionTemplates } from './definition-templates.ts';
import type { JournalOutline } from './journal-outline.ts';
import { type ProtobufWriter, tag } from './protobuf-writer.ts';
import { type RecordContext, remoteLinkFlags, writeIds } from './record-context.ts';
import { NO_TEMPLATE, type Templates } from './templates.ts';

const LINKS = tag(13, 2);
const TRACE_ID = tag(1, 2);
const SPAN_ID = tag(2, 2);
const TRACE_STATE = tag(3, 2);
const FLAGS = tag(6, 5);
const TRACE_ID_BYTES = 16;
const SPAN_ID_BYTES = 8;

/** Writes the links of spans. */
export class LinkWriter {
	readonly #writer: ProtobufWriter;
	readonly #templates: Templates;
	readonly #definitions: DefinitionTemplates;
	readonly #outline: JournalOutline;
	readonly #record: RecordContext;

	constructor(
		writer: ProtobufWriter,
		templates: Templates,
		definitions: DefinitionTemplates,
		outline: JournalOutline,
		record: RecordContext,
	) {
		this.#writer = writer;
		this.#templates = templates;
		this.#definitions = definitions;
		this.#outline = outline;
		this.#record = record;
	}

	/** Writes a LINK or REMOTE_LINK entry. @returns false when it leads nowhere */
	write(entry: number): boolean {
		const { words, at, more } = this.#outline;
		const place = at + entry;
		const type = this.#definitions.link(words[place]! & DEFINITION_MASK);
		const isRemote = kindOf(words[place]!) === Kind.REMOTE_LINK;
		const target = isRemote ? 0 : this.#outline.writtenStage(words[place + 2]!);
		if (type === NO_TEMPLATE || target < 0) return false;
		const state = isRemote ? this.#record.stateOf(more[entry]!) : this.#record.state;
		const writer = this.#writer;
		writer.reserve(state.length + 128);
		writer.bytes[writer.pos++] = LINKS;
		const start = writer.open();
		writer.bytes[writer.pos++] = TRACE_ID;
		writer.bytes[writer.pos++] = TRACE_ID_BYTES;
		if (isRemote) writeIds(writer, words, place + 2, 4);
		else this.#record.writeTraceId(writer);
		writer.bytes[writer.pos++] = SPAN_ID;
		writer.bytes[writer.pos++] = SPAN_ID_BYTES;
		if (isRemote) writeIds(writer, words, place + 6, 2);
		else {
			this.#record.writeSpanId(writer.view, writer.pos, target);
			writer.pos += SPAN_ID_BYTES;
		}
		writeState(writer, TRACE_STATE, state);
		writer.template(this.#templates.words, type);
		writer.bytes[writer.pos++] = FLAGS;
		writer.fixed32(isRemote ? remoteLinkFlags(words[place + 8]!) : this.#record.otlpFlags(false));
		writer.close(start);
		return true;
	}
}

/** Writes a trace state as a field; nothing when it is empty. There is room. */
export function writeState(writer: ProtobufWriter, field: number, state: Uint8Array): void {
	if (state.length === 0) return;
	writer.bytes[writer.pos++] = field;
	writer.varint(state.length);
	writer.bytes.set(state, writer.pos);
	writer.pos += state.length;
}
