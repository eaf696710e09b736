import type { Carrier } from './carrier.ts';
import type { ContextHealth, Iso, OriginFields, TraceFields, Uuid } from './shapes/blocks.ts';

/** A failed item that waits to be looked at, corrected or replayed. */
export interface QueueEntry extends Carrier, TraceFields, ContextHealth, OriginFields {
	entryId: Uuid;
	queue: string;
	recordId?: Uuid;
	errorCode: string;
	errorMessage: string;
	failureSeverity?: string;
	enqueuedAt: Iso;
	expiresAt: Iso;
	replayCount: number;
	/** The record, raw or parsed, as it failed. */
	item: unknown;
	lineageId?: Uuid;
	batchId?: Uuid;
	sourceId?: string;
	destinationId?: string;
}

/** Why an entry left its queue. */
export type RemovalReason = 'REPLAYED' | 'EXPIRED' | 'EVICTED' | 'PURGED';

/** What an operator asked of an entry, and why. */
export interface OperatorAction {
	readonly operator: string;
	readonly justification: string;
}

/** What a queue tells. A purged entry's removal names the operator. */
export interface ErrorQueueEvents<E extends QueueEntry> {
	entryAdded: { readonly entry: E };
	entryRemoved: {
		readonly entry: E;
		readonly reason: RemovalReason;
		readonly ageSeconds: number;
	} & Partial<OperatorAction>;
	entryInspected: { readonly entry: E; readonly operator: string };
	entryCorrected: { readonly entry: E; readonly changed: readonly string[] } & OperatorAction;
	entryReplayed: { readonly entry: E } & OperatorAction;
}

/** An operation that the queue refused. */
export class QueueError extends Error {
	readonly code: 'QUEUE_ENTRY_UNKNOWN' | 'QUEUE_REPLAY_LIMIT' | 'QUEUE_CORRECTION_INVALID';
	readonly entryId: string;

	constructor(code: QueueError['code'], entryId: string, message: string) {
		super(message);
		this.name = 'QueueError';
		this.code = code;
		this.entryId = entryId;
	}
}
