import type { EventSink } from '@pipeline/telemetry-core';
import { emitJournalEvents } from '../recorder/event-projection.ts';
import { HEADER } from '../recorder/layout.ts';
import { EntryKind } from './format.ts';
import { entryText, groupEntries, isNumbered } from './group-entries.ts';
import type { ReadGroup } from './spool-cursor.ts';
import { emitSpoolEvent } from './spool-event.ts';

/** Shorter than any journal: its header is not whole. */
const MIN_RECEIPT_WORDS = 17;

/**
 * Emits what the entries of a group stand for: audit entries, and the completion of each record's terminal points.
 *
 * @param onEntry told of each entry before its events
 * @returns entries that could not be read
 */
export function expandGroup(
	{ group, definitions }: ReadGroup,
	events: EventSink,
	onEntry: (seq: number) => void,
): number {
	const { words } = group;
	let seq = group.firstSeq;
	let unreadable = 0;
	for (const entry of groupEntries(words)) {
		if (!isNumbered(entry.kind)) continue;
		onEntry(seq++);
		if (entry.kind === EntryKind.EVENT) {
			if (!emitSpoolEvent(entryText(words, entry), events)) unreadable++;
			continue;
		}
		// A receipt that claims more words than it has would be read beyond its end.
		const isWhole = entry.words >= MIN_RECEIPT_WORDS && words[entry.at + 1 + HEADER.LENGTH]! === entry.words - 1;
		if (isWhole) emitJournalEvents(events, words, entry.at + 1, definitions);
		else unreadable++;
	}
	return unreadable;
}
