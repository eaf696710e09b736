import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import type { AuditEntry } from '../../src/audit/audit-row.ts';
import type { ProducerPlace } from '../../src/audit/producer-place.ts';
import type { Ledger } from '../../src/ingest/audit-batches.ts';

/** Keeps entries in memory, each event once. */
export class MemoryLedger implements Ledger {
	readonly entries: AuditEntry[] = [];
	/** Thrown for the next appends, one each. */
	readonly failures: Error[] = [];
	readonly settled: ProducerPlace[] = [];
	readonly #ids = new Set<string>();

	get events(): readonly TelemetryEvent[] {
		return this.entries.map(({ event }) => event);
	}

	append(entries: readonly AuditEntry[]): Promise<{ stored: number; duplicates: number }> {
		const failure = this.failures.shift();
		if (failure !== undefined) return Promise.reject(failure);
		const fresh = entries.filter(({ event: { eventId } }) => !this.#ids.has(eventId));
		for (const entry of fresh) {
			this.#ids.add(entry.event.eventId);
			this.entries.push(entry);
		}
		return Promise.resolve({ stored: fresh.length, duplicates: entries.length - fresh.length });
	}

	settle(places: readonly ProducerPlace[]): Promise<void> {
		this.settled.push(...places);
		return Promise.resolve();
	}
}
