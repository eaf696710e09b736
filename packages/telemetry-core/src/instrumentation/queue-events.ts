import type { EventEmitter } from 'node:events';
import { ENTRY_STAGE, type Journal } from '../journal/tracer.ts';
import type { TraceFields } from '../propagation/trace-fields.ts';
import type { EventDef } from '../registry/definitions.ts';
import { telemetry } from '../runtime/telemetry.ts';
import type { EventDetail } from '../signals/event-sink.ts';
import { guarded } from './following.ts';
import { readContext } from './record-context.ts';

/** What a queue of failed items tells of one of them. */
export interface QueueEntry extends TraceFields {
	readonly queue: string;
	readonly entryId: string;
	readonly recordId?: string;
	readonly batchId?: string;
	readonly lineageId?: string;
}

/** Something happened to an entry. */
export interface QueueAction {
	readonly entry: QueueEntry;
	/** Who did it; the system where nobody is named. */
	readonly operator?: string;
	readonly justification?: string;
	/** Why it was removed: `REPLAYED`, `EXPIRED`, `EVICTED` or `PURGED`. */
	readonly reason?: string;
	/** How long it was in the queue when it was removed. */
	readonly ageSeconds?: number;
}

/** What a module makes of what its error queues tell. */
export interface QueueFollower {
	readonly expired: EventDef;
	readonly corrected: EventDef;
	readonly replayed: EventDef;
	/** Counts an entry that left, for whatever reason. */
	removed(queue: string, reason: string, ageSeconds: number): void;
	/** Begins the trace of a replay. @returns 0 where replays are not bound */
	announce(entry: QueueEntry): Journal;
	/** Further dimensions of the audit entry of a replay. */
	dimensionsOf?(entry: QueueEntry): EventDetail['dimensions'];
}

/** Follows an error queue: removals are counted; what operators do is audited, and what retention does. */
export function followQueue(events: EventEmitter | undefined, follower: QueueFollower): void {
	const on = queueListener(events, 'error queue');
	const tell = (event: EventDef, action: QueueAction, context?: TraceFields, more?: EventDetail['dimensions']) =>
		auditAction(event, action, { 'pipeline.queue': action.entry.queue, ...more }, context);
	on('entryRemoved', ({ entry, reason = 'PURGED', ageSeconds = 0 }) => {
		follower.removed(entry.queue, reason, ageSeconds);
		if (reason === 'EXPIRED') tell(follower.expired, { entry, operator: 'system', justification: 'retention' });
	});
	on('entryCorrected', (action) => tell(follower.corrected, action));
	on('entryReplayed', (action) => {
		const context = telemetry.tracer.inject(follower.announce(action.entry), ENTRY_STAGE, {});
		tell(follower.replayed, action, context, follower.dimensionsOf?.(action.entry));
	});
}

/** Listens to a queue: a listener that fails is no failure of the queue. */
export function queueListener(events: EventEmitter | undefined, queue: string) {
	return (name: string, listener: (action: QueueAction) => void): void => {
		events?.on(name, (action: QueueAction) => guarded(`${queue} ${name}`, () => listener(action)));
	};
}

/**
 * Audits what was done to an entry, and by whom.
 *
 * @param context the trace that it belongs to; that in which the entry failed, if none is given
 */
export function auditAction(
	event: EventDef,
	{ entry, operator = 'system', justification = 'none given' }: QueueAction,
	dimensions: EventDetail['dimensions'] = {},
	context: Readonly<TraceFields> | undefined = readContext(entry, 'REPLAY'),
): void {
	const { entryId, recordId, batchId, lineageId } = entry;
	telemetry.events.emit(event, {
		recordId,
		batchId,
		correlationId: batchId ?? entryId,
		context,
		dimensions: {
			...dimensions,
			'pipeline.entry_id': entryId,
			'pipeline.lineage_id': lineageId,
			'pipeline.operator': operator,
			'pipeline.justification': justification,
			'audit.resource_id': entryId,
			'audit.actor_type': operator === 'system' ? 'SYSTEM' : 'USER',
			'audit.actor_id': operator,
		},
	});
}
