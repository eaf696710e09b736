import {
	type AttributeDef,
	type AttributeValue,
	type ErrorDef,
	type EventDef,
	failureAttributes,
	isRecordAttribute,
	RECORD_KEYS,
	type SpanDef,
	type SpanEventDef,
	type StageEventView,
	type StageView,
	type TraceOutcome,
	textOf,
	type ValueDef,
} from '@pipeline/telemetry-core';
import {
	attributeNamed,
	lookUpAttribute,
	lookUpError,
	lookUpSpan,
	lookUpSpanEvent,
} from '@pipeline/telemetry-core/registry';
import { readDouble } from './doubles.ts';
import { entryWords, isEntry, kindOf } from './entries.ts';
import * as HEADER from './header.ts';
import * as Kind from './kind.ts';
import { DEFINITION_MASK, ENDED, FIRST_ENTRY, LONG, OWNER_MASK, STATUS_MASK, STATUS_SHIFT } from './layout.ts';
import { OUTCOMES } from './outcomes.ts';
import type { ReceiptContext } from './receipts.ts';
import { readText } from './text.ts';

type Attributes = Record<string, AttributeValue>;
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A terminal point of a record. */
export interface FinishView {
	readonly stage: number;
	readonly timeMs: number;
	readonly outcome: TraceOutcome;
	readonly completed: EventDef;
}

/** A journal as objects, for what is made of it off the record path. */
export interface JournalView {
	readonly flags: number;
	/** What is true of the whole record. */
	readonly record: Readonly<Attributes>;
	/** Stages by position, in the order in which they began. */
	readonly stages: ReadonlyMap<number, StageView>;
	readonly finishes: readonly FinishView[];
}

const NS_PER_MS = 1_000_000;

/** Which stages are worth a look: by definition and position. */
export type IsWanted = (span: SpanDef, position: number) => boolean;

/** Reads a journal at `at`. Words that make no sense end it: what was read before stays. Of stages that are not wanted only what is true of the whole record. */
export function viewJournal(
	words: Int32Array,
	at: number,
	context: ReceiptContext,
	isWanted: IsWanted = () => true,
): JournalView {
	return new JournalReader(words, at, context, isWanted).read();
}

/** Numbers of the attributes that describe the whole record. */
const recordDefinitions = new Set<number>();

function isOfRecord(definition: number): boolean {
	if (recordDefinitions.size === 0) for (const key of RECORD_KEYS) recordDefinitions.add(attributeNamed(key) as number);
	return recordDefinitions.has(definition);
}

class JournalReader {
	readonly #words: Int32Array;
	readonly #at: number;
	readonly #context: ReceiptContext;
	readonly #isWanted: IsWanted;
	readonly #record: Attributes = {};
	readonly #stages = new Map<number, Mutable<StageView>>();
	readonly #owners = new Map<number, Attributes>();
	readonly #finishes: FinishView[] = [];
	#baseMs: number;

	constructor(words: Int32Array, at: number, context: ReceiptContext, isWanted: IsWanted) {
		this.#isWanted = isWanted;
		this.#words = words;
		this.#at = at;
		this.#context = context;
		this.#baseMs = readDouble(words, at + HEADER.BASE);
	}

	read(): JournalView {
		const words = this.#words;
		const end = Math.min(this.#at + words[this.#at + HEADER.LENGTH]!, words.length);
		this.#stage(this.#at);
		for (let at = this.#at + FIRST_ENTRY; at < end && isEntry(words[at]!); at += entryWords(words, at)) this.#entry(at);
		return {
			flags: words[this.#at + HEADER.FLAGS]!,
			record: this.#record,
			stages: this.#stages,
			finishes: this.#finishes,
		};
	}

	#entry(at: number): void {
		const words = this.#words;
		switch (kindOf(words[at]!)) {
			case Kind.STAGE:
				this.#stage(at);
				break;
			case Kind.EVENT:
				this.#event(at);
				break;
			case Kind.INTEGER:
				this.#number(at, words[at + 2]!);
				break;
			case Kind.NUMBER:
				this.#number(at, readDouble(words, at + 2));
				break;
			case Kind.CODE:
				this.#text(at, words[at + 1]!, () => textOf(words[at + 2]! as ValueDef) ?? '');
				break;
			case Kind.NAME:
				this.#text(at, words[at + 1]!, () => this.#context.nameOf(words[at + 2]!));
				break;
			case Kind.TEXT:
				this.#text(at, words[at + 1]! & OWNER_MASK, () => readText(words, at));
				break;
			case Kind.FAILURE:
				this.#failure(at);
				break;
			case Kind.FINISH:
				this.#finishes.push({
					stage: words[at + 1]!,
					timeMs: this.#time(words[at + 2]!),
					outcome: OUTCOMES[words[at + 3]!] ?? 'ABANDONED',
					completed: (words[at]! & DEFINITION_MASK) as EventDef,
				});
				break;
			case Kind.REBASE:
				this.#baseMs = readDouble(words, at + 1);
				break;
			default:
		}
	}

	#stage(at: number): void {
		const words = this.#words;
		const word = words[at]!;
		const definition = (word & DEFINITION_MASK) as SpanDef;
		if (!this.#isWanted(definition, at - this.#at)) return;
		const named = lookUpSpan(definition);
		if (named === undefined) return;
		const startMs = this.#time(words[at + 2]!);
		const isLong = (word & LONG) !== 0;
		const durationMs = isLong ? readDouble(words, this.#at + words[at + 3]! + 2) : words[at + 3]! / NS_PER_MS;
		const attributes: Attributes = {};
		this.#owners.set(at - this.#at, attributes);
		this.#stages.set(at - this.#at, {
			name: named.name,
			definition,
			entry: named.entry,
			startMs,
			endMs: (word & ENDED) === 0 ? Number.NaN : startMs + durationMs,
			error: undefined,
			failed: (word & STATUS_MASK) >>> STATUS_SHIFT === 2,
			attributes,
			events: [],
		});
	}

	#event(at: number): void {
		const stage = this.#stages.get(this.#words[at + 1]!);
		const definition = (this.#words[at]! & DEFINITION_MASK) as SpanEventDef;
		const named = lookUpSpanEvent(definition);
		if (stage === undefined || named === undefined) return;
		const attributes: Attributes = {};
		this.#owners.set(at - this.#at, attributes);
		const timeMs = this.#time(this.#words[at + 2]!);
		(stage.events as StageEventView[]).push({ name: named.name, definition, entry: named.entry, timeMs, attributes });
	}

	#failure(at: number): void {
		const stage = this.#stages.get(this.#words[at + 1]!);
		const named = lookUpError((this.#words[at]! & DEFINITION_MASK) as ErrorDef);
		if (stage === undefined || named === undefined) return;
		stage.error = named;
		Object.assign(stage.attributes, failureAttributes(named));
	}

	/** Nobody asks for it: it is of a stage that is not wanted, and not of the whole record. */
	#isIdle(at: number, owner: number): boolean {
		return !this.#owners.has(owner) && !isOfRecord(this.#words[at]! & DEFINITION_MASK);
	}

	#number(at: number, value: number): void {
		if (this.#isIdle(at, this.#words[at + 1]!)) return;
		const named = this.#attribute(at);
		if (named !== undefined)
			this.#set(named.name, this.#words[at + 1]!, named.entry.type === 'boolean' ? value !== 0 : value);
	}

	#text(at: number, owner: number, read: () => string): void {
		if (this.#isIdle(at, owner)) return;
		const value = read();
		const named = this.#attribute(at);
		if (named === undefined) return;
		if (named.entry.type !== 'list') {
			this.#set(named.name, owner, value);
			return;
		}
		const list = this.#owners.get(owner)?.[named.name];
		this.#set(named.name, owner, Array.isArray(list) ? [...list, value] : [value]);
	}

	#set(name: string, owner: number, value: AttributeValue): void {
		const attributes = isRecordAttribute(name) ? this.#record : this.#owners.get(owner);
		if (attributes !== undefined) attributes[name] = value;
	}

	#attribute(at: number) {
		return lookUpAttribute((this.#words[at]! & DEFINITION_MASK) as AttributeDef);
	}

	#time(nanoseconds: number): number {
		return this.#baseMs + nanoseconds / NS_PER_MS;
	}
}
