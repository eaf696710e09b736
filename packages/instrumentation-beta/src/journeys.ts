// Hot path: runs for every record.
import { type Journal, type Stage, type TraceFields, type TraceOutcome, telemetry } from '@pipeline/telemetry-core';
import { BoundedMap, type WorkSpan } from '@pipeline/telemetry-core/instrumentation';

/** Records followed at the same time; of further ones the oldest are forgotten. As many as the tracer follows. */
const MAX_JOURNEYS = 65_536;

/** A batch that was taken in, from its arrival until the end of its last record. */
export interface Acceptance {
	readonly work: WorkSpan;
	readonly position: TraceFields;
	readonly intake: unknown;
	readonly batchId: string | undefined;
	readonly correlationId: string | undefined;
	readonly priority: string;
	readonly depth: number | undefined;
	/** Records that entered with it, and the stage that each carried before. */
	readonly entered: { readonly record: object; readonly journey: Journey; readonly carried: Stage }[];
	/** Records of the batch that entered. */
	recordCount: number;
	lastErrorCode: string | undefined;
	scores: number;
	scored: number;
	lookups: number;
	cacheHits: number;
}

/** Where a record's way ended for one target schema. */
export interface Terminal {
	readonly stage: Stage;
	readonly outcome: TraceOutcome;
	readonly queue: string | undefined;
	readonly errorCode: string | undefined;
}

/** One record's way through the module. Several target schemas of it are on their way at the same time. */
export interface Journey {
	readonly journal: Journal;
	/** The stage that lasts from entry until the last target schema has left. */
	readonly stage: Stage;
	readonly batch: Acceptance | undefined;
	/** Milliseconds since the Unix epoch. */
	readonly enteredMs: number;
	readonly ingestedAt: string | undefined;
	readonly targets: number;
	/** Queue that a replay comes from. */
	readonly replayedFrom: string | undefined;
	targetsLeft: number;
	handed: number;
	failed: number;
	filtered: number;
	isProcessing: boolean;
	last: Terminal | undefined;
}

/** What is known of a journey when it begins. */
export type JourneyStart = Pick<Journey, 'journal' | 'stage' | 'enteredMs' | 'targets'> &
	Partial<Pick<Journey, 'batch' | 'ingestedAt' | 'replayedFrom'>>;

/** A journey that begins now. */
export function newJourney({
	journal,
	stage,
	enteredMs,
	targets,
	batch,
	ingestedAt,
	replayedFrom,
}: JourneyStart): Journey {
	return {
		journal,
		stage,
		batch,
		enteredMs,
		ingestedAt,
		targets,
		replayedFrom,
		targetsLeft: targets,
		handed: 0,
		failed: 0,
		filtered: 0,
		isProcessing: false,
		last: undefined,
	};
}

/** Records on their way, found by any item that carries their journal. */
export class Journeys {
	readonly #byJournal: BoundedMap<Journal, Journey>;
	/** Records that the tracer does not follow are still counted and timed. */
	readonly #byItem = new WeakMap<object, Journey>();

	constructor(capacity: number = MAX_JOURNEYS) {
		this.#byJournal = new BoundedMap(capacity);
	}

	put(item: object, journey: Journey): void {
		const { journal } = journey;
		if (journal === 0) this.#byItem.set(item, journey);
		else this.#byJournal.set(journal, journey);
	}

	of(item: object): Journey | undefined {
		const journal = telemetry.tracer.journalOf(item);
		return journal === 0 ? this.#byItem.get(item) : this.#byJournal.get(journal);
	}

	delete({ journal }: Journey): void {
		this.#byJournal.delete(journal);
	}
}

/** The process's own: wrapped classes and wrapped functions meet here. */
export const journeys = new Journeys();
