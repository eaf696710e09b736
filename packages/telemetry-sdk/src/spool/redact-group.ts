import { entryWords, FIRST_ENTRY, HEADER, isEntry, Kind, kindOf, LENGTH_SHIFT } from '../recorder/layout.ts';
import { EntryKind } from './format.ts';
import { type GroupEntry, groupEntries } from './group-entries.ts';

/** Gives a text without what must not be kept; the same text when there is nothing. */
export type RedactText = (text: string) => string;

const TEXTS: ReadonlySet<Kind> = new Set([Kind.TEXT, Kind.STACK, Kind.TRACE_STATE, Kind.BAGGAGE]);

/** Takes out of a group what must not reach the disk. Entries keep their length: positions within a journal stay what they are. */
export function redactGroup(words: Int32Array, redact: RedactText): void {
	for (const entry of groupEntries(words)) {
		if (entry.kind === EntryKind.RECEIPT) redactReceipt(words, entry, redact);
		else if (entry.kind === EntryKind.TEXT_DEFINITION) redactBytes(words, entry.at + 3, entry.at + 2, 0, redact);
		// Events are redacted as they are built: cut within, their JSON would not be any more.
	}
}

function redactReceipt(words: Int32Array, { at, words: length }: GroupEntry, redact: RedactText): void {
	const journal = at + 1;
	const end = Math.min(journal + words[journal + HEADER.LENGTH]!, at + length);
	for (let entry = journal + FIRST_ENTRY; entry < end && isEntry(words[entry]!); entry += entryWords(words, entry))
		if (TEXTS.has(kindOf(words[entry]!))) redactBytes(words, entry + 2, entry + 1, LENGTH_SHIFT, redact);
}

/** `lengthAt`: the word whose upper bits, from `shift` on, are the text's length in bytes. */
function redactBytes(words: Int32Array, at: number, lengthAt: number, shift: number, redact: RedactText): void {
	const length = Math.min(words[lengthAt]! >>> shift, (words.length - at) * 4);
	const bytes = Buffer.from(words.buffer, words.byteOffset + at * 4, length);
	const text = bytes.toString();
	const clean = redact(text);
	if (clean === text) return;
	// What does not fit is cut between characters; what is left over becomes blank.
	const { written } = new TextEncoder().encodeInto(clean, new Uint8Array(length));
	bytes.fill(0x20);
	bytes.write(clean, 0, written);
}
