// Hot path of all who read journals. The words are those of `layout.ts`.
import * as Kind from './kind.ts';
import { ENTRY_KIND_MASK, EVENT_WORD, KIND_SHIFT, LENGTH_SHIFT, MARK, STAGE_WORD } from './layout.ts';

/** Meta word of an entry without status and flags. */
export const meta = (kind: number, definition: number): number => MARK | (kind << KIND_SHIFT) | definition;
/** True for the meta word of what may have attributes: a stage or an event. */
export function isOwnerWord(word: number): boolean {
	const kind = word & ENTRY_KIND_MASK;
	return kind === STAGE_WORD || kind === EVENT_WORD;
}
export const kindOf = (word: number): number => (word >>> KIND_SHIFT) & 0xf;
export const isEntry = (word: number): boolean => (word & (0x1f << 27)) === MARK;

/** Words of an entry, its meta word included. */
export function entryWords(words: Int32Array, at: number): number {
	switch (kindOf(words[at]!)) {
		case Kind.STAGE:
		case Kind.DURATION:
		case Kind.NUMBER:
		case Kind.FAILURE:
		case Kind.FINISH:
			return 4;
		case Kind.EVENT:
		case Kind.INTEGER:
		case Kind.CODE:
		case Kind.NAME:
		case Kind.LINK:
		case Kind.REBASE:
			return 3;
		case Kind.REMOTE_LINK:
			return 9;
		default:
			return 2 + (((words[at + 1]! >>> LENGTH_SHIFT) + 3) >>> 2);
	}
}
