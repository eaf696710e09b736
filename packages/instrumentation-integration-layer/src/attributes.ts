import { read, type WorkSpan } from '@pipeline/telemetry-core/instrumentation';
import { attribute } from '@pipeline/telemetry-core/integration';
import type { IntegrationBinding } from './binding.ts';

/** What a batch on its way says of itself. */
export function describeTransfer(
	binding: IntegrationBinding,
	work: WorkSpan,
	transfer: unknown,
	edge: string | undefined,
): void {
	const readers = binding.transfer ?? {};
	work.set(attribute['pipeline.edge'], edge);
	work.set(attribute['pipeline.batch_id'], read(readers.batchId, transfer));
	work.set(attribute['pipeline.message_id'], read(readers.messageId, transfer));
	work.set(attribute['pipeline.sequence_number'], read(readers.sequenceNumber, transfer));
	work.set(attribute['pipeline.checksum'], read(readers.checksum, transfer));
	work.set(attribute['pipeline.record_count'], read(readers.records, transfer)?.length);
}

/** What an acknowledgment says. */
export function describeAck(binding: IntegrationBinding, work: WorkSpan, acknowledgment: unknown): void {
	const readers = binding.ack ?? {};
	work.set(attribute['pipeline.ack.status'], read(readers.status, acknowledgment));
	work.set(attribute['pipeline.records_accepted'], read(readers.accepted, acknowledgment));
	work.set(attribute['pipeline.records_rejected'], read(readers.rejected, acknowledgment));
	work.set(attribute['pipeline.processing_duration_ms'], read(readers.durationMs, acknowledgment));
}

/** How many deliveries of a confirmation ended in which way. */
export function describeConfirmation(work: WorkSpan, results: readonly { readonly status: string }[] = []): void {
	const count = (status: string) => results.filter((result) => result.status === status).length;
	work.set(attribute['pipeline.delivered'], count('DELIVERED'));
	work.set(attribute['pipeline.failed'], count('FAILED'));
	work.set(attribute['pipeline.dlq'], count('DLQ'));
}
