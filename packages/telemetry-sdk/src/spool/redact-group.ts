import type { AttributeDef } from '@pipeline/telemetry-core';
import { lookUpAttribute } from '@pipeline/telemetry-core/registry';
import {
	DEFINITION_MASK,
	entryWords,
	FIRST_ENTRY,
	HEADER,
	isEntry,
	Kind,
	kindOf,
	LENGTH_SHIFT,
} from '../recorder/layout.ts';
import type { Redaction } from '../redaction/redaction.ts';
import { EntryKind } from './format.ts';
import { type GroupEntry, groupEntries } from './group-entries.ts';

const MARK = /\[REDACTED:\w+\]/g;
const SHORT_MARK = '***';
const TEXTS: ReadonlySet<Kind> = new Set([Kind.TEXT, Kind.STACK, Kind.TRACE_STATE, Kind.BAGGAGE]);

/**
 * Takes out of a group what must not reach the disk. Entries keep their length: positions within a journal stay what they are. What is only
 * shown as a hash is hashed when it is sent: a hash has no room where a short name stood.
 */
export function redactGroup(words: Int32Array, redaction: Redaction): void {
	for (const entry of groupEntries(words)) {
		if (entry.kind === EntryKind.RECEIPT) redactReceipt(words, entry, redaction);
		else if (entry.kind === EntryKind.TEXT_DEFINITION)
			redactBytes(words, entry.at + 3, entry.at + 2, 0, redaction, undefined);
		// Events are redacted as they are built: cut within, their JSON would not be any more.
	}
}

function redactReceipt(words: Int32Array, { at, words: length }: GroupEntry, redaction: Redaction): void {
	const journal = at + 1;
	const end = Math.min(journal + words[journal + HEADER.LENGTH]!, at + length);
	for (let entry = journal + FIRST_ENTRY; entry < end && isEntry(words[entry]!); entry += entryWords(words, entry))
		if (TEXTS.has(kindOf(words[entry]!))) {
			const key = keyOfMasked(words[entry]!);
			redactBytes(words, entry + 2, entry + 1, LENGTH_SHIFT, redaction, key);
		}
}

/** The key of a text that holds a field's value. */
function keyOfMasked(word: number): string | undefined {
	if (kindOf(word) !== Kind.TEXT) return undefined;
	const named = lookUpAttribute((word & DEFINITION_MASK) as AttributeDef);
	return named?.entry.protect === 'mask' ? named.name : undefined;
}

/** `lengthAt`: the word whose upper bits, from `shift` on, are the text's length in bytes. */
function redactBytes(
	words: Int32Array,
	at: number,
	lengthAt: number,
	shift: number,
	redaction: Redaction,
	maskedKey: string | undefined,
): void {
	const length = Math.min(words[lengthAt]! >>> shift, (words.length - at) * 4);
	const bytes = Buffer.from(words.buffer, words.byteOffset + at * 4, length);
	if (maskedKey === undefined && redaction.isHarmless(bytes, 0, length)) return;
	const text = bytes.toString();
	const clean = maskedKey === undefined ? redaction.text(text) : String(redaction.attribute(maskedKey, text));
	if (clean === text) return;
	// A mark is longer than a short secret.
	const fitting = Buffer.byteLength(clean) <= length ? clean : clean.replace(MARK, SHORT_MARK);
	// What still does not fit is cut between characters; what is left over becomes blank.
	const { written } = new TextEncoder().encodeInto(fitting, new Uint8Array(length));
	bytes.fill(0x20);
	bytes.write(fitting, 0, written);
}
