import { styleText } from 'node:util';

export type Tone = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** How lines are made for one terminal. */
export interface TextLayout {
	readonly width: number;
	paint(tone: Tone, text: string): string;
}

const MIN_WIDTH = 60;
const MAX_WIDTH = 400;

export function textLayout(width: number, isColoured: boolean): TextLayout {
	return {
		width: Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, Number.isFinite(width) ? Math.floor(width) : 80)),
		paint: (tone, text) => (isColoured ? styleText(tone, text, { validateStream: false }) : text),
	};
}

/** Without what could steer a terminal, or turn its reading direction: names come from outside. */
export function plain(text: string): string {
	return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '\u{FFFD}');
}

/** Exactly so many columns: cut with `…`, or filled with blanks. */
export function fitted(text: string, columns: number): string {
	const signs = [...text];
	if (signs.length <= columns) return text + ' '.repeat(columns - signs.length);
	return `${signs.slice(0, Math.max(0, columns - 1)).join('')}…`;
}

const EIGHTHS = ['▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/**
 * A bar in its place on a line of so many columns.
 *
 * @param start and `length` as parts of 1; without a length, a dot marks the moment
 */
export function bar(start: number, length: number | undefined, columns: number): string {
	const from = Math.min(columns - 1, Math.max(0, Math.floor(start * columns)));
	if (length === undefined) return `${' '.repeat(from)}·`;
	const eighths = Math.max(1, Math.min((columns - from) * 8, Math.round(length * columns * 8)));
	return ' '.repeat(from) + '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[(eighths % 8) - 1] ?? '');
}
