// Hot path: every call of every record.
import { type Context, context as contextApi, trace } from '@opentelemetry/api';
import {
	type Carrier,
	ContextIndex,
	compactContext,
	ENTRY_STAGE,
	type IdentityOptions,
	JOURNAL,
	type Journal,
	LEFT_OUT,
	NO_JOURNAL,
	type Position,
	type RecordTracer,
	SamplingThreshold,
	type SpanDef,
	STAGE,
	type Stage,
	type TraceFields,
	writeCarrier,
} from '@pipeline/telemetry-core';
import { toSpanContext } from '@pipeline/telemetry-core/propagation';
import type { DetailLevel } from '@pipeline/telemetry-core/registry';
import { createAttributeOperations } from './attribute-operations.ts';
import { createClock } from './clock.ts';
import { sayNothing } from './clock-only.ts';
import { DefinitionFacts } from './definition-facts.ts';
import { EntryWriter } from './entry-writer.ts';
import * as Flag from './flag.ts';
import * as HEADER from './header.ts';
import { JournalArchive, type JournalProjection, type LossReason, type ReceiptSpill } from './journal-archive.ts';
import { JournalLog } from './journal-log.ts';
import { JournalMemory, type JournalMemoryOptions } from './journal-memory.ts';
import { type Admission, isAdmitted, writeLeftOut } from './left-out.ts';
import { createLifeOperations } from './life-operations.ts';
import { createNoteOperations } from './note-operations.ts';
import { Origin } from './origin.ts';
import { traceFlagsOf, writePosition } from './position.ts';
import type { ReceiptContext } from './receipts.ts';
import { withRecordCall } from './record-call.ts';
import { RecordSpanContext } from './record-span-context.ts';
import { createSlotClock } from './slot-clock.ts';
import { FLAGS, LONG_WORDS, RECORD_ID, STATE_WORDS } from './slot-state.ts';
import { type OnUnwritten, StageFallback } from './stage-fallback.ts';
import { createStageOperations } from './stage-operations.ts';
import { StringTable } from './string-table.ts';
import { readText } from './text.ts';

const MIN_STAGE_WORDS = 4;

export interface FlightRecorderOptions extends JournalMemoryOptions {
	/** What is made of journals, off the record path. `context` reads what their words refer to. */
	readonly projection: (context: ReceiptContext) => JournalProjection;
	/** Share of the traces that are kept whatever happens, 0..1. @default 1 */
	readonly ratio?: number;
	/** What is shown of journals: `full` has stages that others do without. @default full */
	readonly detail?: DetailLevel;
	/** A stage that works for so long keeps its trace. @default 2000 */
	readonly slowOperationMs?: number;
	/** A record whose trace takes so long, or that is here for so long, keeps it. @default 15000 */
	readonly slowTraceMs?: number;
	/** A record that does not end is given up after this time. @default 3600000 */
	readonly abandonAfterMs?: number;
	/** Spans of a record, minimal ones apart; further ones are not written. No less than a slot holds, about 60. @default 10000 */
	readonly maxSpans?: number;
	/** Told of each record that could not be followed to its end. */
	readonly onLost?: (reason: LossReason) => void;
	/** Told of each span that is open when its record is given up. */
	readonly onAbandoned?: (span: SpanDef) => void;
	/** Where receipts go whose room is needed before their fate is known. @default nowhere: they are lost, and counted */
	readonly spill?: ReceiptSpill;
	/** Told of each stage that is not written. */
	readonly onUnwritten?: OnUnwritten;
	/** Asked for each record that begins here: false leaves it out, here and wherever it goes. @default all are followed */
	readonly admission?: Admission | undefined;
	readonly identity?: IdentityOptions;
	/** Where nobody takes journals: stages are timed, for metrics, and contexts go on their way; nothing else is written. @default false */
	readonly isClockOnly?: boolean;
	/** Told of each text that receipts refer to by number, before the first of them. */
	readonly onName?: (id: number, text: string) => void;
	/** Milliseconds since the Unix epoch, for tests. */
	readonly now?: () => number;
}

/** Follows every record: stages go into preallocated memory, and whether a trace is worth its spans is decided when the record has ended. */
export interface FlightRecorder extends RecordTracer {
	/** Hands on the journals of all records that have ended. `isLast`: nothing will come any more for the verdicts that wait for their records. */
	flush(isLast?: boolean): void;
	/** Gives up records that are open for too long. */
	sweep(): void;
	/** Gives up all records that are open, for an end of instrumentation that they do not live to see. */
	abandon(): void;
	readonly counts: RecorderCounts;
}

/** What a flight recorder has done, and holds, at this moment. */
export interface RecorderCounts {
	/** Records that were followed so far. */
	readonly begun: number;
	/** Records being followed now. */
	readonly active: number;
	/** Records that have left and wait for a verdict. */
	readonly parked: number;
	/** Bytes of receipts in memory. */
	readonly receiptBytes: number;
	/** How often the time of day had jumped by more than 1 ms. */
	readonly clockJumps: number;
}

/** @throws RangeError when the ratio is not within 0..1, or `slots` is no power of two up to 65,536 */
export function createFlightRecorder(options: FlightRecorderOptions): FlightRecorder {
	const { slowOperationMs = 2_000, slowTraceMs = 15_000, abandonAfterMs = 3_600_000, onLost = () => {} } = options;
	const { admission, onUnwritten = () => {}, onAbandoned = () => {}, isClockOnly = false } = options;
	const clock = createClock(options.now);
	const { now } = clock;
	// Stages are counted in a log of its own only: a long slot must not have room for more of them than are allowed.
	const isCounted = options.maxSpans !== undefined && options.maxSpans * MIN_STAGE_WORDS < LONG_WORDS;
	const memory = new JournalMemory(isCounted ? { ...options, longSlots: 0 } : options);
	const { state } = memory;
	const facts = new DefinitionFacts();
	const names = new StringTable(options.onName);
	const slotClock = createSlotClock(memory, clock);
	const log = new JournalLog(memory, slotClock);
	const writer = new EntryWriter(memory, log);
	const threshold = new SamplingThreshold(options.ratio ?? 1);
	const origin = new Origin(memory, threshold, options.identity);
	const index = new ContextIndex(options.now);
	const context: ReceiptContext = {
		keysOf: (epoch) => origin.keysOf(epoch),
		nameOf: (id) => names.nameOf(id),
	};
	const archive = new JournalArchive({
		memory,
		projection: options.projection(context),
		onLost,
		now,
		isSampled: (ids, from) => threshold.isSampled(ids, from),
		spill: options.spill,
	});
	const life = createLifeOperations({
		memory,
		log,
		writer,
		facts,
		origin,
		archive,
		clock: slotClock,
		now,
		slowTraceMs,
		abandonAfterMs,
		onLost,
		onAbandoned,
		isClockOnly,
	});
	const fallback = new StageFallback(memory, log, facts, slowOperationMs, options.maxSpans ?? 10_000, onUnwritten);
	const stages = createStageOperations({
		memory,
		fallback,
		clock: slotClock,
		slowMs: slowOperationMs,
		onUnwritten,
		complete: life.complete,
	});
	const attributes = createAttributeOperations({ memory, writer, facts, names });
	const { setNumber, setCode, setText, event, fail, link } = isClockOnly
		? sayNothing(attributes)
		: { ...attributes, ...createNoteOperations({ memory, writer, names, now }) };
	const { enter, exit, lap, insert, seconds } = stages;
	const { fork, finish, keep, park, sweep, abandon } = life;
	const current: Position = { journal: NO_JOURNAL, stage: ENTRY_STAGE };
	// Apart: getters beside the operations would turn their object into a dictionary, and a third of a stage's time would go into finding them.
	const counts: RecorderCounts = {
		get begun() {
			return life.begun();
		},
		get active() {
			return memory.active;
		},
		get parked() {
			return archive.waiting;
		},
		get receiptBytes() {
			return archive.words * 4;
		},
		get clockJumps() {
			return clock.jumps;
		},
	};

	function journalOf(item: object): Journal {
		const journal = (item as Carrier)[JOURNAL];
		if (journal === undefined || (memory.slotOf(journal) < 0 && journal !== LEFT_OUT)) return NO_JOURNAL;
		return journal;
	}

	function stageOf(item: object): Stage {
		return (item as Carrier)[STAGE] ?? ENTRY_STAGE;
	}

	function inject(journal: Journal, stage: Stage, into: TraceFields): TraceFields {
		if (journal === LEFT_OUT) return writeLeftOut(into);
		const slot = memory.slotOf(journal);
		if (slot < 0) return into;
		const words = memory.logs[slot]!;
		const keys = origin.keysOf(words[HEADER.EPOCH]!);
		if (keys === undefined) return into;
		const row = slot * STATE_WORDS;
		writePosition(words, 0, log.isOwner(slot, stage) ? stage : ENTRY_STAGE, state[row + FLAGS]!, keys, into);
		const recordId = state[row + RECORD_ID]!;
		if (recordId > 0)
			index.remember(readText(words, recordId), into.traceId ?? '', into.spanId ?? '', into.traceFlags ?? 0);
		return into;
	}

	return {
		seconds,
		counts,
		isDetailed: (options.detail ?? 'full') === 'full',
		current,
		enter,
		exit,
		lap,
		insert,
		setNumber,
		setCode,
		setText,
		event,
		fail,
		link,
		keep,
		fork,
		finish,
		park,
		sweep,
		abandon,
		journalOf,
		stageOf,
		attach: writeCarrier,
		inject,

		begin(span: SpanDef, item: object, remote?: Readonly<TraceFields>): Journal {
			const live = journalOf(item);
			if (live === LEFT_OUT) return live;
			if (live === NO_JOURNAL) {
				if (admission?.isPartial !== true || isAdmitted(admission, remote)) return life.open(span, item, remote);
				writeCarrier(item, LEFT_OUT, ENTRY_STAGE);
				return LEFT_OUT;
			}
			writeCarrier(item, live, enter(live, span, stageOf(item)));
			return live;
		},

		recordIdOf(journal: Journal): string | undefined {
			const slot = memory.slotOf(journal);
			const at = slot < 0 ? 0 : state[slot * STATE_WORDS + RECORD_ID]!;
			return at > 0 ? readText(memory.logs[slot]!, at) : undefined;
		},

		recall: (recordId) => index.recall(recordId),
		applyVerdicts: (verdicts) => archive.apply(verdicts),
		takeVerdicts: () => archive.takeVerdicts(),

		run<T>(journal: Journal, stage: Stage, call: () => T, context: Context = contextApi.active()): T {
			const slot = memory.slotOf(journal);
			if (slot < 0) return contextApi.with(context, call);
			const words = memory.logs[slot]!;
			const keys = origin.keysOf(words[HEADER.EPOCH]!);
			if (keys === undefined) return contextApi.with(context, call);
			const own = log.isStage(slot, stage) ? stage : ENTRY_STAGE;
			const flags = state[slot * STATE_WORDS + FLAGS]!;
			// Few records have a trace state: those that are sampled or kept, or came with one.
			const hasState = (flags & (Flag.HAS_CONTEXT | Flag.KEEP)) !== 0;
			const traceState = hasState ? toSpanContext(inject(journal, stage, {}))?.traceState : undefined;
			const spanContext = new RecordSpanContext(words, own, keys, traceFlagsOf(flags), traceState);
			const outside = trace.setSpanContext(compactContext(context), spanContext);
			const inside = withRecordCall(outside, spanContext);
			const { journal: outerJournal, stage: outerStage } = current;
			current.journal = journal;
			current.stage = stage;
			try {
				return contextApi.with(inside, call);
			} finally {
				current.journal = outerJournal;
				current.stage = outerStage;
			}
		},

		flush(isLast = false): void {
			clock.anchor();
			archive.flush(isLast);
		},
	};
}
