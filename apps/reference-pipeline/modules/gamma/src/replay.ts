import {
	type DeliveryResult,
	JOURNAL,
	type QueueEntry,
	type Runtime,
	STAGE,
	type TransformedRecord,
} from '@pipeline/model';
import type { RecordContext, ReplayOrigin } from './delivery/delivery-progress.ts';
import type { RecordDelivery } from './delivery/record-delivery.ts';
import type { GammaEmitter } from './gamma-events.ts';

/** Delivers the record of a queue entry again and tells observers how it went. */
export class ReplayDelivery {
	private readonly recordDelivery: RecordDelivery;
	private readonly events: GammaEmitter;
	private readonly runtime: Runtime;

	constructor(recordDelivery: RecordDelivery, events: GammaEmitter, runtime: Runtime) {
		this.recordDelivery = recordDelivery;
		this.events = events;
		this.runtime = runtime;
	}

	/** One result for each destination. What fails again comes back into its queue with the entry's replay count. */
	async deliver(entry: QueueEntry, record: TransformedRecord): Promise<DeliveryResult[]> {
		const context: RecordContext = {
			batchId: entry.batchId ?? '',
			receivedAtMs: this.runtime.now(),
			replay: originOf(entry),
		};
		// The record's own journal has ended: a replay is a new one.
		const fresh = { ...record, [JOURNAL]: 0, [STAGE]: 0 };
		const results = await this.recordDelivery.redeliver(fresh, context, entry.destinationId);
		const { entryId, replayCount } = entry;
		this.events.emit('replayCompleted', { entryId, recordId: record.recordId, replayCount, results });
		return results;
	}
}

function originOf(entry: QueueEntry): ReplayOrigin {
	return {
		entryId: entry.entryId,
		replayCount: entry.replayCount,
		...(entry.originTraceId !== undefined && { originTraceId: entry.originTraceId }),
		...(entry.originSpanId !== undefined && { originSpanId: entry.originSpanId }),
		...(entry.replayTraceIds !== undefined && { replayTraceIds: entry.replayTraceIds }),
	};
}
