import type { RecordDeliveryResult } from '@pipeline/model';
import { LRUCache } from 'lru-cache';
import type { DeliveryOutcome } from '../completion/outcome.ts';

/** What is remembered of a record that ended. */
export interface CompletedRecord {
	readonly outcome: DeliveryOutcome;
	readonly results: readonly RecordDeliveryResult[];
}

interface RecordUnderWay {
	readonly completed: Promise<CompletedRecord>;
	readonly resolve: (completed: CompletedRecord) => void;
	readonly reject: (error: Error) => void;
}

/**
 * Records under way and the ones that ended last, by record key: a sender that crashed sends again what it does not
 * know to be finished. Records under way are never forgotten.
 */
export class RecordWindow {
	private readonly underWay = new Map<string, RecordUnderWay>();
	private readonly ended: LRUCache<string, CompletedRecord>;

	constructor(size: number) {
		this.ended = new LRUCache({ max: size });
	}

	/** The end of a known record, or undefined for a new one. */
	find(key: string): Promise<CompletedRecord> | undefined {
		const ended = this.ended.get(key);
		return ended === undefined ? this.underWay.get(key)?.completed : Promise.resolve(ended);
	}

	/** Notes a new record; answers its end. */
	begin(key: string): Promise<CompletedRecord> {
		let settle: Pick<RecordUnderWay, 'resolve' | 'reject'> = { resolve: () => undefined, reject: () => undefined };
		const completed = new Promise<CompletedRecord>((resolve, reject) => {
			settle = { resolve, reject };
		});
		// Whether anyone waits is not known here; a stop must not become an unhandled rejection.
		completed.catch(() => undefined);
		this.underWay.set(key, { completed, ...settle });
		return completed;
	}

	/** Notes the end of a record. */
	end(key: string, completed: CompletedRecord): void {
		this.ended.set(key, completed);
		this.underWay.get(key)?.resolve(completed);
		this.underWay.delete(key);
	}

	/** Fails everyone who waits for a record that did not end. */
	abandon(error: Error): void {
		for (const { reject } of this.underWay.values()) reject(error);
		this.underWay.clear();
	}
}
