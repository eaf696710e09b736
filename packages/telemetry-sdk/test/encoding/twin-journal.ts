import { SpanKind, type SpanStatusCode } from '@opentelemetry/api';
import {
	type AttributeDef,
	type AttributeValue,
	EpochKeys,
	type ErrorDef,
	type EventDef,
	failureAttributes,
	isRecordAttribute,
	placeOf,
	type SpanDef,
	type SpanEventDef,
	textOf,
	type ValueDef,
	visibleAttributes,
	writeHexWords,
} from '@pipeline/telemetry-core';
import {
	type DetailLevel,
	lookUpAttribute,
	lookUpError,
	lookUpSpan,
	lookUpSpanEvent,
	TABLE_SIZE,
} from '@pipeline/telemetry-core/registry';
import * as Flag from '../../src/recorder/flag.ts';
import { LINK_TYPES } from '../../src/recorder/link-types.ts';
import type { ReceiptContext } from '../../src/recorder/receipts.ts';
import { type JournalHeader, JournalWriter, unixNanos } from './journal-writer.ts';
import type { SdkSpan } from './sdk-spans.ts';

type Attributes = Record<string, AttributeValue>;
const LEVELS: Record<DetailLevel, number> = { minimal: 0, standard: 1, full: 2 };

interface Stage {
	readonly at: number;
	readonly definition: SpanDef;
	/** In the list of stages; -1: none. */
	readonly parent: number;
	readonly baseMs: number;
	readonly startNs: number;
	readonly attributes: Attributes;
	readonly events: { name: string; time: bigint; attributes: Attributes; isException: boolean }[];
	readonly links: { target: number | SdkSpan['links'][number]['context']; type: string }[];
	end: bigint | undefined;
	status: number;
	error: string | undefined;
}

export const NAMES = ['', 'TypeError', 'schema-7', 'naïve', 'x'.repeat(200), 'Ошибка'];

const KEYS = new EpochKeys(0, new Uint32Array([1, 2, 3, 4, 5, 6, 7, 8]));
export const context: ReceiptContext = {
	keysOf: (epoch) => (epoch === 0 ? KEYS : undefined),
	nameOf: (id) => NAMES[id] ?? '',
};

export const scopeOf = (definition: SpanDef) => ({
	name: `@pipeline/scope-${Math.floor(definition / TABLE_SIZE)}`,
	version: definition / TABLE_SIZE < 2 ? '1.2.3' : '',
});

export const COMMON = { 'pipeline.namespace': 'ns', 'pipeline.product.name': 'flights', 'pipeline.mode': 'dev' };

/** A journal and the spans that the journal on the OpenTelemetry API would make of the same calls. */
export class TwinJournal {
	readonly writer: JournalWriter;
	readonly #header: JournalHeader;
	readonly #stages: Stage[] = [];
	/** What may have attributes: stages and events. */
	readonly #owners: { readonly at: number; readonly attributes: Attributes }[] = [];
	readonly #record: Attributes = {};
	readonly #traceState: string;
	#baseMs: number;
	#last = 0n;

	constructor(header: JournalHeader, traceState = '') {
		this.#header = header;
		this.#baseMs = header.baseMs;
		this.#traceState = traceState;
		this.writer = new JournalWriter(header);
	}

	get owners(): number {
		return this.#owners.length;
	}

	get stages(): number {
		return this.#stages.length;
	}

	begin(definition: SpanDef): void {
		this.enter(definition, 0, 0);
		if (this.#traceState !== '') this.writer.ownTraceState(this.#traceState);
	}

	enter(definition: SpanDef, parent: number, startNs: number): void {
		const above = this.#stages[parent];
		const at = this.writer.stage(definition, above?.at ?? 0, startNs);
		const stage: Stage = {
			at,
			definition,
			parent: above === undefined ? -1 : parent,
			baseMs: this.#baseMs,
			startNs,
			attributes: {},
			events: [],
			links: [],
			end: undefined,
			status: 0,
			error: undefined,
		};
		this.#tell(startNs);
		this.#stages.push(stage);
		this.#owners.push(stage);
	}

	exit(index: number, durationNs: number, status: number): void {
		const stage = this.#stages[index];
		if (stage === undefined || stage.end !== undefined) return;
		if (status !== 0) stage.status = status;
		stage.end = unixNanos(stage.baseMs, stage.startNs + durationNs);
		if (stage.end > this.#last) this.#last = stage.end;
		if (durationNs < 2e9) this.writer.end(stage.at, durationNs, status);
		else this.writer.endLong(stage.at, durationNs / 1e6, status);
	}

	set(owner: number, attribute: AttributeDef, value: number | string): void {
		const named = lookUpAttribute(attribute);
		const to = this.#owners[owner];
		if (named === undefined || to === undefined) return;
		const { name, entry } = named;
		const isNumber = typeof value === 'number';
		if (entry.type === 'code') this.writer.code(attribute, to.at, value as number);
		else if (isNumber && (entry.type === 'text' || entry.type === 'list')) this.writer.name(attribute, to.at, value);
		else if (isNumber) this.writer.number(attribute, to.at, value);
		else this.writer.text(attribute, to.at, value);
		const attributes = isRecordAttribute(name) ? this.#record : to.attributes;
		if (entry.type === 'code') attributes[name] = textOf(value as ValueDef) ?? '';
		else if (entry.type === 'boolean') attributes[name] = value !== 0;
		else if (entry.type === 'number') attributes[name] = value;
		else {
			const text = isNumber ? (NAMES[value] ?? '') : Buffer.from(value).toString();
			const list = attributes[name];
			attributes[name] = entry.type === 'text' ? text : Array.isArray(list) ? [...list, text] : [text];
		}
	}

	event(index: number, event: SpanEventDef, timeNs: number): void {
		const stage = this.#stages[index];
		const named = lookUpSpanEvent(event);
		if (stage === undefined || named === undefined) return;
		const at = this.writer.event(event, stage.at, timeNs);
		const added = { name: named.name, time: this.#tell(timeNs), attributes: {}, isException: false };
		stage.events.push(added);
		this.#owners.push({ at, attributes: added.attributes });
	}

	fail(index: number, error: ErrorDef, timeNs: number, type: number, stack?: string): void {
		const stage = this.#stages[index];
		const named = lookUpError(error);
		if (stage === undefined || named === undefined) return;
		this.writer.failure(error, stage.at, timeNs, type, stack);
		const time = this.#tell(timeNs);
		stage.error = named.name;
		stage.status = 2;
		this.writer.mark(stage.at, 2);
		Object.assign(stage.attributes, failureAttributes(named));
		const thrown = NAMES[type] ?? '';
		if (thrown === '') return;
		const attributes: Attributes = { 'exception.type': thrown, 'exception.message': named.name };
		if (stack !== undefined) attributes['exception.stacktrace'] = stack;
		stage.events.push({ name: 'exception', time, attributes, isException: true });
	}

	/** @param stage number of a stage; where there is none, it is taken as a position */
	finish(stage: number, event: EventDef, timeNs: number, outcome: number): void {
		this.writer.finish(event, this.#stages[stage]?.at ?? stage, timeNs, outcome);
	}

	link(index: number, type: number, target: number): void {
		const stage = this.#stages[index];
		const to = this.#stages[target];
		if (stage === undefined || to === undefined) return;
		this.writer.link(type, stage.at, to.at);
		stage.links.push({ target, type: LINK_TYPES[type] ?? '' });
	}

	remoteLink(index: number, type: number, ids: readonly number[], traceFlags: number, traceState?: string): void {
		const stage = this.#stages[index];
		if (stage === undefined) return;
		this.writer.remoteLink(type, stage.at, ids, traceFlags, traceState);
		const hex = writeHexWords(new Uint32Array(ids), 0, 6);
		const linked = { traceId: hex.slice(0, 32), spanId: hex.slice(32), traceFlags, isRemote: true };
		const state = traceState as never;
		stage.links.push({
			target: traceState === undefined ? linked : { ...linked, traceState: { serialize: () => state } as never },
			type: LINK_TYPES[type] ?? '',
		});
	}

	rebase(milliseconds: number): void {
		this.writer.rebase(milliseconds);
		this.#baseMs = milliseconds;
	}

	/** @param traceState what the trace state becomes, where that is not what the journal holds */
	spans(detail: DetailLevel, extras: Attributes = {}, traceState = this.#traceState): SdkSpan[] {
		const isWritten = this.#stages.map(({ definition }, index) => {
			const level = lookUpSpan(definition)?.entry.level;
			return index === 0 || (level !== undefined && LEVELS[level] <= LEVELS[detail]);
		});
		const writtenAs = (index: number): number =>
			index < 0 || isWritten[index] === true ? index : writtenAs(this.#stages[index]?.parent ?? -1);
		const header = this.#header;
		const traceId = writeHexWords(new Uint32Array(header.traceId), 0, 4);
		const traceFlags = 1 | ((header.flags & Flag.RANDOM) === 0 ? 0 : 2);
		const contextOf = (spanId: string, isRemote: boolean) => ({ traceId, spanId, traceFlags, isRemote });
		const remote = writeHexWords(new Uint32Array(header.parentSpanId), 0, 2);
		const own = { serialize: () => traceState } as never;
		return this.#stages.flatMap((stage, index) => {
			const { name, entry } = lookUpSpan(stage.definition) ?? { name: '', entry: undefined };
			if (isWritten[index] !== true || entry === undefined) return [];
			const above = writtenAs(stage.parent);
			const isRoot = (header.flags & Flag.ROOT) !== 0;
			const parent = above >= 0 ? contextOf(this.#spanId(above), false) : isRoot ? undefined : contextOf(remote, true);
			const abandoned = stage.end === undefined ? { 'pipeline.abandoned': true } : {};
			return [
				{
					scope: scopeOf(stage.definition),
					name,
					kind: SpanKind[entry.kind],
					traceId,
					spanId: this.#spanId(index),
					parent,
					traceFlags,
					traceState,
					start: unixNanos(stage.baseMs, stage.startNs),
					end: stage.end ?? this.#last,
					attributes: {
						...COMMON,
						...placeOf(name),
						...this.#record,
						...(index === 0 ? extras : {}),
						...abandoned,
						...visibleAttributes(stage.attributes),
						...(index === 0 ? extras : {}),
						...abandoned,
					},
					events: stage.events.map(({ name: event, time, attributes }) => ({
						name: event,
						time,
						attributes: visibleAttributes(attributes),
					})),
					links: stage.links.map(({ target, type }) => ({
						type,
						context:
							typeof target === 'number'
								? { ...contextOf(this.#spanId(writtenAs(target)), false), traceState: own }
								: target,
					})),
					status: {
						code: stage.status as SpanStatusCode,
						...(stage.status === 2 ? { message: stage.error ?? '' } : {}),
					},
				},
			];
		});
	}

	#spanId(index: number): string {
		const ids = new Uint32Array(2);
		KEYS.writeSpanId(this.#header.sequence, this.#stages[index]?.at ?? 0, ids, 0);
		return writeHexWords(ids, 0, 2);
	}

	#tell(timeNs: number): bigint {
		const time = unixNanos(this.#baseMs, timeNs);
		if (time > this.#last) this.#last = time;
		return time;
	}
}
