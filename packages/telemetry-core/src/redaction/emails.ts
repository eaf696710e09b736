const MAX_LOCAL = 64;
const NOT_LOCAL = /[\s@"'<>()[\]{},;:\\/=&?|*#]/;
/** What a domain is, from where it is looked for: labels, and a last one of letters. */
const DOMAIN = /(?:[\p{L}\p{N}-]{1,63}\.){1,8}(?:\p{L}{2,24}|xn--[\w-]{1,59})/uy;

/** Replaces e-mail addresses: from each `@`, what stands on both sides of it. */
export function redactEmails(text: string, replace: () => string): string {
	let redacted = '';
	let done = 0;
	for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
		let start = at;
		while (start > done && at - start < MAX_LOCAL && !NOT_LOCAL.test(text[start - 1]!)) start--;
		DOMAIN.lastIndex = at + 1;
		if (start === at || !DOMAIN.test(text)) continue;
		const end = DOMAIN.lastIndex;
		redacted += text.slice(done, start) + replace();
		done = end;
	}
	return redacted + text.slice(done);
}
