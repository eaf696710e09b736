import { redactEmails } from './emails.ts';
import { redactNumbers } from './numbers.ts';
import {
	ASSIGNMENT_PATTERNS,
	IDENTIFIER_PATTERNS,
	IPV4_PATTERN,
	IPV6_PATTERN,
	type Pattern,
	URL_PATTERN,
	WORD_PATTERNS,
} from './patterns.ts';
import { classesOf, Has, isHarmlessText } from './text-classes.ts';

/** What stands where everything was removed. */
export const REDACTED = '[REDACTED]';

/** What can be found in a text. */
export const REDACTION_RULES = [
	'email',
	'phone',
	'card',
	'iban',
	'national_id',
	'ip_address',
	'token',
	'secret',
	'url_credentials',
	'private_key',
] as const;

/** Further settings of `redactText`. */
export interface RedactTextOptions {
	/** Told of each value that was replaced, by its rule. */
	readonly onFound?: ((rule: string) => void) | undefined;
	/** Addresses of machines may stay. @default false */
	readonly keepsAddresses?: boolean;
	/** What else is looked for. Whoever writes these patterns answers for the time they take. */
	readonly patterns?: readonly Pattern[] | undefined;
}

/** More than honest texts need: one or two. */
const MAX_SCANS = 16;
const NO_OPTIONS: RedactTextOptions = {};
const ENCODED = /%[\dA-Fa-f]{2}/;
const MANY_COLONS = /::|(?:[\da-f]{1,4}:){5}/i;

/** What stands where something of a kind was removed: `[REDACTED:email]`. */
export const redactionMark = (rule: string): string => `[REDACTED:${rule}]`;

/**
 * The text with everything that looks like a secret or personal data replaced by `[REDACTED:<rule>]`: see `REDACTION_RULES`. A replacement
 * may bring to light what stood beside it, so the scan is repeated until nothing is found; a text that goes on and on is replaced whole.
 * Takes time in proportion to the length of the text.
 */
export function redactText(text: string, options: RedactTextOptions = NO_OPTIONS): string {
	let redacted = text;
	for (let scan = 0; scan < MAX_SCANS; scan++) {
		const before = redacted;
		redacted = scanDecoded(before, options);
		if (redacted === before) return redacted;
	}
	return REDACTED;
}

/** Also what is only visible when the text is decoded, as in URLs: it is left decoded then. */
function scanDecoded(text: string, options: RedactTextOptions): string {
	const redacted = scanOnce(text, options);
	if (redacted !== text || !text.includes('%') || !ENCODED.test(text)) return redacted;
	const decoded = text.replace(/(?:%[\dA-Fa-f]{2})+/g, decode);
	const scanned = decoded === text ? decoded : scanOnce(decoded, options);
	return scanned === decoded ? text : scanned;
}

function decode(encoded: string): string {
	try {
		return decodeURIComponent(encoded);
	} catch {
		return encoded;
	}
}

function scanOnce(text: string, { onFound, keepsAddresses = false, patterns }: RedactTextOptions): string {
	const classes = classesOf(text);
	let redacted = text;
	if (!isHarmlessText(text, classes)) {
		const replace = (rule: string) => {
			onFound?.(rule);
			return redactionMark(rule);
		};
		const has = (wanted: number) => (classes & wanted) === wanted;
		const apply = (pattern: Pattern) => {
			redacted = applyPattern(redacted, pattern, replace);
		};
		if (has(Has.LETTER | Has.ASSIGN)) ASSIGNMENT_PATTERNS.forEach(apply);
		if (has(Has.LETTER)) WORD_PATTERNS.forEach(apply);
		if (has(Has.AT)) {
			apply(URL_PATTERN);
			redacted = redactEmails(redacted, () => replace('email'));
		}
		if (has(Has.DIGIT)) {
			if (has(Has.CAPITAL) || has(Has.TIME)) IDENTIFIER_PATTERNS.forEach(apply);
			if (!keepsAddresses) {
				if (has(Has.OTHER)) apply(IPV4_PATTERN);
				if (has(Has.ASSIGN) && MANY_COLONS.test(redacted)) apply(IPV6_PATTERN);
			}
			redacted = redactNumbers(redacted, replace);
		}
	}
	for (const pattern of patterns ?? [])
		redacted = applyPattern(redacted, pattern, (rule) => {
			onFound?.(rule);
			return redactionMark(rule);
		});
	return redacted;
}

function applyPattern(text: string, { rule, pattern, rewrite }: Pattern, replace: (rule: string) => string): string {
	pattern.lastIndex = 0;
	// Told only of what is replaced: a match may turn out to be none.
	return text.replace(pattern, (match) => {
		if (rewrite === undefined) return replace(rule);
		const rewritten = rewrite(match, redactionMark(rule));
		if (rewritten !== match) replace(rule);
		return rewritten;
	});
}
