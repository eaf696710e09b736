import { redactEmails } from './emails.ts';
import { redactNumbers } from './numbers.ts';
import {
	ARGUMENT_PATTERN,
	ASSIGNMENT_PATTERNS,
	DNI_PATTERN,
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
/** As many digits, with what may stand between them, as the shortest number has. */
const MANY_DIGITS = /(?:\d[ .()/-]{0,3}){9}|\+\d(?:[ .()/-]{0,3}\d){7}/;
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

function scanOnce(text: string, options: RedactTextOptions): string {
	const classes = classesOf(text);
	let redacted = text;
	if (!isHarmlessText(text, classes)) redacted = scanClasses(text, classes, options);
	return options.patterns === undefined ? redacted : applyAll(redacted, options.patterns, options);
}

/** Looks only for what a text of these classes can hold. */
function scanClasses(text: string, classes: number, options: RedactTextOptions): string {
	const isWord = (classes & Has.LETTER) !== 0;
	let redacted = text;
	if (isWord && (classes & Has.ASSIGN) !== 0) redacted = applyAll(redacted, ASSIGNMENT_PATTERNS, options);
	if (isWord && (classes & Has.DASH) !== 0 && redacted.includes('--'))
		redacted = applyPattern(redacted, ARGUMENT_PATTERN, options);
	if (isWord) redacted = applyAll(redacted, WORD_PATTERNS, options);
	if ((classes & Has.AT) !== 0) {
		redacted = applyPattern(redacted, URL_PATTERN, options);
		redacted = redactEmails(redacted, () => found('email', options));
	}
	if ((classes & Has.DIGIT) === 0) return redacted;
	if ((classes & Has.CAPITAL) !== 0) redacted = applyAll(redacted, IDENTIFIER_PATTERNS, options);
	else if ((classes & Has.TIME) !== 0) redacted = applyPattern(redacted, DNI_PATTERN, options);
	if (options.keepsAddresses !== true) {
		if ((classes & Has.OTHER) !== 0) redacted = applyPattern(redacted, IPV4_PATTERN, options);
		if ((classes & Has.ASSIGN) !== 0 && MANY_COLONS.test(redacted))
			redacted = applyPattern(redacted, IPV6_PATTERN, options);
	}
	return MANY_DIGITS.test(redacted) ? redactNumbers(redacted, (rule) => found(rule, options)) : redacted;
}

function applyAll(text: string, patterns: readonly Pattern[], options: RedactTextOptions): string {
	let redacted = text;
	for (const pattern of patterns) redacted = applyPattern(redacted, pattern, options);
	return redacted;
}

function applyPattern(text: string, { rule, pattern, rewrite }: Pattern, options: RedactTextOptions): string {
	pattern.lastIndex = 0;
	// Most texts end here: `test` takes a fifth of the time that `replace` does.
	if (!pattern.test(text)) return text;
	pattern.lastIndex = 0;
	return text.replace(pattern, (match) => {
		const rewritten = rewrite === undefined ? redactionMark(rule) : rewrite(match, redactionMark(rule));
		if (rewritten !== match) options.onFound?.(rule);
		return rewritten;
	});
}

function found(rule: string, { onFound }: RedactTextOptions): string {
	onFound?.(rule);
	return redactionMark(rule);
}
