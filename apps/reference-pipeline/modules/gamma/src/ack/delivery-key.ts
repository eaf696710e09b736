import type { TransformedRecord } from '@pipeline/model';
import { recordKey } from '../record-key.ts';
import type { AwaitedDelivery, PendingAck } from './pending-ack.ts';

/** Identifies the delivery of a record, in its target schema, to a destination. */
export function deliveryKey(record: TransformedRecord, destinationId: string): string {
	return `${recordKey(record)}|${destinationId}`;
}

/** The key of a wait under way. */
export function pendingKey({ awaited, attempt }: PendingAck): string {
	return deliveryKey(awaited.record, attempt.destinationId);
}

/** The key of a wait that an earlier process left. */
export function awaitedKey({ record, attempts }: AwaitedDelivery): string {
	return deliveryKey(record, attempts.at(-1)?.destinationId ?? '');
}
