import {
	ENTRY_KIND_BITS,
	ENTRY_KIND_MASK,
	EntryKind,
	GROUP,
	GROUP_HEADER_BYTES,
	GROUP_HEADER_WORDS,
} from './format.ts';

/** One entry of a group. */
export interface GroupEntry {
	readonly kind: EntryKind;
	/** Where it is in the group's words, its own first word included. */
	readonly at: number;
	readonly words: number;
}

/** Entries of a whole group (its header included). Words that make no sense end it. */
export function* groupEntries(words: Int32Array, end: number = words.length): Generator<GroupEntry> {
	let at = GROUP_HEADER_WORDS;
	while (at < end) {
		const first = words[at]!;
		const length = first >>> ENTRY_KIND_BITS;
		const kind = (first & ENTRY_KIND_MASK) as EntryKind;
		if (length < 1 || at + length > end || kind < EntryKind.TEXT_DEFINITION || kind > EntryKind.SCOPE) return;
		yield { kind, at, words: length };
		at += length;
	}
}

/** True for kinds that have a number of their own. */
export const isNumbered = (kind: EntryKind): boolean => kind === EntryKind.RECEIPT || kind === EntryKind.EVENT;

/** The text of a TEXT_DEFINITION, SCOPE or EVENT. */
export function entryText(words: Int32Array, { kind, at, words: length }: GroupEntry): string {
	const head = kind === EntryKind.EVENT ? 2 : 3;
	const bytes = Math.min(words[at + head - 1]! >>> 0, (length - head) * 4);
	return Buffer.from(words.buffer, words.byteOffset + (at + head) * 4, Math.max(0, bytes)).toString();
}

/** What a group's header says. */
export interface GroupHeader {
	readonly bytes: number;
	readonly entries: number;
	readonly firstSeq: number;
	readonly timeMs: number;
	readonly previous: Buffer;
	readonly hash: Buffer;
}

export function readGroupHeader(group: Buffer): GroupHeader {
	return {
		bytes: group.readUInt32LE(GROUP.BYTES),
		entries: group.readUInt32LE(GROUP.ENTRIES),
		firstSeq: group.readDoubleLE(GROUP.FIRST_SEQ),
		timeMs: group.readDoubleLE(GROUP.TIME),
		previous: group.subarray(GROUP.PREVIOUS, GROUP.HASH),
		hash: group.subarray(GROUP.HASH, GROUP_HEADER_BYTES),
	};
}

/** Numbered entries of a group. */
export function countNumbered(words: Int32Array): number {
	let count = 0;
	for (const { kind } of groupEntries(words)) if (isNumbered(kind)) count++;
	return count;
}
