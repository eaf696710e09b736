import { readDouble } from '../recorder/doubles.ts';
import { entryWords, isEntry, kindOf } from '../recorder/entries.ts';
import * as Kind from '../recorder/kind.ts';
import { ENDED, FIRST_ENTRY, LONG } from '../recorder/layout.ts';
import type { JournalOutline } from './journal-outline.ts';

const NS_PER_MS = 1_000_000;

/** Nanoseconds behind one of the journal's bases. */
export interface PointInTime {
	readonly base: number;
	readonly offset: number;
}

/** Nanoseconds that a stage took; 0 for one that has not ended. */
export function durationOf(outline: JournalOutline, stage: number): number {
	const { words, at, more } = outline;
	const word = words[at + stage]!;
	if ((word & ENDED) === 0) return 0;
	if ((word & LONG) === 0) return Math.max(0, words[at + stage + 3]!);
	const milliseconds = more[stage]! > 0 ? readDouble(words, at + more[stage]! + 2) : 0;
	return milliseconds > 0 ? Math.round(milliseconds * NS_PER_MS) : 0;
}

/** The last point in time that a journal tells of: what had not ended by then, ended with it. */
export function lastTime(outline: JournalOutline): PointInTime {
	const { words, at, length, times } = outline;
	let last = { base: 0, offset: 0 };
	let base = 0;
	const consider = (offset: number) => {
		if (times.isLater(base, offset, last.base, last.offset)) last = { base, offset };
	};
	consider(words[at + 2]! + durationOf(outline, 0));
	for (let here = FIRST_ENTRY; here < length && isEntry(words[at + here]!); here += entryWords(words, at + here)) {
		const place = at + here;
		if (here + entryWords(words, place) > length) break;
		switch (kindOf(words[place]!)) {
			case Kind.STAGE:
				consider(words[place + 2]! + durationOf(outline, here));
				break;
			case Kind.EVENT:
			case Kind.FAILURE:
			case Kind.FINISH:
				consider(words[place + 2]!);
				break;
			case Kind.REBASE:
				base++;
				break;
			default:
		}
	}
	return last;
}
