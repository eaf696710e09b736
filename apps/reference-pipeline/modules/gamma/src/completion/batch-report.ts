import type { RecordDeliveryResult } from '@pipeline/model';
import type { CompletedRecord } from '../intake/record-window.ts';
import type { DeliveryOutcome } from './outcome.ts';

/** Stands for the destination of a record that could not be routed. */
export const UNROUTED = 'unrouted';

/** What became of a batch; `batchId` and `deliveryResults` are the data of its DeliveryConfirmation. */
export interface BatchCompletionReport {
	readonly batchId: string;
	/** COMPLETE: all delivered. FAILED: none. */
	readonly status: 'COMPLETE' | 'PARTIAL' | 'FAILED';
	readonly recordCount: number;
	/** Records that were known already; their results are those of the first time. */
	readonly duplicates: number;
	readonly outcomes: Readonly<Record<DeliveryOutcome, number>>;
	/** In the order of the records of the batch. */
	readonly deliveryResults: readonly RecordDeliveryResult[];
	readonly receivedAt: string;
	readonly completedAt: string;
	readonly durationMs: number;
}

/** Counts what became of the records of a batch. */
export function batchReport(
	batch: Pick<BatchCompletionReport, 'batchId' | 'duplicates' | 'receivedAt' | 'completedAt' | 'durationMs'>,
	records: readonly CompletedRecord[],
): BatchCompletionReport {
	const outcomes: Record<DeliveryOutcome, number> = { DELIVERED: 0, PARTIAL: 0, DLQ: 0, FAILED: 0, EXPIRED: 0 };
	for (const { outcome } of records) outcomes[outcome] += 1;
	return {
		...batch,
		status: statusOf(outcomes, records.length),
		recordCount: records.length,
		outcomes,
		deliveryResults: records.flatMap(({ results }) => results),
	};
}

function statusOf(outcomes: BatchCompletionReport['outcomes'], total: number): BatchCompletionReport['status'] {
	if (outcomes.DELIVERED === total) return 'COMPLETE';
	return outcomes.DELIVERED + outcomes.PARTIAL === 0 ? 'FAILED' : 'PARTIAL';
}
