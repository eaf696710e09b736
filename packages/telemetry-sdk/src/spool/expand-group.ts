import type { EventSink } from '@pipeline/telemetry-core';
import * as HEADER from '../recorder/header.ts';
import type { ReceiptContext } from '../recorder/receipts.ts';
import { EntryKind } from './format.ts';
import { entryText, groupEntries, isNumbered } from './group-entries.ts';
import type { ReadGroup } from './spool-cursor.ts';
import { emitSpoolEvent } from './spool-event.ts';

/** Shorter than any journal: its header is not whole. */
const MIN_RECEIPT_WORDS = 17;

/** Takes what the entries of a group stand for. */
export interface EntrySink extends EventSink {
	/** The journal of a record, at `at`. */
	journal(words: Int32Array, at: number, context: ReceiptContext): void;
}

/**
 * Hands out what the entries of a group stand for: journals, and events that belong to no record.
 *
 * @param onEntry told of each entry before its events
 * @returns entries that could not be read
 */
export function expandGroup(
	{ group, definitions }: ReadGroup,
	sink: EntrySink,
	onEntry: (seq: number) => void,
): number {
	const { words } = group;
	let seq = group.firstSeq;
	let unreadable = 0;
	for (const entry of groupEntries(words)) {
		if (!isNumbered(entry.kind)) continue;
		onEntry(seq++);
		if (entry.kind === EntryKind.EVENT) {
			if (!emitSpoolEvent(entryText(words, entry), sink)) unreadable++;
			continue;
		}
		// A receipt that claims more words than it has would be read beyond its end.
		const isWhole = entry.words >= MIN_RECEIPT_WORDS && words[entry.at + 1 + HEADER.LENGTH]! === entry.words - 1;
		if (isWhole) sink.journal(words, entry.at + 1, definitions);
		else unreadable++;
	}
	return unreadable;
}
