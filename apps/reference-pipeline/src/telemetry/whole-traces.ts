import type { EndedRecord } from './event-ledger.ts';
import type { TraceCheck } from './span-ledger.ts';

/** Which traces were exported whole, by what events say of every record: they are never sampled. */
export class WholeTraces {
	readonly #whole = new Set<string>();
	/** Trace under which a record ended last. */
	readonly #traceOf = new Map<string, string>();

	constructor({ connected, completions }: TraceCheck, ended: readonly EndedRecord[]) {
		const deliveries = new Map<string, number>();
		for (const { traceId, recordId, isDelivery } of ended) {
			this.#traceOf.set(recordId, traceId);
			if (isDelivery) deliveries.set(traceId, (deliveries.get(traceId) ?? 0) + 1);
		}
		for (const traceId of connected)
			if ((completions.get(traceId) ?? 0) >= (deliveries.get(traceId) ?? 0)) this.#whole.add(traceId);
	}

	get count(): number {
		return this.#whole.size;
	}

	/** How many of these records have their whole trace. */
	of(recordIds: readonly string[]): { readonly records: number; readonly whole: number } {
		const distinct = [...new Set(recordIds)];
		const whole = distinct.filter((recordId) => this.#whole.has(this.#traceOf.get(recordId) ?? '')).length;
		return { records: distinct.length, whole };
	}
}
