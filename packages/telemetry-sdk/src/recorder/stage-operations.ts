// Hot path: two calls for each stage of each record, or one. Closures over constant arrays: as methods they take three times as long.
import {
	ENTRY_STAGE,
	type Journal,
	type RecordTracer,
	type SpanDef,
	type Stage,
	type StageStatus,
} from '@pipeline/telemetry-core';
import * as Flag from './flag.ts';
import type { JournalMemory } from './journal-memory.ts';
import {
	ENDED,
	ENDED_STAGE_WORD,
	ERROR_STATUS,
	OPEN_STAGE_MASK,
	STAGE_WORD,
	STAGE_WORDS,
	STATUS_SHIFT,
	UNSET_STATUS,
} from './layout.ts';
import type { SlotClock } from './slot-clock.ts';
import {
	BASE,
	FLAGS,
	LAST,
	LENGTH,
	MARK,
	MAX_AGE_NS,
	NS_PER_MS,
	OFFSET,
	OPEN,
	PLACE,
	ROOM,
	S_PER_NS,
	STATE_WORDS,
	TERMINALS,
	TIMES,
} from './slot-state.ts';
import type { OnUnwritten, StageFallback } from './stage-fallback.ts';

/** No stage: what is said about it is not written. */
const UNWRITTEN = -1 as Stage;

export type StageOperations = Pick<RecordTracer, 'enter' | 'exit' | 'lap' | 'insert' | 'seconds'>;

export interface StageOptions {
	readonly memory: JournalMemory;
	readonly fallback: StageFallback;
	readonly clock: SlotClock;
	/** Stages of this length or more are looked at closely. */
	readonly slowMs: number;
	readonly onUnwritten: OnUnwritten;
	/** Nothing of the record is open any more, and nothing is to come. */
	readonly complete: (slot: number) => void;
}

/** Begin and end of stages. */
export function createStageOperations(options: StageOptions): StageOperations {
	const { memory, fallback, clock, slowMs, onUnwritten, complete } = options;
	const { state, times, slotMask } = memory;
	const seconds = new Float64Array(1);
	// Start and end of what is written by them; as arguments of functions that the compiler does not inline they would take 16 B each.
	const moments = new Float64Array(2);
	const quickNs = Math.min(slowMs * NS_PER_MS, MAX_AGE_NS);

	function open(slot: number, span: SpanDef, parent: Stage, since: number): Stage {
		const row = slot * STATE_WORDS;
		const at = state[row + LENGTH]!;
		if (since < 0 || at + STAGE_WORDS > state[row + ROOM]!) return fallback.open(slot, span, parent, clock.last());
		const { arena } = memory;
		const place = state[row + PLACE]! + at;
		arena[place] = STAGE_WORD | span;
		arena[place + 1] = parent;
		arena[place + 2] = since;
		arena[place + 3] = 0;
		state[row + LENGTH] = at + STAGE_WORDS;
		state[row + LAST] = at;
		return at as Stage;
	}

	/** A stage that has ended; there is room for it. */
	function write(
		row: number,
		at: number,
		span: SpanDef,
		parent: Stage,
		status: StageStatus,
		time: number,
		nanoseconds: number,
	): void {
		const { arena } = memory;
		const place = state[row + PLACE]! + at;
		arena[place] = ENDED_STAGE_WORD | span | (status << STATUS_SHIFT);
		arena[place + 1] = parent;
		arena[place + 2] = time;
		arena[place + 3] = nanoseconds;
		state[row + LENGTH] = at + STAGE_WORDS;
		state[row + LAST] = at;
	}

	/** From one of the `moments` to the other. */
	function closed(slot: number, span: SpanDef, parent: Stage, status: StageStatus): Stage {
		const startNs = moments[0]!;
		const endNs = moments[1]!;
		const row = slot * STATE_WORDS;
		const at = state[row + LENGTH]!;
		const time = startNs - times[slot * TIMES + BASE]!;
		const nanoseconds = endNs - startNs;
		seconds[0] = nanoseconds * S_PER_NS;
		if (at + STAGE_WORDS > state[row + ROOM]! || !(time >= 0 && time < MAX_AGE_NS) || nanoseconds >= quickNs) {
			const stage = fallback.open(slot, span, parent, startNs);
			fallback.close(slot, stage, status, endNs);
			return stage;
		}
		write(row, at, span, parent, status, time, nanoseconds);
		if (status === ERROR_STATUS) state[row + FLAGS]! |= Flag.ERROR;
		return at as Stage;
	}

	// Apart from `lap`: what is short is made part of its caller.
	function unusualLap(slot: number, span: SpanDef, parent: Stage, status: StageStatus, end: number): Stage {
		moments[0] = clock.markOf(slot);
		moments[1] = clock.last();
		clock.mark(slot, end);
		return closed(slot, span, parent, status);
	}

	/** True when the stage is one of this journal that was open. */
	function close(slot: number, stage: Stage, status: StageStatus, since: number): boolean {
		const row = slot * STATE_WORDS;
		const { arena } = memory;
		const place = state[row + PLACE]! + stage;
		const isInSlot = stage >= 0 && stage < state[row + LENGTH]! && state[row + ROOM]! > 0;
		if (isInSlot && (arena[place]! & OPEN_STAGE_MASK) === STAGE_WORD) {
			const nanoseconds = since - arena[place + 2]!;
			const isOrdinary = since >= 0 && nanoseconds >= 0 && nanoseconds < quickNs;
			if (isOrdinary && status === UNSET_STATUS && (state[row + FLAGS]! & Flag.REBASED) === 0) {
				seconds[0] = nanoseconds * S_PER_NS;
				arena[place + 3] = nanoseconds;
				arena[place]! |= ENDED;
				return true;
			}
		}
		const endNs = clock.last();
		const nanoseconds =
			stage < 0 ? fallback.unwrittenNs(slot, stage, endNs) : fallback.close(slot, stage, status, endNs);
		if (nanoseconds < 0) return false;
		seconds[0] = nanoseconds * S_PER_NS;
		return stage >= 0;
	}

	return {
		seconds,

		enter(journal: Journal, span: SpanDef, parent: Stage): Stage {
			const slot = journal & slotMask;
			if (state[slot * STATE_WORDS] !== journal) return ENTRY_STAGE;
			const since = clock.sinceBase(slot * STATE_WORDS);
			clock.mark(slot, since);
			const stage = open(slot, span, parent, since);
			if (stage > 0) state[slot * STATE_WORDS + OPEN]!++;
			return stage;
		},

		exit(journal: Journal, stage: Stage, status: StageStatus): void {
			const slot = journal & slotMask;
			const row = slot * STATE_WORDS;
			if (state[row] !== journal) return;
			const since = clock.sinceBase(row);
			if (!close(slot, stage, status, since)) return;
			clock.mark(slot, since);
			if (--state[row + OPEN]! <= 0 && state[row + TERMINALS]! <= 0) complete(slot);
		},

		lap(journal: Journal, span: SpanDef, parent: Stage, status: StageStatus): Stage {
			const slot = journal & slotMask;
			const row = slot * STATE_WORDS;
			if (state[row] !== journal) return ENTRY_STAGE;
			const start = state[row + MARK]!;
			const end = clock.sinceBase(row);
			const at = state[row + LENGTH]!;
			const nanoseconds = end - start;
			// What most laps are; negative numbers are large ones here.
			const isOrdinary = (start | end) >= 0 && nanoseconds >>> 0 < quickNs && status !== ERROR_STATUS;
			if (!isOrdinary || at + STAGE_WORDS > state[row + ROOM]!) return unusualLap(slot, span, parent, status, end);
			state[row + MARK] = end;
			write(row, at, span, parent, status, start, nanoseconds);
			seconds[0] = nanoseconds * S_PER_NS;
			return at as Stage;
		},

		insert(journal: Journal, span: SpanDef, parent: Stage, startMs: number, endMs: number, status: StageStatus): Stage {
			const slot = journal & slotMask;
			if (state[slot * STATE_WORDS] !== journal) return ENTRY_STAGE;
			// Times from elsewhere may be anything; one that is none would move the journal's base there.
			if (!Number.isFinite(startMs) || !Number.isFinite(endMs)) {
				onUnwritten('INVALID');
				return UNWRITTEN;
			}
			const offset = times[slot * TIMES + OFFSET]!;
			moments[0] = (startMs - offset) * NS_PER_MS;
			moments[1] = (Math.max(startMs, endMs) - offset) * NS_PER_MS;
			return closed(slot, span, parent, status);
		},
	};
}
