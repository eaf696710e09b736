import type { QueueEntry } from '@pipeline/model';
import { telemetry } from '@pipeline/telemetry-core';
import { event as alpha } from '@pipeline/telemetry-core/alpha';
import { event as beta } from '@pipeline/telemetry-core/beta';
import { event as gamma } from '@pipeline/telemetry-core/gamma';
import { readContext } from '@pipeline/telemetry-core/instrumentation';
import type { RunOptions } from '../run/run-options.ts';
import { startTelemetry } from './telemetry.ts';

/** What an operator does to an entry while no module runs that would say so. */
export interface OperatorDeed {
	readonly kind: 'inspected' | 'corrected';
	/** Name of the file of its queue: it begins with the module's name. */
	readonly file: string;
	readonly entry: QueueEntry;
	readonly operator: string;
	readonly justification: string;
}

/**
 * Does something to a queued entry and writes it to the audit of its run. Looking at an entry is audited for dead letters alone, as the modules do:
 * the catalogue has no event for those of the other queues.
 *
 * @param act does it: not at all where its audit cannot be written
 */
export async function audited<Result>(
	deed: OperatorDeed,
	{ out, flushTimeoutMs }: Pick<RunOptions, 'out' | 'flushTimeoutMs'>,
	act: () => Result,
): Promise<Result> {
	const definition = eventOf(deed);
	if (definition === undefined) return act();
	const running = await startTelemetry({ profile: 'dev', out, flushTimeoutMs }, 'pipeline');
	try {
		const result = act();
		tell(definition, deed);
		return result;
	} finally {
		await running?.shutdown();
	}
}

type Definition = ReturnType<typeof definitionOf>;

function eventOf(deed: OperatorDeed): Definition | undefined {
	if (deed.kind === 'inspected' && deed.entry.queue !== 'DLQ') return undefined;
	return definitionOf(deed);
}

function definitionOf({ kind, file, entry }: OperatorDeed) {
	if (entry.queue === 'DLQ') return gamma[`pipeline.gamma.dlq.audit.entry_${kind}`];
	if (file.startsWith('alpha')) return alpha['pipeline.alpha.error_queue.audit.entry_corrected'];
	if (file.startsWith('beta')) return beta['pipeline.beta.error_queue.audit.entry_corrected'];
	return gamma['pipeline.gamma.error_queue.audit.entry_corrected'];
}

function tell(definition: Definition, { entry, operator, justification }: OperatorDeed): void {
	const { queue, entryId, recordId, batchId, lineageId } = entry;
	telemetry.events.emit(definition, {
		recordId,
		batchId,
		correlationId: batchId ?? entryId,
		// Part of the story that the entry ends, rather than the begin of another one.
		context: readContext(entry, 'REPLAY'),
		dimensions: {
			...(queue === 'DLQ' ? {} : { 'pipeline.queue': queue }),
			'pipeline.entry_id': entryId,
			'pipeline.lineage_id': lineageId,
			'pipeline.operator': operator,
			'pipeline.justification': justification,
			'audit.resource_id': entryId,
			'audit.actor_type': 'USER',
			'audit.actor_id': operator,
		},
	});
}
