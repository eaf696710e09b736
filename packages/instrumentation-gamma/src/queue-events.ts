import type { EventEmitter } from 'node:events';
import { ENTRY_STAGE, type TraceFields, telemetry } from '@pipeline/telemetry-core';
import { event } from '@pipeline/telemetry-core/gamma';
import { guarded, readContext } from '@pipeline/telemetry-core/instrumentation';
import type { GammaBinding } from './binding.ts';
import { metrics } from './metrics.ts';
import { announceReplay } from './replay.ts';
import type { GammaState } from './state.ts';

interface Entry extends TraceFields {
	readonly queue: string;
	readonly entryId: string;
	readonly recordId?: string;
	readonly lineageId?: string;
}

interface Told {
	readonly entry: Entry;
	readonly reason?: string;
	readonly ageSeconds?: number;
	readonly operator?: string;
	readonly justification?: string;
}

/** What operators and time do to dead letters. */
export function followDeadLetters(binding: GammaBinding, events: EventEmitter | undefined, state: GammaState): void {
	const on = listenerOf(events, 'dead letters');
	on('entryInspected', (told) => tellDeadLetter('inspected', told));
	on('entryCorrected', (told) => tellDeadLetter('corrected', told));
	on('entryReplayed', (told) => tellDeadLetter('replayed', told, beginTrace(binding, told)));
	on('entryRemoved', (told) => {
		const { entry, reason = 'PURGED', ageSeconds = 0 } = told;
		metrics.deadLetterRemovals.of(reason).add(1);
		metrics.deadLetterAge.of(reason).record(ageSeconds);
		state.deadLetters.add(-1, 0);
		if (reason === 'PURGED') tellDeadLetter('purged', told);
		if (reason === 'EXPIRED' || reason === 'EVICTED') amend(entry, reason);
	});
}

/** What operators and time do to the entries of the error queues. */
export function followErrorQueue(binding: GammaBinding, events: EventEmitter | undefined): void {
	const on = listenerOf(events, 'error queue');
	on('entryCorrected', (told) => tellQueue('corrected', told));
	on('entryReplayed', (told) => tellQueue('replayed', told, beginTrace(binding, told)));
	on('entryRemoved', (told) => {
		const { entry, reason = 'PURGED' } = told;
		metrics.queueRemovals.of(entry.queue, reason).add(1);
		if (reason === 'EXPIRED') tellQueue('expired', { ...told, operator: 'system', justification: 'retention' });
	});
}

/** The record stays a dead letter for good: its trace says so once more. */
function amend(entry: Entry, reason: string): void {
	telemetry.events.emit(event['pipeline.gamma.trace.trace.amended'], {
		recordId: entry.recordId,
		context: readContext(entry, 'REPLAY'),
		dimensions: { 'pipeline.trace.outcome': 'DLQ', 'pipeline.reason': reason },
	});
}

function beginTrace(binding: GammaBinding, { entry }: Told): TraceFields {
	return telemetry.tracer.inject(announceReplay(binding, entry), ENTRY_STAGE, {});
}

function tellDeadLetter(
	what: 'inspected' | 'corrected' | 'replayed' | 'purged',
	told: Told,
	context?: TraceFields,
): void {
	telemetry.events.emit(event[`pipeline.gamma.dlq.audit.entry_${what}`], detailOf(told, context));
}

function tellQueue(what: 'corrected' | 'replayed' | 'expired', told: Told, context?: TraceFields): void {
	const { dimensions, ...detail } = detailOf(told, context);
	telemetry.events.emit(event[`pipeline.gamma.error_queue.audit.entry_${what}`], {
		...detail,
		dimensions: { 'pipeline.queue': told.entry.queue, ...dimensions },
	});
}

function detailOf(
	{ entry, operator = 'system', justification = 'none given' }: Told,
	context: Readonly<TraceFields> | undefined = readContext(entry, 'REPLAY'),
) {
	return {
		recordId: entry.recordId,
		correlationId: entry.entryId,
		context,
		dimensions: {
			'pipeline.entry_id': entry.entryId,
			'pipeline.lineage_id': entry.lineageId,
			'pipeline.operator': operator,
			'pipeline.justification': justification,
			'audit.resource_id': entry.entryId,
			'audit.actor_type': operator === 'system' ? 'SYSTEM' : 'USER',
			'audit.actor_id': operator,
		},
	};
}

function listenerOf(events: EventEmitter | undefined, where: string) {
	return (name: string, tell: (told: Told) => void): void => {
		events?.on(name, (told: Told) => guarded(`${where} ${name}`, () => tell(told)));
	};
}
