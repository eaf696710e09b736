const MAX_LOCAL = 64;
const NOT_LOCAL = /[\s@"'<>()[\]{},;:\\/=&?|*#]/;
/** What a domain is, from where it is looked for: labels, and a last one of letters. */
const DOMAIN = /(?:[\p{L}\p{N}-]{1,63}\.){1,8}(?:\p{L}{2,24}|xn--[\w-]{1,59})/uy;

const LETTER = /[\p{L}\d]/u;

/** Whether a character may stand left of an `@`: an apostrophe only within a name. */
function isLocal(text: string, at: number): boolean {
	const character = text[at]!;
	if (character === "'") return at > 0 && LETTER.test(text[at - 1]!) && LETTER.test(text[at + 1]!);
	return !NOT_LOCAL.test(character);
}

/** Where the quotation that ends before `at` begins; `at` when it does not begin near. */
function quoteBefore(text: string, at: number, from: number): number {
	const start = text.lastIndexOf('"', at - 2);
	const isNear = start >= from && at - start <= MAX_LOCAL + 2 && !/[\r\n]/.test(text.slice(start, at));
	return isNear ? start : at;
}

/** Replaces e-mail addresses: from each `@`, what stands on both sides of it. */
export function redactEmails(text: string, replace: () => string): string {
	let redacted = '';
	let done = 0;
	for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
		let start = at;
		if (text[at - 1] === '"') start = quoteBefore(text, at, done);
		while (start > done && at - start < MAX_LOCAL && isLocal(text, start - 1)) start--;
		DOMAIN.lastIndex = at + 1;
		if (start === at || !DOMAIN.test(text)) continue;
		const end = DOMAIN.lastIndex;
		redacted += text.slice(done, start) + replace();
		done = end;
	}
	return redacted + text.slice(done);
}
