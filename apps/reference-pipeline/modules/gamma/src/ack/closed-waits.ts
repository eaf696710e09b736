import { LRUCache } from 'lru-cache';
import { pendingKey } from './delivery-key.ts';
import type { IncomingAck } from './incoming-ack.ts';
import type { PendingAck } from './pending-ack.ts';

const MAX_REMEMBERED = 100_000;

/** What is remembered of a wait that ended. */
export interface ClosedWait {
	readonly recordId: string;
	readonly destinationId: string;
	/** Record, target schema and destination. */
	readonly deliveryKey: string;
	readonly wasTimeout: boolean;
}

/** The waits that ended last, at most 100000 correlation ids, to tell late and repeated acknowledgments from unknown ones. */
export class ClosedWaits {
	private readonly closed = new LRUCache<string, ClosedWait[]>({ max: MAX_REMEMBERED });
	private readonly late = new LRUCache<string, IncomingAck>({ max: MAX_REMEMBERED });

	remember(wait: PendingAck, wasTimeout: boolean): void {
		const { correlationId, recordId, destinationId } = wait.attempt;
		const entry = { recordId, destinationId, deliveryKey: pendingKey(wait), wasTimeout };
		const known = this.closed.get(correlationId);
		if (known === undefined) this.closed.set(correlationId, [entry]);
		else known.push(entry);
	}

	get(correlationId: string): readonly ClosedWait[] {
		return this.closed.get(correlationId) ?? [];
	}

	keepLate(key: string, ack: IncomingAck): void {
		this.late.set(key, ack);
	}

	takeLate(key: string): IncomingAck | undefined {
		const ack = this.late.get(key);
		this.late.delete(key);
		return ack;
	}
}
