import { expect, it } from 'vitest';
import { isOwnerWord, kindOf, meta } from '../../src/recorder/entries.ts';
import * as Kind from '../../src/recorder/kind.ts';
import {
	CODE_WORD,
	ENDED,
	ENDED_STAGE_WORD,
	ENTRY_KIND_MASK,
	EVENT_WORD,
	INTEGER_WORD,
	NAME_WORD,
	OPEN_STAGE_MASK,
	STAGE_WORD,
} from '../../src/recorder/layout.ts';

it('the plain numbers of the hot path are the words that everybody else makes', () => {
	expect(STAGE_WORD).toBe(meta(Kind.STAGE, 0));
	expect(EVENT_WORD).toBe(meta(Kind.EVENT, 0));
	expect(INTEGER_WORD).toBe(meta(Kind.INTEGER, 0));
	expect(CODE_WORD).toBe(meta(Kind.CODE, 0));
	expect(NAME_WORD).toBe(meta(Kind.NAME, 0));
	expect(ENDED_STAGE_WORD).toBe(meta(Kind.STAGE, 0) | ENDED);
	expect(OPEN_STAGE_MASK).toBe(ENTRY_KIND_MASK | ENDED);
});

it('only stages and events may have attributes, whatever their definition', () => {
	for (const kind of Object.values(Kind)) {
		const word = meta(kind, 0x7ffff);
		expect(kindOf(word)).toBe(kind);
		expect(isOwnerWord(word)).toBe(kind === Kind.STAGE || kind === Kind.EVENT);
	}
});
