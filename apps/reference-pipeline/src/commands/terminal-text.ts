/** What a terminal may obey: control characters but tabs and ends of lines, and what turns the direction of reading. */
const STEERING = /[^\P{Cc}\t\n\r]|\r(?!\n)|[\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Text of records and files, for whoever watches: what would steer the terminal stands as `\uXXXX`, which in JSON means the same. */
export function harmless(text: string, isTerminal = process.stdout.isTTY): string {
	if (!isTerminal) return text;
	return text.replace(STEERING, (sign) =>
		Array.from({ length: sign.length }, (_, at) => `\\u${sign.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''),
	);
}
