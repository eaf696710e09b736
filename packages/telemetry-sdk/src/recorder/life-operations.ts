// Hot path: begin and end of each record. Closures over constant arrays, as for stages.
import {
	ENTRY_STAGE,
	type EventDef,
	type Journal,
	type KeepReason,
	NO_JOURNAL,
	type RecordTracer,
	type SpanDef,
	type Stage,
	type TraceFields,
	type TraceOutcome,
	writeCarrier,
} from '@pipeline/telemetry-core';
import type { DefinitionFacts } from './definition-facts.ts';
import { writeDouble } from './doubles.ts';
import type { EntryWriter } from './entry-writer.ts';
import * as Flag from './flag.ts';
import * as HEADER from './header.ts';
import type { JournalArchive, LossReason } from './journal-archive.ts';
import type { JournalLog } from './journal-log.ts';
import type { JournalMemory } from './journal-memory.ts';
import { FINISH_WORD, FINISH_WORDS, FIRST_ENTRY, STAGE_WORD } from './layout.ts';
import type { Origin } from './origin.ts';
import { KEEP_REASONS, OUTCOMES } from './outcomes.ts';
import type { SlotClock } from './slot-clock.ts';
import {
	BATCH,
	BEGIN,
	FLAGS,
	LAST,
	LENGTH,
	MS_PER_NS,
	NS_PER_MS,
	OFFSET,
	OPEN,
	PLACE,
	RECORD_ID,
	ROOM,
	STATE_WORDS,
	TERMINALS,
	TIMES,
} from './slot-state.ts';

const SWEEP_EVERY = 4_096;
const OUTCOME_NUMBERS = new Map<string, number>(OUTCOMES.map((outcome, number) => [outcome, number]));
/** Most end as the first of them does. */
const numberOf = (outcome: TraceOutcome): number => (outcome === OUTCOMES[0] ? 0 : (OUTCOME_NUMBERS.get(outcome) ?? 0));

export interface LifeOptions {
	readonly memory: JournalMemory;
	readonly log: JournalLog;
	readonly writer: EntryWriter;
	readonly facts: DefinitionFacts;
	readonly origin: Origin;
	readonly archive: JournalArchive;
	readonly clock: SlotClock;
	readonly now: () => number;
	readonly slowTraceMs: number;
	readonly abandonAfterMs: number;
	readonly onLost: (reason: LossReason) => void;
	readonly onAbandoned: (span: SpanDef) => void;
	/** Journals of records that have ended go nowhere. */
	readonly isClockOnly: boolean;
}

export interface LifeOperations extends Pick<RecordTracer, 'fork' | 'finish' | 'park' | 'keep'> {
	/** A new journal; `item` carries it. */
	open(span: SpanDef, item: object, remote: Readonly<TraceFields> | undefined): Journal;
	/** The record has left, or will not end any more. */
	complete(slot: number): void;
	/** Records that were begun so far. */
	begun(): number;
	/** Gives up records that are open for too long. */
	sweep(): void;
	/** Gives up all records that are open. */
	abandon(): void;
}

/** Begin and end of records. */
export function createLifeOperations(options: LifeOptions): LifeOperations {
	const { memory, log, writer, facts, origin, archive, clock, now, slowTraceMs, abandonAfterMs, isClockOnly } = options;
	const { onLost, onAbandoned } = options;
	const { state, times, slotMask } = memory;
	const slowTraceNs = slowTraceMs * NS_PER_MS;
	let begun = 0;

	function complete(slot: number): void {
		let flags = state[slot * STATE_WORDS + FLAGS]!;
		if (clock.markOf(slot) - times[slot * TIMES + BEGIN]! >= slowTraceNs) flags |= Flag.SLOW;
		if ((flags & Flag.TRUNCATED) !== 0) onLost('PRESSURE');
		if (!isClockOnly) archive.add(slot, flags);
		memory.free(slot);
	}

	function release(slot: number): void {
		const row = slot * STATE_WORDS;
		if (state[row + TERMINALS]! <= 0 && state[row + OPEN]! <= 0) complete(slot);
	}

	function giveUp(before: number): void {
		memory.forEachActive((slot) => {
			if (times[slot * TIMES + BEGIN]! > before) return;
			state[slot * STATE_WORDS + FLAGS]! |= Flag.ABANDONED;
			log.forEachOpen(slot, onAbandoned);
			complete(slot);
			onLost('ABANDONED');
		});
	}

	/** Times and header; the ids are written by whoever makes them. */
	function start(slot: number, span: SpanDef, flags: number): void {
		const row = slot * STATE_WORDS;
		clock.begin(slot);
		state[row + LENGTH] = FIRST_ENTRY;
		state[row + OPEN] = 1;
		state[row + TERMINALS] = 1;
		state[row + FLAGS] = flags;
		state[row + RECORD_ID] = 0;
		state[row + LAST] = 0;
		const { arena } = memory;
		const place = state[row + PLACE]!;
		arena[place] = STAGE_WORD | span;
		arena[place + 1] = 0;
		arena[place + 2] = 0;
		arena[place + 3] = 0;
		writeDouble(times[slot * TIMES + BEGIN]! * MS_PER_NS + times[slot * TIMES + OFFSET]!, arena, place + HEADER.BASE);
	}

	/** How the record ended. There is room for it even in a slot that is full. */
	function writeFinish(slot: number, completed: EventDef, stage: Stage, outcome: number): void {
		const row = slot * STATE_WORDS;
		const since = clock.sinceBase(row);
		const at = state[row + LENGTH]!;
		if (since < 0 || at > state[row + ROOM]!) {
			writer.finish(slot, completed, stage, outcome, clock.last());
			return;
		}
		const { arena } = memory;
		const place = state[row + PLACE]! + at;
		arena[place] = FINISH_WORD | completed;
		arena[place + 1] = stage;
		arena[place + 2] = since;
		arena[place + 3] = outcome;
		state[row + LENGTH] = at + FINISH_WORDS;
	}

	const sweep = () => giveUp(now() - abandonAfterMs * NS_PER_MS);

	return {
		begun: () => begun,

		complete,
		sweep,
		abandon: () => giveUp(Number.POSITIVE_INFINITY),

		open(span: SpanDef, item: object, remote: Readonly<TraceFields> | undefined): Journal {
			if (!facts.isSpan(span)) return NO_JOURNAL;
			if (++begun % SWEEP_EVERY === 0) sweep();
			const journal = memory.open();
			if (journal === NO_JOURNAL) {
				onLost('PRESSURE');
				return NO_JOURNAL;
			}
			const slot = journal & slotMask;
			const flags = origin.begin(slot, remote);
			start(slot, span, flags);
			if (remote !== undefined || (flags & Flag.SAMPLED) !== 0)
				state[slot * STATE_WORDS + FLAGS]! |= origin.writeContext(slot, flags, remote, writer);
			writeCarrier(item, journal, ENTRY_STAGE);
			return journal;
		},

		fork(journal: Journal, more: number): void {
			const row = (journal & slotMask) * STATE_WORDS;
			if (state[row] === journal && more > 0 && state[row + TERMINALS]! > 0) state[row + TERMINALS]! += more;
		},

		finish(journal: Journal, stage: Stage, outcome: TraceOutcome, completed: EventDef, traceMs = 0): boolean {
			const slot = journal & slotMask;
			const row = slot * STATE_WORDS;
			if (state[row] !== journal || state[row + TERMINALS]! <= 0) return false;
			writeFinish(slot, completed, stage, numberOf(outcome));
			if (outcome === 'DLQ') state[row + FLAGS]! |= Flag.DLQ;
			if (traceMs >= slowTraceMs) state[row + FLAGS]! |= Flag.SLOW;
			const isLast = --state[row + TERMINALS]! === 0;
			release(slot);
			return isLast;
		},

		park(journal: Journal, batchId: string): void {
			const slot = journal & slotMask;
			const row = slot * STATE_WORDS;
			if (state[row] !== journal) return;
			state[row + FLAGS]! |= Flag.PARKED;
			state[row + BATCH] = archive.batchNumber(batchId);
			state[row + TERMINALS]!--;
			release(slot);
		},

		keep(journal: Journal, reason: KeepReason): void {
			const row = (journal & slotMask) * STATE_WORDS;
			if (state[row] === journal) state[row + FLAGS]! |= KEEP_REASONS[reason] ?? 0;
		},
	};
}
