import type { DeliveryResult, RecordDeliveryResult } from '@pipeline/model';
import { UNROUTED } from '../completion/batch-report.ts';
import type { RecordTerminal } from '../completion/record-terminal.ts';
import type { CompletedRecord } from '../intake/record-window.ts';

/** What the confirmation of the record's batch will say. */
export function completedRecord({ recordId, outcome, results }: RecordTerminal, now: string): CompletedRecord {
	if (results.length > 0) return { outcome, results: results.map(confirmationOf) };
	return { outcome, results: [{ recordId, destinationId: UNROUTED, status: 'FAILED', deliveryTimestamp: now }] };
}

function confirmationOf(result: DeliveryResult): RecordDeliveryResult {
	return {
		recordId: result.recordId,
		destinationId: result.destinationId,
		status: result.finalStatus === 'EXPIRED' ? 'FAILED' : result.finalStatus,
		deliveryTimestamp: result.acknowledgmentTimestamp ?? result.finalAttempt,
	};
}
