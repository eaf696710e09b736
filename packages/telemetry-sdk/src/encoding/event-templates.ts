import type { EventDef, EventDetail } from '@pipeline/telemetry-core';
import {
	attributeNamed,
	lookUpAttribute,
	lookUpEvent,
	SEVERITY_MAPPINGS,
	type SeverityName,
} from '@pipeline/telemetry-core/registry';
import type { Redaction } from '../redaction/redaction.ts';
import { attributeBytes, STRING, writeAttribute } from './attribute-value.ts';
import { LOG_ATTRIBUTES } from './log-record-frame.ts';
import { ProtobufWriter, tag } from './protobuf-writer.ts';

const SEVERITY_NUMBER = tag(2, 0);
const SEVERITY_TEXT = tag(3, 2);
const EVENT_NAME = tag(12, 2);
const KEY = tag(1, 2);
const VALUE = tag(2, 2);
/** Lengths up to here take one byte, with everything around the text. */
const MAX_INNER = 127;
const MAX_KEYS = 4_096;
export const ACTOR_TYPE = 'audit.actor_type';
export const ACTOR_ID = 'audit.actor_id';

/** What all events of one name have in common. */
export interface EventTemplate {
	/** The field with its name. */
	readonly name: Uint8Array;
	/** Attributes that a detail may replace, with the bytes of each. */
	readonly fixed: ReadonlyMap<string, Uint8Array>;
	/** All of them at once. */
	readonly allFixed: Uint8Array;
}

/** A key's bytes, and whether its values are only shown as a hash. */
interface KeyTemplate {
	readonly bytes: Uint8Array;
	readonly isHashed: boolean;
}

/** Attributes of events, the recurring ones encoded once. */
export class EventTemplates {
	readonly #redaction: Redaction;
	readonly #events = new Map<number, EventTemplate>();
	readonly #keys = new Map<string, KeyTemplate>();

	constructor(redaction: Redaction) {
		this.#redaction = redaction;
	}

	/** Undefined for a definition that no loaded table has. */
	of(event: EventDef): EventTemplate | undefined {
		const known = this.#events.get(event);
		if (known !== undefined) return known;
		const template = templateOf(event);
		if (template !== undefined) this.#events.set(event, template);
		return template;
	}

	/** What the event's name says, and what the detail says besides or instead. */
	writeFixed(writer: ProtobufWriter, template: EventTemplate, { dimensions = {} }: EventDetail): void {
		const keys = Object.keys(dimensions);
		const isReplaced = keys.some((key) => template.fixed.has(key) && dimensions[key] !== undefined);
		if (!isReplaced) writer.append(template.allFixed);
		else for (const [key, bytes] of template.fixed) if (dimensions[key] === undefined) writer.append(bytes);
		for (const key of keys) {
			const value = dimensions[key];
			if (value === undefined || OWN_KEYS.has(key)) continue;
			const text = typeof value === 'object' ? value.join(',') : String(value);
			const isPerson = key === ACTOR_ID && dimensions[ACTOR_TYPE] === 'USER';
			this.writeText(writer, key, isPerson ? this.#redaction.hash(text) : text);
		}
	}

	/** One text attribute. */
	writeText(writer: ProtobufWriter, key: string, text: string): void {
		const { bytes: keyBytes, isHashed } = this.#keys.get(key) ?? this.#learn(key);
		const value = isHashed ? String(this.#redaction.attribute(key, text)) : text;
		const { length } = value;
		// Tag and length of the KeyValue and of its AnyValue, then those of the text.
		const inner = keyBytes.length + 4 + length;
		if (inner > MAX_INNER) {
			writeAttribute(writer, LOG_ATTRIBUTES, key, value);
			return;
		}
		writer.reserve(inner + 2);
		const { bytes } = writer;
		const start = writer.pos;
		let at = start;
		bytes[at++] = tag(LOG_ATTRIBUTES, 2);
		bytes[at++] = inner;
		bytes.set(keyBytes, at);
		at += keyBytes.length;
		bytes[at++] = VALUE;
		bytes[at++] = length + 2;
		bytes[at++] = STRING;
		bytes[at++] = length;
		let all = 0;
		for (let index = 0; index < length; index++) {
			const code = value.charCodeAt(index);
			all |= code;
			bytes[at++] = code;
		}
		writer.pos = at;
		if (all < 128) return;
		writer.pos = start;
		writeAttribute(writer, LOG_ATTRIBUTES, key, value);
	}

	#learn(key: string): KeyTemplate {
		const definition = attributeNamed(key);
		const isHashed = definition !== undefined && lookUpAttribute(definition)?.entry.protect === 'hash';
		const text = Buffer.from(key);
		const bytes = text.length > MAX_INNER ? new Uint8Array(MAX_INNER) : Uint8Array.of(KEY, text.length, ...text);
		const template = { bytes, isHashed };
		if (this.#keys.size < MAX_KEYS) this.#keys.set(key, template);
		return template;
	}
}

/** Writes both fields of a severity. */
export function writeSeverity(writer: ProtobufWriter, severity: SeverityName): void {
	const { number, text } = SEVERITY_MAPPINGS[severity];
	writer.reserve(16);
	writer.bytes[writer.pos++] = SEVERITY_NUMBER;
	writer.varint(number);
	writer.bytes[writer.pos++] = SEVERITY_TEXT;
	writer.text(text);
}

/** Attributes of the event itself: no dimension may pass for one. */
export const OWN_KEYS: ReadonlySet<string> = new Set([
	'pipeline.event.id',
	'pipeline.record_id',
	'pipeline.batch_id',
	'pipeline.correlation_id',
	'pipeline.parent_span_id',
	'pipeline.event.value',
	'pipeline.event.unit',
	'audit.producer_id',
	'audit.producer_seq',
	'audit.producer_previous_seq',
]);

function templateOf(event: EventDef): EventTemplate | undefined {
	const named = lookUpEvent(event);
	if (named === undefined) return undefined;
	const { name, entry } = named;
	const [, module = '', component = ''] = name.split('.');
	const attributes: Record<string, string> = {
		'pipeline.event.type': entry.type,
		'pipeline.event.module': module.toUpperCase(),
		'pipeline.event.component': component,
		...(entry.type !== 'AUDIT'
			? {}
			: {
					'audit.category': entry.category ?? 'DATA',
					'audit.action': entry.action ?? 'EXECUTE',
					'audit.resource_type': entry.resourceType ?? 'RECORD',
					[ACTOR_TYPE]: 'SERVICE',
					[ACTOR_ID]: 'pipeline',
					'audit.outcome': 'SUCCESS',
					'audit.requirements': (entry.requirements ?? []).join(','),
				}),
	};
	const fixed = new Map(
		Object.entries(attributes).map(([key, value]) => [key, attributeBytes(LOG_ATTRIBUTES, key, value)]),
	);
	return { name: encodedName(name), fixed, allFixed: Buffer.concat([...fixed.values()]) };
}

function encodedName(name: string): Uint8Array {
	const writer = new ProtobufWriter(1_024);
	writer.bytes[writer.pos++] = EVENT_NAME;
	writer.text(name);
	return writer.bytes.slice(0, writer.pos);
}
