// Hot path of kept records: every text is looked at here, and nearly none goes any further.

/** Kinds of characters that a text has, as bits. */
export const Has = {
	DIGIT: 1,
	/** `a` to `f`. */
	HEX: 2,
	DASH: 4,
	/** `T` and `Z`, which times have. */
	TIME: 8,
	/** A letter that is no hexadecimal digit and does not stand in a time. */
	LETTER: 16,
	/** A capital letter other than `T` and `Z`. */
	CAPITAL: 32,
	AT: 64,
	/** `:` and `=`. */
	ASSIGN: 128,
	PERCENT: 256,
	OTHER: 512,
} as const;

const DASH_CODE = 45;
const CODES = 128;
const CLASSES = Uint16Array.from({ length: CODES }, (_, code) => classOf(String.fromCharCode(code)));

function classOf(character: string): number {
	if (/\d/.test(character)) return Has.DIGIT;
	if (/[a-f]/.test(character)) return Has.HEX;
	if (/[TZ]/.test(character)) return Has.TIME;
	if (/[A-F]/.test(character)) return Has.CAPITAL;
	if (/[A-Z]/.test(character)) return Has.CAPITAL | Has.LETTER;
	if (/[a-z]/.test(character)) return Has.LETTER;
	if (character === '-') return Has.DASH;
	if (character === '@') return Has.AT;
	if (character === ':' || character === '=') return Has.ASSIGN;
	return character === '%' ? Has.PERCENT : Has.OTHER;
}

/** What a text has. */
export function classesOf(text: string): number {
	let classes = 0;
	for (let at = 0; at < text.length; at++) {
		const code = text.charCodeAt(at);
		classes |= code < CODES ? CLASSES[code]! : Has.OTHER;
	}
	return classes;
}

/** What a text in UTF-8 has. */
export function classesOfBytes(bytes: Uint8Array, from: number, to: number): number {
	let classes = 0;
	for (let at = from; at < to; at++) classes |= CLASSES[bytes[at]! & 127]!;
	return classes;
}

/** Longest digit sequence that means something: a card number has 19 digits at most. */
const MAX_NUMBER = 19;
const HEXADECIMAL = Has.DIGIT | Has.HEX;
const LETTERS = Has.HEX | Has.TIME | Has.LETTER | Has.CAPITAL;
/** Shortest token that may be all letters: an access key's id. */
const MIN_TOKEN = 20;
const UUID_LENGTH = 36;
/** Shortest text in which anything is found: `pwd=x`, `1.2.3.4`, `a@b.io`. */
const MIN_LENGTH = 5;

/**
 * Whether nothing can be found in a text of these classes: most ids, checksums and codes.
 *
 * @param dashes how many of the positions 8, 13, 18 and 23 hold a dash
 */
function isHarmless(classes: number, length: number, dashes: number): boolean {
	if (length < MIN_LENGTH) return true;
	if ((classes & ~LETTERS) === 0) return length < MIN_TOKEN;
	if ((classes & ~HEXADECIMAL) === 0) return (classes & Has.DIGIT) === 0 || length > MAX_NUMBER;
	return (classes & ~(HEXADECIMAL | Has.DASH)) === 0 && length === UUID_LENGTH && dashes === 4;
}

const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;
const isDash = (code: number | undefined): number => (code === DASH_CODE ? 1 : 0);

/** Whether a text needs no further look. */
export function isHarmlessText(text: string, classes: number): boolean {
	const dashes =
		text.length === UUID_LENGTH
			? isDash(text.charCodeAt(8)) +
				isDash(text.charCodeAt(13)) +
				isDash(text.charCodeAt(18)) +
				isDash(text.charCodeAt(23))
			: 0;
	return isHarmless(classes, text.length, dashes) || ((classes & Has.TIME) !== 0 && ISO_TIME.test(text));
}

/** Whether a text in UTF-8 needs no further look. */
export function isHarmlessUtf8(bytes: Uint8Array, from: number, to: number): boolean {
	const dashes =
		to - from === UUID_LENGTH
			? isDash(bytes[from + 8]) + isDash(bytes[from + 13]) + isDash(bytes[from + 18]) + isDash(bytes[from + 23])
			: 0;
	const classes = classesOfBytes(bytes, from, to);
	return isHarmless(classes, to - from, dashes) || ((classes & Has.TIME) !== 0 && isTimeUtf8(bytes, from, to));
}

/** A digit where there is a zero. */
const TIME_SHAPE = '0000-00-00T00:00:00';
const ZERO_CODE = 48;
const DOT_CODE = 46;
const ZULU_CODE = 90;
const MAX_FRACTION = 9;
const isDigit = (code: number): boolean => code >= ZERO_CODE && code <= ZERO_CODE + 9;

/** What `ISO_TIME` accepts of UTC, where `Z` stands at the end. */
function isTimeUtf8(bytes: Uint8Array, from: number, to: number): boolean {
	const fraction = to - from - TIME_SHAPE.length - 2;
	if (fraction > MAX_FRACTION || fraction === 0 || fraction < -1 || bytes[to - 1] !== ZULU_CODE) return false;
	for (let at = 0; at < TIME_SHAPE.length; at++) {
		const shape = TIME_SHAPE.charCodeAt(at);
		const code = bytes[from + at]!;
		if (shape === ZERO_CODE ? !isDigit(code) : code !== shape) return false;
	}
	if (fraction > 0 && bytes[from + TIME_SHAPE.length] !== DOT_CODE) return false;
	for (let at = to - 1 - fraction; at < to - 1; at++) if (!isDigit(bytes[at]!)) return false;
	return true;
}
