import type { PendingByDestination } from './ack-outcome.ts';
import type { PendingAck } from './pending-ack.ts';

/** Waits by correlation id, in the order they began. A BATCH id has many. */
export class PendingAcks {
	private readonly byCorrelation = new Map<string, Set<PendingAck>>();
	private count = 0;

	get size(): number {
		return this.count;
	}

	add(wait: PendingAck): void {
		const { correlationId } = wait.attempt;
		const waits = this.byCorrelation.get(correlationId);
		if (waits === undefined) this.byCorrelation.set(correlationId, new Set([wait]));
		else waits.add(wait);
		this.count += 1;
	}

	has(wait: PendingAck): boolean {
		return this.byCorrelation.get(wait.attempt.correlationId)?.has(wait) ?? false;
	}

	get(correlationId: string): PendingAck[] {
		return [...(this.byCorrelation.get(correlationId) ?? [])];
	}

	delete(wait: PendingAck): void {
		const { correlationId } = wait.attempt;
		const waits = this.byCorrelation.get(correlationId);
		if (waits?.delete(wait) !== true) return;
		this.count -= 1;
		if (waits.size === 0) this.byCorrelation.delete(correlationId);
	}

	all(): PendingAck[] {
		return [...this.byCorrelation.values()].flatMap((waits) => [...waits]);
	}

	/** Waits grouped by correlation id. */
	groups(): [string, PendingAck[]][] {
		return [...this.byCorrelation].map(([correlationId, waits]) => [correlationId, [...waits]]);
	}

	/** Empties the collection and answers what was in it. */
	clear(): PendingAck[] {
		const waits = this.all();
		this.byCorrelation.clear();
		this.count = 0;
		return waits;
	}

	/** Number and age of the waits of each destination. */
	byDestination(nowMs: number): PendingByDestination[] {
		const summaries = new Map<string, PendingByDestination>();
		for (const { attempt, awaited } of this.all()) {
			const ageSeconds = Math.max(0, (nowMs - awaited.sinceMs) / 1000);
			const known = summaries.get(attempt.destinationId);
			summaries.set(attempt.destinationId, {
				destinationId: attempt.destinationId,
				ackType: attempt.ackType,
				count: (known?.count ?? 0) + 1,
				oldestAgeSeconds: Math.max(known?.oldestAgeSeconds ?? 0, ageSeconds),
			});
		}
		return [...summaries.values()];
	}
}
