import {
	type ErrorDef,
	type EventDef,
	failureAttributes,
	type SpanDef,
	type SpanEventDef,
	type TraceOutcome,
} from '@pipeline/telemetry-core';
import {
	type AuditRule,
	attributeNamed,
	eventNamed,
	lookUpAttribute,
	lookUpError,
	lookUpEvent,
	lookUpSpan,
	lookUpSpanEvent,
	TABLE_SIZE,
} from '@pipeline/telemetry-core/registry';
import { OUTCOMES } from '../recorder/outcomes.ts';
import { type AttributeFacts, NO_ATTRIBUTE, writeString } from './attribute-facts.ts';
import * as AttributeFlag from './attribute-flag.ts';
import { openAttribute, writeAttribute } from './attribute-value.ts';
import { ACTOR_ID, ACTOR_TYPE, type EventTemplates, OWN_KEYS, writeSeverity } from './event-templates.ts';
import { LOG_ATTRIBUTES } from './log-record-frame.ts';
import { NO_TEMPLATE, type Templates } from './templates.ts';

/** An attribute of a log record whose value a journal says. Attributes of journals are known by their index, see `AttributeFacts`. */
export interface DimensionTemplate {
	readonly name: string;
	/** The KeyValue up to its value's length. */
	readonly key: number;
	/** The attribute that has the value. */
	readonly from: number;
	/** Only a hash of it is shown: `person` where the actor is one. */
	readonly hashed: 'never' | 'always' | 'person';
}

/** What all log records of one name have in common. */
export interface LogTemplate {
	readonly base: number;
	/** Severity and constant attributes. */
	readonly head: number;
	/** Constant attributes that stand back behind an attribute of the journal. */
	readonly defaults: readonly { readonly from: number; readonly attribute: number }[];
	/** The attribute that says what kind of actor it was. */
	readonly actorType: number;
	readonly name: number;
}

/** An audit rule, ready to be applied. */
export interface AuditTemplate extends LogTemplate {
	readonly when: AuditRule['when'];
	readonly where: readonly { readonly from: number; readonly accepted: readonly string[] }[];
	readonly details: readonly DimensionTemplate[];
	/** The attribute that says the type of error in its place; NO_ATTRIBUTE for none. */
	readonly errorType: number;
	/** NO_TEMPLATE: as the stage went. */
	readonly outcome: number;
	readonly resource: DimensionTemplate;
}

/** What an error says of its stage. */
export interface ErrorValues {
	/** The attribute `error.type`. */
	readonly type: number;
	/** Attributes by index, with their constants. */
	readonly values: readonly (readonly [attribute: number, constant: number])[];
}

/** A value that is the same wherever it occurs. */
export interface Constant {
	readonly text: string;
	readonly value: number;
}

const OUTCOME = 'audit.outcome';
const RESOURCE = 'audit.resource_id';
const ERROR_TYPE = 'error.type';
const ENDED = 'pipeline.trace.outcome';

/** What definitions mean for log records, put together once for each. Tables have to be loaded before a journal that needs them is read. */
export class AuditTemplates {
	/** Constants by number, from 1. */
	readonly constants: Constant[] = [{ text: '', value: NO_TEMPLATE }];
	readonly success: number;
	readonly failure: number;
	readonly #templates: Templates;
	readonly #facts: AttributeFacts;
	readonly #events: EventTemplates;
	readonly #spans = new Map<number, readonly AuditTemplate[]>();
	readonly #spanEvents = new Map<number, readonly AuditTemplate[]>();
	readonly #completions = new Map<number, LogTemplate>();
	readonly #errors = new Map<number, ErrorValues>();
	readonly #shown: (DimensionTemplate | undefined)[] = [];
	readonly #outcomes: ReadonlyMap<TraceOutcome, number>;

	constructor(templates: Templates, facts: AttributeFacts, events: EventTemplates) {
		this.#templates = templates;
		this.#facts = facts;
		this.#events = events;
		this.success = this.#attribute(OUTCOME, 'SUCCESS');
		this.failure = this.#attribute(OUTCOME, 'FAILURE');
		this.#outcomes = new Map(OUTCOMES.map((outcome) => [outcome, this.#attribute(ENDED, outcome)]));
	}

	/** Rules of a span. */
	ofSpan(span: number): readonly AuditTemplate[] {
		return this.#spans.get(span) ?? this.#learn(this.#spans, span, lookUpSpan(span as SpanDef)?.entry);
	}

	/** Rules of a span's event. */
	ofSpanEvent(event: number): readonly AuditTemplate[] {
		const known = this.#spanEvents.get(event);
		return known ?? this.#learn(this.#spanEvents, event, lookUpSpanEvent(event as SpanEventDef)?.entry);
	}

	/** Undefined for an event that no loaded table has. */
	completion(event: number): LogTemplate | undefined {
		const known = this.#completions.get(event);
		if (known !== undefined) return known;
		const template = this.#log(event as EventDef, (key) => this.indexOf(key));
		if (template !== undefined) this.#completions.set(event, template);
		return template;
	}

	/** Undefined for an error that no loaded table has. */
	error(error: number): ErrorValues | undefined {
		const known = this.#errors.get(error);
		if (known !== undefined) return known;
		const named = lookUpError(error as ErrorDef);
		if (named === undefined) return undefined;
		const values = Object.entries(failureAttributes(named)).map(
			([key, value]) => [this.indexOf(key), this.#constant(String(value))] as const,
		);
		const made = { type: this.#attribute(ERROR_TYPE, named.name), values };
		this.#errors.set(error, made);
		return made;
	}

	/** A stage's attribute, under its own name, where the stage's completion shows it. */
	shown(index: number): DimensionTemplate | undefined {
		if (index < this.#shown.length) return this.#shown[index];
		for (let at = this.#shown.length; at < this.#facts.names.length; at++) {
			const name = this.#facts.names[at]!;
			const isHidden =
				(this.#facts.flags[at]! & AttributeFlag.AUDIT_ONLY) !== 0 || OWN_KEYS.has(name) || name === ENDED;
			this.#shown.push(isHidden ? undefined : this.dimension(name, at));
		}
		return this.#shown[index];
	}

	/** The attribute that says how a record ended. */
	ended(outcome: TraceOutcome): number {
		return this.#outcomes.get(outcome)!;
	}

	dimension(name: string, from: number): DimensionTemplate {
		const definition = attributeNamed(name);
		const isProtected = definition !== undefined && lookUpAttribute(definition)?.entry.protect === 'hash';
		const key = this.#templates.add((writer) => {
			openAttribute(writer, LOG_ATTRIBUTES, name);
			writer.open();
		});
		return { name, key, from, hashed: isProtected ? 'always' : name === ACTOR_ID ? 'person' : 'never' };
	}

	/** NO_ATTRIBUTE for a key that no loaded table has. */
	indexOf(key: string): number {
		const definition = attributeNamed(key);
		return definition === undefined ? NO_ATTRIBUTE : this.#facts.indexOf(definition);
	}

	#learn(
		known: Map<number, readonly AuditTemplate[]>,
		definition: number,
		entry: { readonly audit?: readonly AuditRule[] } | undefined,
	): readonly AuditTemplate[] {
		const rules = (entry?.audit ?? []).flatMap((rule) => this.#rule(rule) ?? []);
		if (entry !== undefined) known.set(definition, rules);
		return rules;
	}

	#rule(rule: AuditRule): AuditTemplate | undefined {
		const { event: name, when, where = {}, details, outcome, resource = 'pipeline.record_id', ...others } = rule;
		// Does not compile when a rule says more than what is read here.
		others satisfies Readonly<Record<string, never>>;
		const from = (key: string) => (Object.hasOwn(details, key) ? this.indexOf(details[key]!) : NO_ATTRIBUTE);
		const event = eventNamed(name);
		const log = event === undefined ? undefined : this.#log(event, from, OUTCOME);
		if (log === undefined) return undefined;
		return {
			...log,
			when,
			where: Object.entries(where).map(([key, accepted]) => ({ from: this.indexOf(key), accepted })),
			details: Object.entries(details)
				.filter(([key]) => key !== OUTCOME && key !== RESOURCE && !OWN_KEYS.has(key))
				.map(([key, source]) => this.dimension(key, this.indexOf(source))),
			errorType: from(ERROR_TYPE),
			outcome: outcome === undefined ? NO_TEMPLATE : this.#attribute(OUTCOME, outcome),
			resource: this.dimension(RESOURCE, this.indexOf(resource)),
		};
	}

	/** @param from the attribute that takes the place of a constant one */
	#log(event: EventDef, from: (key: string) => number, leftOut?: string): LogTemplate | undefined {
		const template = this.#events.of(event);
		if (template === undefined) return undefined;
		const { fixed, name } = template;
		const { severity } = lookUpEvent(event)!.entry;
		// Attributes that come up for the first time make templates of their own, so before this one.
		const parts = [...fixed].flatMap(([key, bytes]) => (key === leftOut ? [] : [{ from: from(key), bytes }]));
		const isDefault = (part: (typeof parts)[number]) => part.from !== NO_ATTRIBUTE;
		return {
			base: Math.floor(event / TABLE_SIZE),
			head: this.#templates.add((writer) => {
				writeSeverity(writer, severity);
				for (const part of parts) if (!isDefault(part)) writer.append(part.bytes);
			}),
			defaults: parts.filter(isDefault).map(({ from: other, bytes }) => ({
				from: other,
				attribute: this.#templates.add((writer) => writer.append(bytes)),
			})),
			actorType: from(ACTOR_TYPE),
			name: this.#templates.add((writer) => writer.append(name)),
		};
	}

	#attribute(key: string, text: string): number {
		return this.#templates.add((writer) => writeAttribute(writer, LOG_ATTRIBUTES, key, text));
	}

	#constant(text: string): number {
		return this.constants.push({ text, value: this.#templates.add((writer) => writeString(writer, text)) }) - 1;
	}
}
