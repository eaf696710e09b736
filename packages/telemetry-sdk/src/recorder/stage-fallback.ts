import { type SpanDef, type Stage, StageStatus } from '@pipeline/telemetry-core';
import type { DefinitionFacts } from './definition-facts.ts';
import { readDouble, writeDouble } from './doubles.ts';
import { entryWords, kindOf, meta } from './entries.ts';
import * as Flag from './flag.ts';
import type { JournalLog } from './journal-log.ts';
import type { JournalMemory } from './journal-memory.ts';
import * as Kind from './kind.ts';
import { DEFINITION_MASK, ENDED, FIRST_ENTRY, LONG, STATUS_MASK, STATUS_SHIFT } from './layout.ts';
import { BEGIN, FLAGS, LENGTH, MAX_AGE_NS, NS_PER_MS, ROOM, SPANS, STATE_WORDS, TIMES } from './slot-state.ts';

const NS_PER_MICRO = 1_000;
const WORDS = 4;

/** Told of each stage that is not written: the journal is too long, or its times are none. */
export type OnUnwritten = (reason: 'TRUNCATED' | 'INVALID') => void;

/** Stages as few journals have them: long ones, and those of journals that have outgrown their slot. */
export class StageFallback {
	readonly #memory: JournalMemory;
	readonly #log: JournalLog;
	readonly #facts: DefinitionFacts;
	readonly #slowNs: number;
	readonly #maxSpans: number;
	readonly #onUnwritten: OnUnwritten;

	constructor(
		memory: JournalMemory,
		log: JournalLog,
		facts: DefinitionFacts,
		slowMs: number,
		maxSpans: number,
		onUnwritten: OnUnwritten,
	) {
		this.#memory = memory;
		this.#log = log;
		this.#facts = facts;
		this.#slowNs = slowMs * NS_PER_MS;
		this.#maxSpans = maxSpans;
		this.#onUnwritten = onUnwritten;
	}

	/** @returns a negative number without room: the stage is not written, but timed all the same (`unwrittenNs`) */
	open(slot: number, span: SpanDef, parent: Stage, now: number): Stage {
		const { state, times, logs } = this.#memory;
		const row = slot * STATE_WORDS;
		const time = this.#log.time(slot, now);
		const at = this.#isWithinLimit(slot, span) ? this.#log.reserve(slot, WORDS) : -1;
		if (at < 0) {
			state[row + FLAGS]! |= Flag.TRUNCATED;
			this.#onUnwritten('TRUNCATED');
			const begin = times[slot * TIMES + BEGIN]!;
			return (-1 - Math.max(0, Math.round((now - begin) / NS_PER_MICRO))) as Stage;
		}
		const log = logs[slot]!;
		log[at] = meta(Kind.STAGE, span);
		log[at + 1] = parent;
		log[at + 2] = time;
		log[at + 3] = 0;
		return at as Stage;
	}

	/** Nanoseconds since a stage that was not written began: its number says when, in microseconds of the record. */
	unwrittenNs(slot: number, stage: Stage, now: number): number {
		return now - this.#memory.times[slot * TIMES + BEGIN]! + (stage + 1) * NS_PER_MICRO;
	}

	/** Ends a stage. @returns its nanoseconds; -1 when there is no such stage, or it had ended */
	close(slot: number, stage: Stage, status: StageStatus, now: number): number {
		const word = this.#log.entry(slot, stage);
		if (!this.#log.isStage(slot, stage) || (word & ENDED) !== 0) return -1;
		const { state, logs } = this.#memory;
		const nanoseconds = Math.max(0, now - this.#log.startOf(slot, stage));
		const marked = status === StageStatus.UNSET ? word : (word & ~STATUS_MASK) | (status << STATUS_SHIFT);
		if (status === StageStatus.ERROR) state[slot * STATE_WORDS + FLAGS]! |= Flag.ERROR;
		if (nanoseconds >= this.#slowNs) this.#noteSlow(slot, stage, word, nanoseconds);
		const isLong = nanoseconds >= MAX_AGE_NS && this.#writeLong(slot, stage, nanoseconds / NS_PER_MS);
		const log = logs[slot]!;
		if (!isLong) log[stage + 3] = Math.min(nanoseconds, MAX_AGE_NS);
		log[stage] = isLong ? marked | ENDED | LONG : marked | ENDED;
		return nanoseconds;
	}

	/** Spans of the minimal level are always written; the limit cuts the others. */
	#isWithinLimit(slot: number, span: SpanDef): boolean {
		const { state } = this.#memory;
		const row = slot * STATE_WORDS;
		if (state[row + ROOM]! > 0) return true;
		if (state[row + SPANS] === 0) state[row + SPANS] = this.#count(slot);
		return ++state[row + SPANS]! <= this.#maxSpans || this.#facts.isMinimal(span);
	}

	#count(slot: number): number {
		const log = this.#memory.logs[slot]!;
		const length = this.#memory.state[slot * STATE_WORDS + LENGTH]!;
		let stages = 1;
		for (let at = FIRST_ENTRY; at < length; at += entryWords(log, at)) if (kindOf(log[at]!) === Kind.STAGE) stages++;
		return stages;
	}

	#writeLong(slot: number, stage: number, milliseconds: number): boolean {
		const at = this.#log.reserve(slot, WORDS);
		if (at < 0) return false;
		const log = this.#memory.logs[slot]!;
		log[at] = meta(Kind.DURATION, 0);
		log[at + 1] = stage;
		writeDouble(milliseconds, log, at + 2);
		log[stage + 3] = at;
		return true;
	}

	/**
	 * Work that took long keeps the trace. Waiting is no work, and the entry stage of a module, alone in its process or not, holds all that
	 * the record waited for.
	 */
	#noteSlow(slot: number, stage: number, word: number, nanoseconds: number): void {
		const { state } = this.#memory;
		const flags = state[slot * STATE_WORDS + FLAGS]!;
		const span = word & DEFINITION_MASK;
		if (stage === 0 || (flags & Flag.SLOW_OPERATION) !== 0) return;
		if (this.#facts.isWait(span) || this.#facts.takesOver(span)) return;
		if (nanoseconds - this.#waitedMs(slot, stage) * NS_PER_MS >= this.#slowNs)
			state[slot * STATE_WORDS + FLAGS] = flags | Flag.SLOW_OPERATION;
	}

	/** Milliseconds of the waits inside a stage. Waits at the same time count once each: it is rather not slow than slow. */
	#waitedMs(slot: number, stage: number): number {
		const log = this.#memory.logs[slot]!;
		const length = this.#memory.state[slot * STATE_WORDS + LENGTH]!;
		let waited = 0;
		for (let at = stage + WORDS; at < length; at += entryWords(log, at)) {
			const milliseconds = this.#waitAt(log, at);
			if (milliseconds > 0 && isInside(log, at, stage)) waited += milliseconds;
		}
		return waited;
	}

	/** Milliseconds of waiting that an entry tells of: a stage, or an attribute. */
	#waitAt(log: Int32Array, at: number): number {
		const word = log[at]!;
		const definition = word & DEFINITION_MASK;
		switch (kindOf(word)) {
			case Kind.STAGE:
				return (word & ENDED) !== 0 && this.#facts.isWait(definition) ? durationMs(log, at) : 0;
			case Kind.INTEGER:
				return this.#facts.isWaited(definition) ? log[at + 2]! : 0;
			case Kind.NUMBER:
				return this.#facts.isWaited(definition) ? readDouble(log, at + 2) : 0;
			default:
				return 0;
		}
	}
}

/** Entries are written behind the stage they are inside of; a parent that is not before its child is none. */
function isInside(log: Int32Array, at: number, stage: number): boolean {
	let inner = at;
	for (let outer = log[at + 1]!; outer < inner; outer = log[outer + 1]!) {
		if (outer <= stage) return outer === stage;
		inner = outer;
	}
	return false;
}

function durationMs(log: Int32Array, at: number): number {
	return (log[at]! & LONG) === 0 ? log[at + 3]! / NS_PER_MS : readDouble(log, log[at + 3]! + 2);
}
