import { type EventSink, emitAuditEntries, emitCompletion, type TraceFields } from '@pipeline/telemetry-core';
import { auditedStages } from './audited-stages.ts';
import * as HEADER from './header.ts';
import { viewJournal } from './journal-view.ts';
import { writePosition } from './position.ts';
import type { ReceiptContext } from './receipts.ts';

/** Emits what a journal yields whatever the sampling: its audit entries, and the completion of each terminal point. */
export function emitJournalEvents(events: EventSink, words: Int32Array, at: number, context: ReceiptContext): void {
	const keys = context.keysOf(words[at + HEADER.EPOCH]!);
	if (keys === undefined) return;
	const { flags, record, stages, finishes } = viewJournal(words, at, context, auditedStages(words, at));
	const positionOf = (stage: number): TraceFields => writePosition(words, at, stage, flags, keys, {});
	for (const [stage, view] of stages)
		if (!Number.isNaN(view.endMs)) emitAuditEntries(events, view, record, () => positionOf(stage));
	for (const { stage, timeMs, outcome, completed } of finishes) {
		const attributes = stages.get(stage)?.attributes ?? {};
		emitCompletion(events, completed, attributes, record, outcome, positionOf(stage), timeMs);
	}
}
