import { SpanKind } from '@opentelemetry/api';
import { type ErrorDef, failureAttributes, placeOf, type SpanDef, type SpanEventDef } from '@pipeline/telemetry-core';
import { type DetailLevel, lookUpError, lookUpSpan, lookUpSpanEvent } from '@pipeline/telemetry-core/registry';
import { OWN_DEFINITIONS, roomFor } from '../recorder/definition-room.ts';
import { LINK_TYPES } from '../recorder/link-types.ts';
import { attributesTemplate, EVENT_ATTRIBUTES, SPAN_ATTRIBUTES } from './attribute-facts.ts';
import { tag } from './protobuf-writer.ts';
import { NO_TEMPLATE, type Templates } from './templates.ts';

/** What is written of an error, wherever it occurs. */
export interface ErrorTemplates {
	readonly name: string;
	/** The stage's attributes. */
	readonly attributes: number;
	/** The span's status. */
	readonly status: number;
	/** The exception event's message. */
	readonly message: number;
}

const NAME = tag(5, 2);
const KIND = tag(6, 0);
const EVENT_NAME = tag(2, 2);
const STATUS = tag(15, 2);
const STATUS_MESSAGE = tag(2, 2);
const STATUS_CODE = tag(3, 0);
const LINK_ATTRIBUTES = 4;
const ERROR = 2;
const LEVELS: Record<DetailLevel, number> = { minimal: 0, standard: 1, full: 2 };

/** Bytes that a definition stands for, written once. Unknown definitions are asked for again: their table may be loaded later. */
export class DefinitionTemplates {
	readonly #templates: Templates;
	readonly #detail: number;
	#spans = new Int32Array(OWN_DEFINITIONS);
	#levels = new Uint8Array(OWN_DEFINITIONS);
	#nameBytes = new Uint16Array(OWN_DEFINITIONS);
	readonly #events = new Map<number, number>();
	readonly #errors = new Map<number, ErrorTemplates>();
	readonly #links: readonly number[];
	/** An event named `exception`. */
	readonly exception: number;

	constructor(templates: Templates, detail: DetailLevel) {
		this.#templates = templates;
		this.#detail = LEVELS[detail];
		this.#links = LINK_TYPES.map((type) => attributesTemplate(templates, LINK_ATTRIBUTES, { 'link.type': type }));
		this.exception = this.#eventName('exception');
	}

	/** Name, kind and place of a span; NO_TEMPLATE for an unknown one. */
	span(definition: number): number {
		return this.#spans[definition] || this.#learnSpan(definition);
	}

	/** False for a span that is above the detail level. Its template was asked for before. */
	isWanted(definition: number): boolean {
		return this.#levels[definition]! <= this.#detail;
	}

	/** Bytes of a span's template without the place: name and kind. */
	nameBytes(definition: number): number {
		return this.#nameBytes[definition]!;
	}

	event(definition: number): number {
		return this.#events.get(definition) ?? this.#learnEvent(definition);
	}

	error(definition: number): ErrorTemplates | undefined {
		return this.#errors.get(definition) ?? this.#learnError(definition);
	}

	/** The attributes of a link; NO_TEMPLATE for an unknown type. */
	link(type: number): number {
		return this.#links[type] ?? NO_TEMPLATE;
	}

	#learnSpan(definition: number): number {
		const named = lookUpSpan(definition as SpanDef);
		if (named === undefined) return NO_TEMPLATE;
		const { name, entry } = named;
		const place = attributesTemplate(this.#templates, SPAN_ATTRIBUTES, placeOf(name));
		this.#spans = roomFor(definition, this.#spans, Int32Array);
		this.#levels = roomFor(definition, this.#levels, Uint8Array);
		this.#nameBytes = roomFor(definition, this.#nameBytes, Uint16Array);
		this.#levels[definition] = LEVELS[entry.level];
		this.#spans[definition] = this.#templates.add((writer) => {
			writer.bytes[writer.pos++] = NAME;
			writer.text(name);
			writer.reserve(8 + this.#templates.words[place]!);
			writer.bytes[writer.pos++] = KIND;
			writer.varint(SpanKind[entry.kind] + 1);
			this.#nameBytes[definition] = writer.pos;
			writer.template(this.#templates.words, place);
		});
		return this.#spans[definition]!;
	}

	#learnEvent(definition: number): number {
		const named = lookUpSpanEvent(definition as SpanEventDef);
		if (named === undefined) return NO_TEMPLATE;
		const template = this.#eventName(named.name);
		this.#events.set(definition, template);
		return template;
	}

	#eventName(name: string): number {
		return this.#templates.add((writer) => {
			writer.bytes[writer.pos++] = EVENT_NAME;
			writer.text(name);
		});
	}

	#learnError(definition: number): ErrorTemplates | undefined {
		const named = lookUpError(definition as ErrorDef);
		if (named === undefined) return undefined;
		const { name } = named;
		const error: ErrorTemplates = {
			name,
			attributes: attributesTemplate(this.#templates, SPAN_ATTRIBUTES, failureAttributes(named)),
			message: attributesTemplate(this.#templates, EVENT_ATTRIBUTES, { 'exception.message': name }),
			status: this.#templates.add((writer) => {
				writer.bytes[writer.pos++] = STATUS;
				const start = writer.open();
				writer.bytes[writer.pos++] = STATUS_MESSAGE;
				writer.text(name);
				writer.bytes[writer.pos++] = STATUS_CODE;
				writer.bytes[writer.pos++] = ERROR;
				writer.close(start);
			}),
		};
		this.#errors.set(definition, error);
		return error;
	}
}
