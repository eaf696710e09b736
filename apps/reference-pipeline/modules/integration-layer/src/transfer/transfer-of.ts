import {
	type AlphaBetaBatch,
	type BatchTransfer,
	type BetaGammaBatch,
	checksumOf,
	type Edge,
	type Runtime,
} from '@pipeline/model';
import { createHeader } from '../protocol/header.ts';
import { EDGES } from './edge.ts';

/** A batch as a module assembles it. */
export type Batch = AlphaBetaBatch | BetaGammaBatch;

/** The message of a batch: header, metadata, checksum, and what the module put in. */
export function transferOf(batch: Batch, edge: Edge, sequenceNumber: number, runtime: Runtime): BatchTransfer {
	const { source, target } = EDGES[edge];
	const { batchId, correlationId, priority: _priority, checksum = checksumOf(batch.records), ...content } = batch;
	return {
		header: createHeader(runtime, { source, target, type: 'BATCH_TRANSFER', correlationId }),
		metadata: {
			batchId,
			sequenceNumber,
			recordCount: batch.records.length,
			checksum,
			createdAt: runtime.timestamp(),
		},
		...content,
	};
}
