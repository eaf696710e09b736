// Hot path: runs for every record.
import { type Journal, NO_JOURNAL, nowMs, type Stage } from '@pipeline/telemetry-core';
import { BoundedMap } from '@pipeline/telemetry-core/instrumentation';

const MAX_JOURNEYS = 200_000;

/** One destination of a record, while it is delivered there. */
export class OpenDestination {
	readonly stage: Stage;
	next: OpenDestination | undefined;
	renderSeconds = 0;
	ackSeconds = 0;
	attempts = 0;
	/** The attempt that the next one, and its acknowledgment, point back to. */
	lastAttempt: Stage | undefined;
	/** The wait for an acknowledgment that is open. */
	ackWait: Stage | undefined;
	ackSinceMs = 0;
	/** Code of what went wrong last. */
	errorCode: string | undefined;
	firstFailureMs = 0;
	isConfirmed = false;
	isOver = false;

	constructor(stage: Stage, next: OpenDestination | undefined) {
		this.stage = stage;
		this.next = next;
	}

	fail(errorCode: string | undefined): void {
		this.errorCode = errorCode;
		if (this.firstFailureMs === 0) this.firstFailureMs = nowMs();
	}
}

/** One record in one target schema, from its receipt to its end. Seconds are those of the slowest destination. */
export class OpenRecord {
	readonly stage: Stage;
	next: OpenRecord | undefined;
	readonly enteredMs = nowMs();
	readonly batchId: string | undefined;
	renderSeconds = 0;
	deliverySeconds = 0;
	ackSeconds = 0;
	attempts = 0;
	errorCode: string | undefined;

	constructor(stage: Stage, batchId: string | undefined, next: OpenRecord | undefined) {
		this.stage = stage;
		this.batchId = batchId;
		this.next = next;
	}

	add({ renderSeconds, ackSeconds, errorCode }: OpenDestination, totalSeconds: number, attempts: number): void {
		this.renderSeconds = Math.max(this.renderSeconds, renderSeconds);
		this.ackSeconds = Math.max(this.ackSeconds, ackSeconds);
		this.deliverySeconds = Math.max(this.deliverySeconds, totalSeconds - renderSeconds - ackSeconds);
		this.attempts += attempts;
		this.errorCode ??= errorCode;
	}
}

interface Journey {
	records: OpenRecord | undefined;
	destinations: OpenDestination | undefined;
}

/**
 * What the operations of one record's delivery know of each other, by journal and stage: a journal has one record for each target
 * schema, a record one destination stage for each destination. At most 200,000 journals; the oldest make room.
 */
export class OpenRecords {
	readonly #journeys = new BoundedMap<Journal, Journey>(MAX_JOURNEYS);

	/** Journals under way. */
	get size(): number {
		return this.#journeys.size;
	}

	begin(journal: Journal, stage: Stage, batchId: string | undefined): void {
		if (journal === NO_JOURNAL) return;
		const journey = this.#journey(journal);
		journey.records = new OpenRecord(stage, batchId, journey.records);
	}

	record(journal: Journal, stage: Stage): OpenRecord | undefined {
		let record = this.#journeys.get(journal)?.records;
		while (record !== undefined && record.stage !== stage) record = record.next;
		return record;
	}

	/** The destination whose stage this is; made when there is none yet. */
	destination(journal: Journal, stage: Stage): OpenDestination | undefined {
		const journey = this.#journeys.get(journal);
		if (journey === undefined) return undefined;
		let destination = journey.destinations;
		while (destination !== undefined && destination.stage !== stage) destination = destination.next;
		if (destination !== undefined) return destination;
		journey.destinations = new OpenDestination(stage, journey.destinations);
		return journey.destinations;
	}

	/** The destination whose acknowledgment is awaited in this stage. */
	waiting(journal: Journal, wait: Stage): OpenDestination | undefined {
		let destination = this.#journeys.get(journal)?.destinations;
		while (destination !== undefined && destination.ackWait !== wait) destination = destination.next;
		return destination;
	}

	/** Batch of a journal's records. */
	batchIdOf(journal: Journal): string | undefined {
		return this.#journeys.get(journal)?.records?.batchId;
	}

	/** The record ended; the journal is forgotten with its last one. */
	end(journal: Journal, ended: OpenRecord | undefined): void {
		const journey = this.#journeys.get(journal);
		if (journey === undefined || ended === undefined) return;
		if (journey.records === ended) journey.records = ended.next;
		for (let record = journey.records; record !== undefined; record = record.next)
			if (record.next === ended) record.next = ended.next;
		if (journey.records === undefined) this.#journeys.delete(journal);
	}

	#journey(journal: Journal): Journey {
		const known = this.#journeys.get(journal);
		if (known !== undefined) return known;
		const journey: Journey = { records: undefined, destinations: undefined };
		this.#journeys.set(journal, journey);
		return journey;
	}
}
