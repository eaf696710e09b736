import type { Journal, RecordTracer, Stage, TraceFields } from '@pipeline/telemetry-core';
import { BoundedMap } from '@pipeline/telemetry-core/instrumentation';
import type { OpenDestination } from './open-records.ts';

/** A delivery that was not acknowledged in time: where it stood, and whether it went on since. */
export interface TimedOutWait {
	readonly position: Readonly<TraceFields>;
	readonly ackType: string;
	readonly sinceMs: number;
	readonly recordId: string | undefined;
	/** The delivery, while it is under way. */
	readonly destination: OpenDestination | undefined;
}

/** Waits that ended without an acknowledgment, by its correlation id, for those that come late. The oldest make room. */
export class TimedOutWaits {
	readonly #capacity: number;
	readonly #waits: BoundedMap<string, TimedOutWait[]>;

	constructor(capacity: number) {
		this.#capacity = capacity;
		this.#waits = new BoundedMap(capacity);
	}

	/** The waiting object becomes a carrier of the delivery's position. */
	remember(
		tracer: RecordTracer,
		journal: Journal,
		stage: Stage,
		correlationId: string | undefined,
		wait: TimedOutWait,
	): void {
		if (correlationId === undefined || this.#capacity === 0) return;
		tracer.attach(wait, journal, stage);
		const known = this.#waits.get(correlationId);
		if (known === undefined) this.#waits.set(correlationId, [wait]);
		else known.push(wait);
	}

	/** All waits of a correlation id, once. */
	take(correlationId: string | undefined): readonly TimedOutWait[] {
		if (correlationId === undefined) return [];
		const waits = this.#waits.get(correlationId) ?? [];
		this.#waits.delete(correlationId);
		return waits;
	}
}
