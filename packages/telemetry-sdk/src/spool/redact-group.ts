import type { AttributeDef } from '@pipeline/telemetry-core';
import { lookUpAttribute } from '@pipeline/telemetry-core/registry';
import { entryWords, isEntry, kindOf } from '../recorder/entries.ts';
import * as HEADER from '../recorder/header.ts';
import * as Kind from '../recorder/kind.ts';
import { DEFINITION_MASK, FIRST_ENTRY, LENGTH_SHIFT } from '../recorder/layout.ts';
import { isIdKey } from '../redaction/id-keys.ts';
import type { Redaction } from '../redaction/redaction.ts';
import { EntryKind } from './format.ts';
import { type GroupEntry, groupEntries } from './group-entries.ts';

const MARK = /\[REDACTED:\w+\]/g;
const SHORT_MARK = '***';

/**
 * Takes out of a group what must not reach the disk. Entries keep their length: positions within a journal stay what they are. What is only
 * shown as a hash is hashed when it is sent: a hash has no room where a short name stood.
 */
export function redactGroup(words: Int32Array, redaction: Redaction): void {
	const bytes = Buffer.from(words.buffer, words.byteOffset, words.byteLength);
	for (const entry of groupEntries(words)) {
		if (entry.kind === EntryKind.RECEIPT) redactReceipt(words, bytes, entry, redaction);
		else if (entry.kind === EntryKind.TEXT_DEFINITION)
			redactBytes(bytes, (entry.at + 3) * 4, words[entry.at + 2]! >>> 0, redaction);
		// Events are redacted as they are built: cut within, their JSON would not be any more.
	}
}

function redactReceipt(
	words: Int32Array,
	bytes: Buffer,
	{ at, words: length }: GroupEntry,
	redaction: Redaction,
): void {
	const journal = at + 1;
	const end = Math.min(journal + words[journal + HEADER.LENGTH]!, at + length);
	for (let entry = journal + FIRST_ENTRY; entry < end && isEntry(words[entry]!); entry += entryWords(words, entry))
		if (isText(kindOf(words[entry]!))) redactText(words, entry, bytes, redaction);
}

function redactText(words: Int32Array, entry: number, bytes: Buffer, redaction: Redaction): void {
	const named = attributeOf(words[entry]!);
	redactBytes(bytes, (entry + 2) * 4, words[entry + 1]! >>> LENGTH_SHIFT, redaction, named);
}

const isText = (kind: number): boolean =>
	kind === Kind.TEXT || kind === Kind.STACK || kind === Kind.TRACE_STATE || kind === Kind.BAGGAGE;

type NamedAttribute = ReturnType<typeof lookUpAttribute>;

const attributeOf = (word: number): NamedAttribute =>
	kindOf(word) === Kind.TEXT ? lookUpAttribute((word & DEFINITION_MASK) as AttributeDef) : undefined;

function redactBytes(bytes: Buffer, from: number, length: number, redaction: Redaction, named?: NamedAttribute): void {
	const to = Math.min(from + length, bytes.length);
	const isMasked = named?.entry.protect === 'mask';
	if (!isMasked && redaction.isHarmless(bytes, from, to)) return;
	const text = bytes.toString('utf8', from, to);
	const isOfKey = named !== undefined && (isMasked || isIdKey(named.name));
	const clean = isOfKey ? String(redaction.attribute(named.name, text)) : redaction.text(text);
	if (clean === text) return;
	// A mark is longer than a short secret.
	const fitting = Buffer.byteLength(clean) <= to - from ? clean : clean.replace(MARK, SHORT_MARK);
	// What still does not fit is cut between characters; what is left over becomes blank.
	const { written } = new TextEncoder().encodeInto(fitting, new Uint8Array(to - from));
	bytes.fill(0x20, from, to);
	bytes.write(fitting, from, written);
}
