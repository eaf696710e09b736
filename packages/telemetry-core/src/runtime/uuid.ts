import { writeHexWords } from '../journal/hex-words.ts';

/** Where a generator takes time and randomness from; tests make both repeatable. */
export interface UuidSources {
	/** Milliseconds since the Unix epoch. @default Date.now */
	readonly nowMs?: () => number;
	/** @default `crypto.getRandomValues` */
	readonly fillRandom?: (bytes: Uint8Array<ArrayBuffer>) => void;
}

/** Random bytes drawn at once: a draw costs more than everything else here. */
const POOL_WORDS = 768;
const WORDS_PER_ID = 3;
const COUNTER_LIMIT = 2 ** 32;

/**
 * Makes UUIDs of version 7 (RFC 9562) that sort in the order of their creation: within a millisecond, and while the clock
 * stands still or runs backwards, a 32-bit counter behind the time part goes up; 42 random bits follow it.
 */
export function createUuidV7(sources: UuidSources = {}): () => string {
	const nowMs = sources.nowMs ?? Date.now;
	const fillRandom = sources.fillRandom ?? ((bytes) => void crypto.getRandomValues(bytes));
	const pool = new Uint32Array(POOL_WORDS);
	const words = new Uint32Array(4);
	let used = POOL_WORDS;
	let lastMs = -1;
	let counter = 0;

	return () => {
		if (used + WORDS_PER_ID > POOL_WORDS) {
			fillRandom(new Uint8Array(pool.buffer));
			used = 0;
		}
		const timeMs = nowMs();
		if (timeMs > lastMs) {
			lastMs = timeMs;
			// The top bit starts clear, so that the counter has room for 2^31 ids of the same millisecond.
			counter = pool[used]! >>> 1;
		} else if (++counter === COUNTER_LIMIT) {
			lastMs++;
			counter = 0;
		}
		writeWords(words, lastMs, counter, pool[used + 1]!, pool[used + 2]!);
		used += WORDS_PER_ID;
		return format(words);
	};
}

/** 48 bits of time, then the counter's 12 high and 20 low bits around version and variant, then 42 random bits. */
function writeWords(
	words: Uint32Array,
	timeMs: number,
	counter: number,
	tenRandomBits: number,
	randomWord: number,
): void {
	words[0] = Math.floor(timeMs / 0x10000);
	words[1] = (timeMs % 0x10000) * 0x10000 + 0x7000 + (counter >>> 20);
	words[2] = 0x80000000 + (counter & 0xfffff) * 0x400 + (tenRandomBits & 0x3ff);
	words[3] = randomWord;
}

function format(words: Uint32Array): string {
	const hex = writeHexWords(words, 0, 4);
	return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The process's own generator of time-ordered ids. */
export const uuidV7: () => string = createUuidV7();

const UUID_V4_OR_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** True for a lowercase UUID of version 4 or 7. */
export function isUuid(value: unknown): value is string {
	return typeof value === 'string' && UUID_V4_OR_V7.test(value);
}
