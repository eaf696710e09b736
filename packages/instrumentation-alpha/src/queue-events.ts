import type { EventEmitter } from 'node:events';
import { ENTRY_STAGE, type TraceFields, telemetry } from '@pipeline/telemetry-core';
import { event } from '@pipeline/telemetry-core/alpha';
import { guarded, read } from '@pipeline/telemetry-core/instrumentation';
import { rawRef } from './attributes.ts';
import type { AlphaBinding } from './binding.ts';
import { metrics } from './metrics.ts';
import { announceReplay } from './replay.ts';

interface Entry {
	readonly queue: string;
	readonly entryId: string;
	readonly recordId?: string;
	readonly batchId?: string;
	readonly lineageId?: string;
}

interface Removal {
	readonly entry: Entry;
	readonly reason: string;
	readonly ageSeconds: number;
}

interface Action {
	readonly entry: Entry;
	readonly operator: string;
	readonly justification: string;
}

/** What an error queue tells of its entries: removals are counted, what operators do is audited. */
export function followQueue(binding: AlphaBinding, queue: EventEmitter | undefined): void {
	queue?.on('entryRemoved', ({ entry, reason, ageSeconds }: Removal) =>
		guarded('entryRemoved', () => {
			metrics.queueRemovals.of(entry.queue, reason).add(1);
			metrics.queueAge.of(entry.queue, reason).record(ageSeconds);
			if (reason === 'EXPIRED') tell('entry_expired', { entry, operator: 'system', justification: 'retention' });
		}),
	);
	queue?.on('entryCorrected', (action: Action) => guarded('entryCorrected', () => tell('entry_corrected', action)));
	queue?.on('entryReplayed', (action: Action) =>
		guarded('entryReplayed', () => {
			const journal = announceReplay(binding, action.entry);
			const item = read(binding.errorQueue?.item, action.entry);
			const isRaw = action.entry.recordId === undefined && item !== undefined;
			tell('entry_replayed', action, {
				context: telemetry.tracer.inject(journal, ENTRY_STAGE, {}),
				rawRecordRef: isRaw ? rawRef(binding, item) : undefined,
			});
		}),
	);
}

function tell(
	name: 'entry_expired' | 'entry_corrected' | 'entry_replayed',
	{ entry: { queue, entryId, recordId, batchId, lineageId }, operator, justification }: Action,
	{ context, rawRecordRef }: { readonly context?: TraceFields; readonly rawRecordRef?: string | undefined } = {},
): void {
	telemetry.events.emit(event[`pipeline.alpha.error_queue.audit.${name}`], {
		recordId,
		batchId,
		context,
		correlationId: batchId ?? entryId,
		dimensions: {
			'pipeline.queue': queue,
			'pipeline.entry_id': entryId,
			'pipeline.lineage_id': lineageId,
			'pipeline.raw_record_ref': rawRecordRef,
			'pipeline.operator': operator,
			'pipeline.justification': justification,
			'audit.resource_id': entryId,
			'audit.actor_type': operator === 'system' ? 'SYSTEM' : 'USER',
			'audit.actor_id': operator,
		},
	});
}
