import type { TraceOutcome } from '@pipeline/model';

/** One terminal point of a record. */
export interface Terminal {
	/** Record id, or the reference of a raw record that never became one. */
	readonly id: string;
	readonly targetSchema: string;
	readonly targetSchemaCount: number;
	readonly outcome: TraceOutcome;
}

export interface RecordCounts {
	readonly ingested: number;
	readonly delivered: number;
	readonly failed: number;
	readonly queued: number;
	/** Records without a terminal point, or with too few: none may be left at the end. */
	readonly open: number;
	readonly byOutcome: Readonly<Record<string, number>>;
}

type Class = 'delivered' | 'queued' | 'failed';

const CLASSES: Readonly<Record<TraceOutcome, Class>> = {
	DELIVERED: 'delivered',
	PARTIAL: 'delivered',
	DLQ: 'queued',
	REJECTED: 'queued',
	QUARANTINED: 'queued',
	DROPPED: 'queued',
	FAILED: 'failed',
	EXPIRED: 'failed',
	ABANDONED: 'failed',
};
/** From best to worst: a record with several target schemas counts as its worst. */
const ORDER: readonly TraceOutcome[] = [
	'DELIVERED',
	'PARTIAL',
	'DLQ',
	'REJECTED',
	'QUARANTINED',
	'DROPPED',
	'FAILED',
	'EXPIRED',
	'ABANDONED',
];

interface Seen {
	readonly schemas: Set<string>;
	readonly expected: number;
	worst: number;
}

/** What became of every record, however many modules and target schemas it went through. Repeated reports count once. */
export class Outcomes {
	readonly #records = new Map<string, Seen>();

	add({ id, targetSchema, targetSchemaCount, outcome }: Terminal): void {
		const seen = this.#records.get(id) ?? { schemas: new Set(), expected: targetSchemaCount, worst: 0 };
		seen.schemas.add(targetSchema);
		seen.worst = Math.max(seen.worst, ORDER.indexOf(outcome));
		this.#records.set(id, seen);
	}

	/** Records with all their terminal points. */
	get terminal(): number {
		return [...this.#records.values()].filter(isWhole).length;
	}

	/** Ids of the records of which a terminal point is no delivery. */
	get failed(): readonly string[] {
		return [...this.#records].filter(([, { worst }]) => worst > 0).map(([id]) => id);
	}

	/** Id of a record that was delivered as it should be. */
	get delivered(): string | undefined {
		return [...this.#records].find(([, { worst }]) => worst === 0)?.[0];
	}

	counts(ingested: number): RecordCounts {
		const byOutcome: Record<string, number> = {};
		const classes: Record<Class, number> = { delivered: 0, queued: 0, failed: 0 };
		let whole = 0;
		for (const seen of this.#records.values()) {
			if (!isWhole(seen)) continue;
			const outcome = ORDER[seen.worst] ?? 'ABANDONED';
			byOutcome[outcome] = (byOutcome[outcome] ?? 0) + 1;
			classes[CLASSES[outcome]]++;
			whole++;
		}
		return { ingested, ...classes, open: ingested - whole, byOutcome };
	}
}

function isWhole({ schemas, expected }: Seen): boolean {
	return schemas.size >= expected;
}
