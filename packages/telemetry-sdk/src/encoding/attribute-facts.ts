import {
	type AttributeDef,
	type AttributeValue,
	isRecordAttribute,
	textOf,
	type ValueDef,
} from '@pipeline/telemetry-core';
import { auditOnlyKeys, lookUpAttribute } from '@pipeline/telemetry-core/registry';
import { OWN_DEFINITIONS, roomFor } from '../recorder/definition-room.ts';
import * as AttributeFlag from './attribute-flag.ts';
import { openAttribute, STRING, writeAttribute } from './attribute-value.ts';
import type { ProtobufWriter } from './protobuf-writer.ts';
import { NO_TEMPLATE, type Templates } from './templates.ts';

/** Field of a span's attributes. */
export const SPAN_ATTRIBUTES = 9;
/** Field of an event's attributes. */
export const EVENT_ATTRIBUTES = 3;

/** Attribute that no loaded table has, or that is not to be written. */
export const NO_ATTRIBUTE = 0;

/** What the encoder has to know of attributes, values and names. Filled as they come up; small numbers instead of definitions. */
export class AttributeFacts {
	readonly #templates: Templates;
	readonly #sharedKeys: ReadonlySet<string>;
	readonly #isForAudit: boolean;
	#indexes = new Int32Array(OWN_DEFINITIONS);
	readonly #values: number[] = [];
	readonly names: string[] = [''];
	/** By index. */
	flags = new Uint8Array(64);
	/** By index: the KeyValue up to its value, as a span's attribute. */
	keys = new Int32Array(64);
	/** Record attributes, by index, in the order in which they came up. */
	readonly recordIndexes: number[] = [];

	/** @param isForAudit attributes that spans must not show have an index too */
	constructor(templates: Templates, sharedKeys: ReadonlySet<string>, isForAudit = false) {
		this.#templates = templates;
		this.#sharedKeys = sharedKeys;
		this.#isForAudit = isForAudit;
	}

	/** Index of an attribute; NO_ATTRIBUTE for one that is not to be written. */
	indexOf(definition: number): number {
		return this.#indexes[definition] || this.#learn(definition);
	}

	/** The value's template; NO_TEMPLATE for an unknown one. */
	valueTemplate(value: number): number {
		return this.#values[value] ?? this.#learnValue(value);
	}

	#learn(definition: number): number {
		const named = lookUpAttribute(definition as AttributeDef);
		if (named === undefined) return NO_ATTRIBUTE;
		const { name, entry } = named;
		const isAuditOnly = auditOnlyKeys().has(name);
		if (isAuditOnly && !this.#isForAudit) return NO_ATTRIBUTE;
		const index = this.names.push(name) - 1;
		if (index === this.flags.length) this.#grow();
		const isRecord = isRecordAttribute(name);
		this.flags[index] =
			(isRecord ? AttributeFlag.RECORD : 0) |
			(entry.type === 'boolean' ? AttributeFlag.BOOLEAN : 0) |
			(entry.type === 'list' ? AttributeFlag.LIST : 0) |
			(entry.protect === 'hash' ? AttributeFlag.HASHED : 0) |
			(isAuditOnly ? AttributeFlag.AUDIT_ONLY : 0) |
			(this.#sharedKeys.has(name) ? AttributeFlag.SHARED : 0);
		this.keys[index] = this.#templates.add((writer) => {
			openAttribute(writer, SPAN_ATTRIBUTES, name);
			writer.open();
		});
		if (isRecord) this.recordIndexes.push(index);
		this.#indexes = roomFor(definition, this.#indexes, Int32Array);
		this.#indexes[definition] = index;
		return index;
	}

	#learnValue(value: number): number {
		const text = textOf(value as ValueDef);
		if (text === undefined) return NO_TEMPLATE;
		this.#values[value] = this.#templates.add((writer) => writeString(writer, text));
		return this.#values[value]!;
	}

	#grow(): void {
		const { flags, keys } = this;
		this.flags = new Uint8Array(flags.length * 2);
		this.flags.set(flags);
		this.keys = new Int32Array(flags.length * 2);
		this.keys.set(keys);
	}
}

/** An AnyValue that is a text. */
export function writeString(writer: ProtobufWriter, text: string): void {
	writer.bytes[writer.pos++] = STRING;
	writer.text(text);
}

/** Templates of constant attributes, one behind the other. */
export function attributesTemplate(
	templates: Templates,
	field: number,
	attributes: Readonly<Record<string, AttributeValue>>,
): number {
	return templates.add((writer) => {
		for (const [key, value] of Object.entries(attributes)) writeAttribute(writer, field, key, value);
	});
}
