import { LRUCache } from 'lru-cache';
import type { IncomingAck } from './incoming-ack.ts';

const MAX_EARLY = 10_000;
/** Sweeps an early acknowledgment is kept for. */
const KEPT_SWEEPS = 2;

interface EarlyAck {
	readonly ack: IncomingAck;
	readonly sweep: number;
	isUsed: boolean;
}

/** Acknowledgments that overtook the answer of their own call, at most 10000. */
export class EarlyAcks {
	private readonly acks = new LRUCache<string, EarlyAck>({ max: MAX_EARLY });

	keep(ack: IncomingAck, sweep: number): void {
		this.acks.set(ack.correlation_id, { ack, sweep, isUsed: false });
	}

	/** The kept acknowledgment; the members of a BATCH may all take it. */
	use(correlationId: string): IncomingAck | undefined {
		const early = this.acks.get(correlationId);
		if (early === undefined) return undefined;
		early.isUsed = true;
		return early.ack;
	}

	/** Forgets what is old; answers the ids that nobody used. */
	forget(sweep: number): string[] {
		const unused: string[] = [];
		for (const [correlationId, early] of [...this.acks.entries()]) {
			if (sweep - early.sweep <= KEPT_SWEEPS) continue;
			this.acks.delete(correlationId);
			if (!early.isUsed) unused.push(correlationId);
		}
		return unused;
	}
}
