// Hot path of kept records: every span.
import { type AttributeValue, placeOf, type SpanDef } from '@pipeline/telemetry-core';
import { lookUpSpan } from '@pipeline/telemetry-core/registry';
import { kindOf } from '../recorder/entries.ts';
import * as Flag from '../recorder/flag.ts';
import * as Kind from '../recorder/kind.ts';
import { DEFINITION_MASK, ENDED, STATUS_MASK, STATUS_SHIFT } from '../recorder/layout.ts';
import { keepReasonOf } from '../recorder/outcomes.ts';
import type { ReceiptContext } from '../recorder/receipts.ts';
import { SPAN_ATTRIBUTES } from './attribute-facts.ts';
import { writeAttribute } from './attribute-value.ts';
import type { AttributeWriter } from './attribute-writer.ts';
import type { DefinitionTemplates, ErrorTemplates } from './definition-templates.ts';
import { type EventWriter, writeDropped, writeLimited } from './event-writer.ts';
import { durationOf, lastTime, type PointInTime } from './journal-end.ts';
import { type JournalOutline, NO_STAGE } from './journal-outline.ts';
import { MAX_ATTRIBUTES, MAX_EVENTS, MAX_LINKS } from './limits.ts';
import type { LinkWriter } from './link-writer.ts';
import type { MergedAttributes } from './merged-attributes.ts';
import { type ProtobufWriter, tag } from './protobuf-writer.ts';
import type { RecordContext } from './record-context.ts';
import type { SharedFields } from './shared-fields.ts';
import type { Templates } from './templates.ts';

const SPANS = tag(2, 2);
/** Tags of ids with their length, 8; of the flags: field 16 takes two bytes. */
const SPAN_ID = (tag(2, 2) << 8) | 8;
const PARENT_SPAN_ID = (tag(4, 2) << 8) | 8;
const FLAGS = ((tag(16, 5) & 127) << 8) | 0x8001;
const START = tag(7, 1);
const END = tag(8, 1);
const DROPPED_ATTRIBUTES = tag(10, 0);
const DROPPED_EVENTS = tag(12, 0);
const DROPPED_LINKS = tag(14, 0);
/** A status without a message, by code: tag, length, tag, code. */
const STATUS_OF = [0, 1, 2].map((code) => (tag(15, 2) << 24) | (2 << 16) | (tag(3, 0) << 8) | code);
const ERROR = 2;
/** Module and component. */
const PLACE_ATTRIBUTES = 2;
const FAILURE_ATTRIBUTES = 5;

/** Parts of the encoder that a span is written with. */
export interface SpanParts {
	readonly writer: ProtobufWriter;
	readonly templates: Templates;
	readonly definitions: DefinitionTemplates;
	readonly outline: JournalOutline;
	readonly record: RecordContext;
	readonly shared: SharedFields;
	readonly attributes: AttributeWriter;
	readonly merged: MergedAttributes;
	readonly events: EventWriter;
	readonly links: LinkWriter;
	readonly common: Readonly<Record<string, AttributeValue>>;
}

/** Keys of what a stage's span may say besides the stage's own attributes. */
export const EXTRA_KEYS = ['pipeline.trace.keep_reason', 'pipeline.trace.truncated', 'pipeline.abandoned'] as const;
type Extras = Partial<Record<(typeof EXTRA_KEYS)[number], string | boolean>>;

const NO_EXTRAS: Extras = {};

/** Writes stages of the outlined journal as spans. */
export class SpanWriter {
	readonly #parts: SpanParts;
	#isMerged = false;
	#attributes = 0;
	#events = 0;
	#exceptions = 0;
	#links = 0;
	#failure: ErrorTemplates | undefined;
	#last: PointInTime | undefined;

	constructor(parts: SpanParts) {
		this.#parts = parts;
	}

	/** The stages that follow are another journal's. */
	begin(): void {
		this.#last = undefined;
		this.#parts.shared.forget();
	}

	write(stage: number, context: ReceiptContext): void {
		const { writer, shared } = this.#parts;
		const start = writer.pos;
		this.#isMerged = false;
		if (this.#span(stage, context)) return;
		writer.pos = start;
		shared.forget();
		this.#isMerged = true;
		this.#span(stage, context);
	}

	/** @returns false when attributes have to be merged */
	#span(stage: number, context: ReceiptContext): boolean {
		const { writer, templates, definitions, outline, shared } = this.#parts;
		const { words, at } = outline;
		const word = words[at + stage]!;
		const definition = word & DEFINITION_MASK;
		const name = definitions.span(definition);
		writer.reserve(64);
		writer.bytes[writer.pos++] = SPANS;
		const start = writer.openLong();
		if (this.#isMerged) shared.writeContext();
		else if (!shared.write()) return false;
		writer.reserve(templates.words[name]! + 128);
		this.#identity(stage);
		this.#times(stage, word);
		writer.words(
			templates.words,
			name + 1,
			this.#isMerged ? definitions.nameBytes(definition) : templates.words[name]!,
		);
		const extras = stage === 0 || (word & ENDED) === 0 ? this.#extras(stage, word) : NO_EXTRAS;
		if (this.#isMerged) this.#mergedAttributes(stage, definition, extras, context);
		else this.#extraAttributes(extras);
		if (!this.#entries(stage, context)) return false;
		writer.reserve(64);
		this.#status((word & STATUS_MASK) >>> STATUS_SHIFT);
		const dropped = Math.max(0, this.#events - MAX_EVENTS) + Math.max(0, this.#exceptions - MAX_EVENTS);
		writeDropped(writer, DROPPED_EVENTS, dropped);
		writeDropped(writer, DROPPED_LINKS, this.#links - MAX_LINKS);
		if (!writer.closeLong(start)) shared.forget();
		return true;
	}

	#identity(stage: number): void {
		const { writer, outline, record } = this.#parts;
		const { view } = writer;
		let { pos } = writer;
		view.setInt16(pos, SPAN_ID);
		record.writeSpanId(view, pos + 2, stage);
		pos += 10;
		const above = stage === 0 ? NO_STAGE : outline.parentOf(outline.words[outline.at + stage + 1]!, stage);
		const isRemote = above === NO_STAGE && record.hasRemoteParent;
		if (above !== NO_STAGE || isRemote) {
			view.setInt16(pos, PARENT_SPAN_ID);
			if (isRemote) record.writeRemoteParent(view, pos + 2);
			else record.writeSpanId(view, pos + 2, above);
			pos += 10;
		}
		view.setInt16(pos, FLAGS);
		view.setInt32(pos + 2, record.otlpFlags(isRemote), true);
		writer.pos = pos + 6;
	}

	#times(stage: number, word: number): void {
		const { writer, outline } = this.#parts;
		const { times, bases, words, at } = outline;
		const base = bases[stage]!;
		const begin = Math.max(0, words[at + stage + 2]!);
		const { view, pos } = writer;
		view.setInt8(pos, START);
		times.write(base, begin, view, pos + 1);
		view.setInt8(pos + 9, END);
		if ((word & ENDED) === 0) {
			this.#last ??= lastTime(outline);
			times.write(this.#last.base, this.#last.offset, view, pos + 10);
		} else times.write(base, begin + durationOf(outline, stage), view, pos + 10);
		writer.pos = pos + 18;
	}

	#extras(stage: number, word: number): Extras {
		const { flags } = this.#parts.record;
		const extras: Extras = {};
		const reason = stage === 0 ? keepReasonOf(flags) : undefined;
		if (reason !== undefined) extras['pipeline.trace.keep_reason'] = reason;
		if (stage === 0 && (flags & Flag.TRUNCATED) !== 0) extras['pipeline.trace.truncated'] = true;
		if ((word & ENDED) === 0) extras['pipeline.abandoned'] = true;
		return extras;
	}

	#extraAttributes(extras: Extras): void {
		const { writer, shared, attributes } = this.#parts;
		attributes.begin();
		this.#attributes = shared.count + PLACE_ATTRIBUTES;
		if (extras === NO_EXTRAS) return;
		for (const [key, value] of Object.entries(extras)) {
			writeAttribute(writer, SPAN_ATTRIBUTES, key, value);
			this.#attributes++;
		}
	}

	#mergedAttributes(stage: number, definition: number, extras: Extras, context: ReceiptContext): void {
		const { writer, merged, common } = this.#parts;
		const place = placeOf(lookUpSpan(definition as SpanDef)?.name ?? '');
		const attributes = new Map<string, AttributeValue>(Object.entries({ ...common, ...place }));
		merged.addRecord(attributes, context);
		for (const [key, value] of Object.entries(extras)) attributes.set(key, value);
		merged.addOwner(attributes, stage, context);
		// Once more: what is true of the trace is not for a stage to say.
		for (const [key, value] of Object.entries(extras)) attributes.set(key, value);
		writeLimited(writer, SPAN_ATTRIBUTES, attributes, DROPPED_ATTRIBUTES);
	}

	/** @returns false when attributes have to be merged */
	#entries(stage: number, context: ReceiptContext): boolean {
		const { attributes, outline, events, links } = this.#parts;
		const { words, at, first, next, more } = outline;
		this.#events = 0;
		this.#exceptions = 0;
		this.#links = 0;
		this.#failure = undefined;
		for (let entry = first[stage]!; entry > 0; entry = next[entry]!) {
			switch (kindOf(words[at + entry]!)) {
				case Kind.EVENT:
					if (++this.#events <= MAX_EVENTS && !events.write(entry, context)) this.#events--;
					break;
				case Kind.FAILURE:
					if (!this.#fail(entry, context)) return false;
					break;
				case Kind.LINK:
				case Kind.REMOTE_LINK:
					if (++this.#links <= MAX_LINKS && !links.write(entry)) this.#links--;
					break;
				default:
					if (!this.#isMerged && !attributes.write(entry, more[entry]!, SPAN_ATTRIBUTES)) return false;
			}
		}
		return this.#isMerged || this.#attributes + attributes.count <= MAX_ATTRIBUTES;
	}

	#fail(entry: number, context: ReceiptContext): boolean {
		const { writer, templates, definitions, outline, events } = this.#parts;
		const { words, at } = outline;
		const error = definitions.error(words[at + entry]! & DEFINITION_MASK);
		if (error === undefined) return true;
		if (!this.#isMerged) {
			if (this.#failure !== undefined) return false;
			writer.reserve(templates.words[error.attributes]!);
			writer.template(templates.words, error.attributes);
			this.#attributes += FAILURE_ATTRIBUTES;
		}
		this.#failure = error;
		const type = context.nameOf(words[at + entry + 3]!);
		if (type !== '' && ++this.#exceptions <= MAX_EVENTS) events.exception(entry, error, type);
		return true;
	}

	#status(status: number): void {
		const { writer, templates } = this.#parts;
		if (status === ERROR && this.#failure !== undefined) {
			writer.reserve(templates.words[this.#failure.status]!);
			writer.template(templates.words, this.#failure.status);
			return;
		}
		writer.view.setInt32(writer.pos, STATUS_OF[status > ERROR ? 0 : status]!);
		writer.pos += 4;
	}
}
