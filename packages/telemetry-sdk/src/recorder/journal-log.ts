// Hot path: room and times for the entries of journals.
import type { SpanDef } from '@pipeline/telemetry-core';
import { readDouble, writeDouble } from './doubles.ts';
import { entryWords, isOwnerWord, kindOf, meta } from './entries.ts';
import * as Flag from './flag.ts';
import type { JournalMemory } from './journal-memory.ts';
import * as Kind from './kind.ts';
import { DEFINITION_MASK, ENTRY_KIND_MASK, FIRST_ENTRY, MAX_WORDS, OPEN_STAGE_MASK, STAGE_WORD } from './layout.ts';
import type { SlotClock } from './slot-clock.ts';
import {
	BASE,
	BEGIN,
	FLAGS,
	HEADROOM,
	LENGTH,
	MAX_AGE_NS,
	NS_PER_MS,
	OFFSET,
	STATE_WORDS,
	TIMES,
} from './slot-state.ts';

/** The log of each slot: how entries get their place and their time. */
export class JournalLog {
	readonly #memory: JournalMemory;
	readonly #clock: SlotClock;

	constructor(memory: JournalMemory, clock: SlotClock) {
		this.#memory = memory;
		this.#clock = clock;
	}

	/** Room for an entry, at the journal's end; -1 when there is none. `headroom`: words that have to stay free behind it. */
	reserve(slot: number, words: number, headroom: number = HEADROOM): number {
		const { state, logs } = this.#memory;
		const row = slot * STATE_WORDS;
		const at = state[row + LENGTH]!;
		const end = at + words;
		if (end + headroom > logs[slot]!.length && !this.#memory.grow(slot, end + headroom, MAX_WORDS)) {
			state[row + FLAGS]! |= Flag.TRUNCATED;
			return -1;
		}
		state[row + LENGTH] = end;
		return at;
	}

	/** Nanoseconds since the journal's base, which is moved when it is too far off. Before the entry's room is reserved. */
	time(slot: number, now: number): number {
		const time = now - this.#memory.times[slot * TIMES + BASE]!;
		return time >= 0 && time < MAX_AGE_NS ? time : this.#rebase(slot, now);
	}

	/** When a stage began, by the recorder's clock. */
	startOf(slot: number, stage: number): number {
		const { state, times, logs } = this.#memory;
		const isRebased = (state[slot * STATE_WORDS + FLAGS]! & Flag.REBASED) !== 0;
		const base = isRebased ? this.#baseAt(slot, stage) : times[slot * TIMES + BASE]!;
		return base + logs[slot]![stage + 2]!;
	}

	/** The meta word at a position; 0 outside the journal. */
	entry(slot: number, at: number): number {
		return at >= 0 && at < this.#memory.state[slot * STATE_WORDS + LENGTH]! ? this.#memory.logs[slot]![at]! : 0;
	}

	/** Calls back for each stage that has not ended, with the span it is. */
	forEachOpen(slot: number, visit: (span: SpanDef) => void): void {
		const log = this.#memory.logs[slot]!;
		const length = this.#memory.state[slot * STATE_WORDS + LENGTH]!;
		for (let at = 0; at < length; at = at === 0 ? FIRST_ENTRY : at + entryWords(log, at))
			if ((log[at]! & OPEN_STAGE_MASK) === STAGE_WORD) visit((log[at]! & DEFINITION_MASK) as SpanDef);
	}

	isStage(slot: number, at: number): boolean {
		return (this.entry(slot, at) & ENTRY_KIND_MASK) === STAGE_WORD;
	}

	/** True for a stage or an event of this journal: what may have attributes. */
	isOwner(slot: number, at: number): boolean {
		return isOwnerWord(this.entry(slot, at));
	}

	#rebase(slot: number, now: number): number {
		const at = this.reserve(slot, 3);
		if (at < 0) return 0;
		const { state, times, logs } = this.#memory;
		const log = logs[slot]!;
		log[at] = meta(Kind.REBASE, 0);
		// Times from elsewhere have fractions.
		const base = Math.floor(now);
		writeDouble(base / NS_PER_MS + times[slot * TIMES + OFFSET]!, log, at + 1);
		this.#clock.setBase(slot, base);
		state[slot * STATE_WORDS + FLAGS]! |= Flag.REBASED;
		return 0;
	}

	#baseAt(slot: number, position: number): number {
		const { times, logs } = this.#memory;
		const log = logs[slot]!;
		let base = times[slot * TIMES + BEGIN]!;
		for (let at = FIRST_ENTRY; at < position; at += entryWords(log, at))
			if (kindOf(log[at]!) === Kind.REBASE)
				base = (readDouble(log, at + 1) - times[slot * TIMES + OFFSET]!) * NS_PER_MS;
		return base;
	}
}
