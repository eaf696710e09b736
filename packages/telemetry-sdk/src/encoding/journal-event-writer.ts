// Hot path of what is sent: the log records of every journal, some ten of them.
import { readDouble } from '../recorder/doubles.ts';
import { kindOf } from '../recorder/entries.ts';
import * as HEADER from '../recorder/header.ts';
import * as Kind from '../recorder/kind.ts';
import { DEFINITION_MASK, ENDED, LONG, STATUS_MASK, STATUS_SHIFT } from '../recorder/layout.ts';
import { OUTCOMES } from '../recorder/outcomes.ts';
import type { ReceiptContext } from '../recorder/receipts.ts';
import type { Redaction } from '../redaction/redaction.ts';
import { AttributeFacts } from './attribute-facts.ts';
import * as AttributeFlag from './attribute-flag.ts';
import { attributeBytes, writeAttribute } from './attribute-value.ts';
import { type AuditTemplate, AuditTemplates, type DimensionTemplate, type LogTemplate } from './audit-templates.ts';
import { DefinitionTemplates } from './definition-templates.ts';
import { DimensionWriter } from './dimension-writer.ts';
import type { EventTemplates } from './event-templates.ts';
import { JournalOutline } from './journal-outline.ts';
import { LOG_ATTRIBUTES, type LogRecordFrame } from './log-record-frame.ts';
import { NO_VALUE, OwnerValues } from './owner-values.ts';
import { RecordFields } from './record-fields.ts';
import { Templates } from './templates.ts';

const FAILED = 2;
const NS_PER_MS = 1_000_000;
const UNIT = attributeBytes(LOG_ATTRIBUTES, 'pipeline.event.unit', 'ms');

/** Writes what journals yield whatever the sampling: audit entries, and the completion of each terminal point. Says what `emitJournalEvents` says. */
export class JournalEventWriter {
	readonly #frame: LogRecordFrame;
	readonly #templates = new Templates();
	readonly #facts = new AttributeFacts(this.#templates, new Set(), true);
	readonly #outline = new JournalOutline(this.#facts, new DefinitionTemplates(this.#templates, 'full'));
	readonly #audit: AuditTemplates;
	readonly #dimensions: DimensionWriter;
	readonly #record: RecordFields;
	readonly #stage: OwnerValues;
	readonly #event: OwnerValues;
	readonly #duration: number;

	constructor(frame: LogRecordFrame, events: EventTemplates, redaction: Redaction) {
		const audit = new AuditTemplates(this.#templates, this.#facts, events);
		const { constants } = audit;
		this.#frame = frame;
		this.#audit = audit;
		this.#dimensions = new DimensionWriter({
			writer: frame.writer,
			templates: this.#templates,
			facts: this.#facts,
			outline: this.#outline,
			constants,
			events,
			redaction,
		});
		this.#record = new RecordFields(frame, this.#outline, this.#dimensions, audit);
		this.#stage = new OwnerValues(this.#outline, this.#facts, audit);
		this.#event = new OwnerValues(this.#outline, this.#facts, audit);
		this.#duration = audit.indexOf('pipeline.trace.duration_ms');
	}

	/** Writes what the journal at `at` yields: nothing for what is no journal, or one whose keys are gone. */
	write(words: Int32Array, at: number, context: ReceiptContext): void {
		const outline = this.#outline;
		const keys = context.keysOf(words[at + HEADER.EPOCH]!);
		if (keys === undefined || !outline.read(words, at)) return;
		this.#record.begin(keys);
		this.#dimensions.use(context);
		const { stages, stageCount, finishes, finishCount } = outline;
		for (let index = 0; index < stageCount; index++) this.#writeStage(stages[index]!);
		for (let index = 0; index < finishCount; index++) this.#writeCompletion(finishes[index]!);
	}

	#writeStage(stage: number): void {
		const { words, at, first, next } = this.#outline;
		const word = words[at + stage]!;
		if ((word & ENDED) === 0) return;
		let isRead = false;
		for (let entry = first[stage]!; entry > 0; entry = next[entry]!) {
			const event = words[at + entry]!;
			if (kindOf(event) !== Kind.EVENT) continue;
			const rules = this.#audit.ofSpanEvent(event & DEFINITION_MASK);
			if (rules.length === 0) continue;
			if (!isRead) this.#stage.read(stage);
			isRead = true;
			this.#event.read(entry);
			this.#apply(rules, stage, this.#timeMs(entry));
		}
		const rules = this.#audit.ofSpan(word & DEFINITION_MASK);
		if (rules.length === 0) return;
		if (!isRead) this.#stage.read(stage);
		this.#event.clear();
		this.#apply(rules, stage, this.#timeMs(stage) + this.#durationMs(stage));
	}

	#apply(rules: readonly AuditTemplate[], stage: number, timeMs: number): void {
		const { words, at } = this.#outline;
		const hasFailed = (words[at + stage]! & STATUS_MASK) >>> STATUS_SHIFT === FAILED;
		for (let index = 0; index < rules.length; index++)
			if (this.#applies(rules[index]!, hasFailed)) this.#writeEntry(rules[index]!, stage, hasFailed, timeMs);
	}

	#applies({ when, where }: AuditTemplate, hasFailed: boolean): boolean {
		if (when === 'error' ? !hasFailed : when === 'ok' && hasFailed) return false;
		for (let index = 0; index < where.length; index++) {
			const { from, accepted } = where[index]!;
			const value = this.#valueOf(from);
			if (value === NO_VALUE || !accepted.includes(this.#dimensions.textOf(from, value))) return false;
		}
		return true;
	}

	#writeEntry(rule: AuditTemplate, stage: number, hasFailed: boolean, timeMs: number): void {
		const start = this.#open(rule, timeMs);
		const { details, resource, outcome, errorType } = rule;
		for (let index = 0; index < details.length; index++) this.#dimension(details[index]!, rule);
		const { error } = this.#stage;
		if (error !== undefined && this.#valueOf(errorType) === NO_VALUE) this.#dimensions.constant(error.type);
		this.#dimensions.constant(outcome || (hasFailed ? this.#audit.failure : this.#audit.success));
		this.#dimension(resource, rule);
		this.#frame.eventId(timeMs);
		this.#record.writeParent(stage);
		this.#close(start, stage, rule);
	}

	#writeCompletion(finish: number): void {
		const { words, at } = this.#outline;
		const template = this.#audit.completion(words[at + finish]! & DEFINITION_MASK);
		if (template === undefined) return;
		const stage = words[at + finish + 1]!;
		const timeMs = this.#timeMs(finish);
		this.#event.clear();
		if (this.#outline.writtenStage(stage) === stage) this.#stage.read(stage);
		else this.#stage.clear();
		const start = this.#open(template, timeMs);
		const { indexes, count } = this.#stage;
		for (let position = 0; position < count; position++) {
			const dimension = this.#audit.shown(indexes[position]!);
			if (dimension !== undefined) this.#dimension(dimension, template);
		}
		this.#dimensions.constant(this.#audit.ended(OUTCOMES[words[at + finish + 3]!] ?? 'ABANDONED'));
		this.#frame.eventId(timeMs);
		this.#record.writeParent(stage);
		this.#writeDuration();
		this.#close(start, stage, template);
	}

	#writeDuration(): void {
		const { words, at } = this.#outline;
		const { writer } = this.#frame;
		const entry = this.#stage.of(this.#duration);
		const kind = entry > 0 ? kindOf(words[at + entry]!) : Kind.TEXT;
		if (kind !== Kind.INTEGER && kind !== Kind.NUMBER) return;
		const value = kind === Kind.INTEGER ? words[at + entry + 2]! : readDouble(words, at + entry + 2);
		writeAttribute(writer, LOG_ATTRIBUTES, 'pipeline.event.value', value);
		writer.append(UNIT);
	}

	#open(template: LogTemplate, timeMs: number): number {
		const start = this.#frame.open(template.base, timeMs);
		this.#dimensions.constant(template.head);
		for (const { from, attribute } of template.defaults)
			if (this.#valueOf(from) === NO_VALUE) this.#dimensions.constant(attribute);
		return start;
	}

	#close(start: number, stage: number, { name }: LogTemplate): void {
		this.#record.write(stage);
		this.#frame.observed(start);
		this.#dimensions.constant(name);
		if (!this.#frame.close(start)) this.#record.forget();
	}

	#dimension(dimension: DimensionTemplate, { actorType }: LogTemplate): void {
		const value = this.#valueOf(dimension.from);
		if (value === NO_VALUE) return;
		const isPerson = dimension.hashed === 'person' && this.#textOf(actorType) === 'USER';
		this.#dimensions.write(dimension, value, isPerson);
	}

	#textOf(index: number): string {
		const value = this.#valueOf(index);
		return value === NO_VALUE ? '' : this.#dimensions.textOf(index, value);
	}

	/** What the event says, else the stage, else the record. */
	#valueOf(index: number): number {
		if ((this.#facts.flags[index]! & AttributeFlag.RECORD) !== 0) return this.#outline.record[index] ?? NO_VALUE;
		return this.#event.of(index) || this.#stage.of(index);
	}

	#timeMs(entry: number): number {
		const { words, at, bases, times } = this.#outline;
		return times.milliseconds(bases[entry]!) + words[at + entry + 2]! / NS_PER_MS;
	}

	#durationMs(stage: number): number {
		const { words, at, more } = this.#outline;
		if ((words[at + stage]! & LONG) === 0) return words[at + stage + 3]! / NS_PER_MS;
		return more[stage]! > 0 ? readDouble(words, at + more[stage]! + 2) : 0;
	}
}
