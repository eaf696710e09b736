import { writeDouble } from '../../src/recorder/doubles.ts';
import { meta } from '../../src/recorder/entries.ts';
import * as Flag from '../../src/recorder/flag.ts';
import * as HEADER from '../../src/recorder/header.ts';
import * as Kind from '../../src/recorder/kind.ts';
import {
	ENDED,
	FIRST_ENTRY,
	LENGTH_SHIFT,
	LONG,
	OWN_CONTEXT,
	STATUS_MASK,
	STATUS_SHIFT,
} from '../../src/recorder/layout.ts';

/** Header of a journal under test. */
export interface JournalHeader {
	readonly traceId: readonly number[];
	readonly parentSpanId: readonly number[];
	readonly sequence: number;
	readonly epoch: number;
	readonly baseMs: number;
	readonly flags: number;
}

const NS_PER_MS = 1e6;

/** Writes journals word by word as `layout.ts` says, without the recorder: any order, any times. */
export class JournalWriter {
	#words: number[];

	constructor(header: JournalHeader) {
		const words = new Int32Array(FIRST_ENTRY);
		words.set(header.traceId, HEADER.TRACE_ID);
		words.set(header.parentSpanId, HEADER.PARENT_SPAN_ID);
		words[HEADER.SEQUENCE] = header.sequence;
		words[HEADER.EPOCH] = header.epoch;
		writeDouble(header.baseMs, words, HEADER.BASE);
		words[HEADER.FLAGS] = header.flags;
		this.#words = [...words];
	}

	/** The entry stage comes first, at 0. */
	stage(span: number, parent: number, startNs: number): number {
		const at = this.#words[0] === 0 ? 0 : this.#words.length;
		const entry = [meta(Kind.STAGE, span), parent, startNs, 0];
		if (at === 0) this.#words.splice(0, 4, ...entry);
		else this.#words.push(...entry);
		return at;
	}

	/** Ends a stage after less than two seconds. */
	end(stage: number, durationNs: number, status: number): void {
		this.mark(stage, status);
		this.#words[stage]! |= ENDED;
		this.#words[stage + 3] = durationNs;
	}

	/** Ends a stage after any time. */
	endLong(stage: number, milliseconds: number, status: number): void {
		this.mark(stage, status);
		this.#words[stage]! |= ENDED | LONG;
		this.#words[stage + 3] = this.#entry(Kind.DURATION, 0, stage, ...double(milliseconds));
	}

	/** Sets a stage's status; UNSET leaves it as it is. */
	mark(stage: number, status: number): void {
		if (status !== 0) this.#words[stage] = (this.#words[stage]! & ~STATUS_MASK) | (status << STATUS_SHIFT);
	}

	event(event: number, stage: number, timeNs: number): number {
		return this.#entry(Kind.EVENT, event, stage, timeNs);
	}

	number(attribute: number, owner: number, value: number): void {
		if (value === (value | 0)) this.#entry(Kind.INTEGER, attribute, owner, value);
		else this.#entry(Kind.NUMBER, attribute, owner, ...double(value));
	}

	code(attribute: number, owner: number, value: number): void {
		this.#entry(Kind.CODE, attribute, owner, value);
	}

	name(attribute: number, owner: number, id: number): void {
		this.#entry(Kind.NAME, attribute, owner, id);
	}

	text(attribute: number, owner: number, text: string): void {
		this.#bytes(Kind.TEXT, attribute, owner, text);
	}

	failure(error: number, stage: number, timeNs: number, type: number, stack?: string): void {
		this.#entry(Kind.FAILURE, error, stage, timeNs, type);
		if (stack !== undefined) this.#bytes(Kind.STACK, 0, stage, stack);
	}

	link(type: number, stage: number, target: number): void {
		this.#entry(Kind.LINK, type, stage, target);
	}

	remoteLink(type: number, stage: number, ids: readonly number[], flags: number, traceState?: string): void {
		this.#entry(Kind.REMOTE_LINK, type, stage, ...ids, flags);
		if (traceState !== undefined) this.#bytes(Kind.TRACE_STATE, 0, stage, traceState);
	}

	ownTraceState(traceState: string): void {
		this.#words[HEADER.FLAGS]! |= Flag.HAS_CONTEXT;
		this.#bytes(Kind.TRACE_STATE, 0, OWN_CONTEXT, traceState);
	}

	baggage(text: string): void {
		this.#bytes(Kind.BAGGAGE, 0, OWN_CONTEXT, text);
	}

	finish(event: number, stage: number, timeNs: number, outcome: number): void {
		this.#entry(Kind.FINISH, event, stage, timeNs, outcome);
	}

	rebase(baseMs: number): void {
		this.#words[HEADER.FLAGS]! |= Flag.REBASED;
		this.#entry(Kind.REBASE, 0, ...double(baseMs));
	}

	/** The journal, `before` words behind the beginning of an array that goes on after it. */
	words(before = 0): Int32Array {
		const words = new Int32Array(before + this.#words.length + 7).fill(-1);
		words.set(this.#words, before);
		words[before + HEADER.LENGTH] = this.#words.length;
		return words;
	}

	#entry(kind: number, definition: number, ...rest: number[]): number {
		return this.#words.push(meta(kind, definition), ...rest) - rest.length - 1;
	}

	#bytes(kind: number, definition: number, owner: number, text: string): void {
		const bytes = Buffer.from(text);
		const padded = Buffer.alloc((bytes.length + 3) & ~3);
		bytes.copy(padded);
		this.#words.push(meta(kind, definition), owner | (bytes.length << LENGTH_SHIFT));
		for (let at = 0; at < padded.length; at += 4) this.#words.push(padded.readInt32LE(at));
	}
}

function double(value: number): [number, number] {
	const words = new Int32Array(2);
	writeDouble(value, words, 0);
	return [words[0] as number, words[1] as number];
}

/** Nanoseconds since the Unix epoch, exactly. */
export function unixNanos(baseMs: number, offsetNs: number): bigint {
	const whole = Math.floor(baseMs);
	return BigInt(whole) * BigInt(NS_PER_MS) + BigInt(Math.round((baseMs - whole) * NS_PER_MS)) + BigInt(offsetNs);
}
