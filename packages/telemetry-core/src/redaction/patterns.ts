import { isIPv6 } from 'node:net';
import { ibanLength, isCodiceFiscale, isDni, isIban } from './check-digits.ts';

/**
 * What is looked for by its form. Every pattern takes a number of steps that grows with the length of the text and nothing else: quantifiers
 * are bounded, or end where the pattern ends, or begin behind what they cannot cross themselves.
 */
export interface Pattern {
	readonly rule: string;
	readonly pattern: RegExp;
	/** What is left of a match; the whole match where it is none after all. @default the mark alone */
	readonly rewrite?: (match: string, mark: string) => string;
}

/** Not inside a word, unless the word begins with an encoded character. */
const START = String.raw`(?:(?<![\w-])|(?<=%[\dA-Fa-f]{2}))`;
const MARKED = String.raw`(?!\[REDACTED(?::\w{1,32})?\](?:[\s;,&"'}\])]|$))`;

const SECRET_WORD = [
	'pass(?:word|wd|phrase|code)',
	'pwd',
	'secret',
	'token',
	'credentials?',
	'signature',
	'(?:api|access|private|account|client|encryption|signing|shared[_-]?access)[_-]?key',
	'session[_-]?id',
	'jsessionid',
	'cvv2?',
	'cvc',
].join('|');

const keepKey =
	(key: RegExp) =>
	(match: string, mark: string): string =>
		(key.exec(match)?.[0] ?? '') + mark;

/** Texts with two dashes and a letter that is no hexadecimal digit: `--password x`. */
export const ARGUMENT_PATTERN: Pattern = {
	rule: 'secret',
	pattern: new RegExp(
		String.raw`--(?<![\w-]--)[\w-]{0,32}?(?:${SECRET_WORD})(?:[\t ]{1,4}|["'],?[\t ]{1,4})${MARKED}(?!--)(?:"[^"\r\n]+"?|'[^'\r\n]+'?|[^\s,"']+)`,
		'gi',
	),
	rewrite: keepKey(/^[\w-]+(?:["'],?)?[\t ]+/),
};

/** Texts with a letter that is no hexadecimal digit. */
export const WORD_PATTERNS: readonly Pattern[] = [
	{ rule: 'private_key', pattern: /-----BEGIN [A-Z\d ]{1,40}-----[\s\S]*?(?:-----END [A-Z\d ]{1,40}-----|$)/g },
	{
		rule: 'token',
		pattern:
			/(?<![A-Za-z])(?:Bearer|Basic|Digest|Negotiate|ApiKey)(?:[\t ]{1,4}|[\t ]{0,4}\r?\n[\t ]{0,4})[\w.~+/-]{8,}=*/gi,
		rewrite: (match, mark) => (isCredential(match) ? match.slice(0, match.search(/\s/) + 1) + mark : match),
	},
	{ rule: 'token', pattern: new RegExp(String.raw`${START}eyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*){0,3}`, 'g') },
	{
		rule: 'token',
		pattern: new RegExp(
			[
				String.raw`(?:AKIA|ASIA|ABIA|ACCA|AROA|AIDA)[A-Z\d]{16}`,
				String.raw`gh[pousr]_[A-Za-z\d]{36,255}`,
				String.raw`github_pat_[A-Za-z\d_]{22,255}`,
				String.raw`${START}(?:glpat|glrt|gldt|xox[abeoprs]|xapp|pypi|lin_api|figd)[_-][\w-]{10,}`,
				String.raw`hooks\.slack\.com/services/[\w/]{10,80}`,
				String.raw`[prs]k_(?:live|test)_[A-Za-z\d]{16,255}`,
				String.raw`${START}sk-[\w-]{20,}`,
				String.raw`AIza[\w-]{35}`,
				String.raw`${START}ya29\.[\w-]{20,}`,
				String.raw`(?:npm|shp(?:at|ca|pa|ss)|dop_v1|hf|dckr_pat|rubygems|sq0atp|sq0csp)[_-][A-Za-z\d-]{20,128}`,
				String.raw`${START}SG\.[\w-]{16,64}\.[\w-]{16,64}`,
				String.raw`hv[sb]\.[A-Za-z\d_-]{24,255}`,
				String.raw`AGE-SECRET-KEY-1[A-Z\d]{58}`,
			].join('|'),
			'g',
		),
	},
];

/** Texts with a `:` or `=` and a letter that is no hexadecimal digit. */
export const ASSIGNMENT_PATTERNS: readonly Pattern[] = [
	{
		rule: 'secret',
		pattern: new RegExp(
			String.raw`(?<![A-Za-z])(?:proxy-)?(?:authorization|(?:set-)?cookie)\\?["']?[\t ]{0,4}[:=][\t ]{0,4}${MARKED}(?:(?:Bearer|Basic|Digest|Negotiate|ApiKey)[\t ]{0,4}\r?\n[\t ]{0,4})?[^\r\n]+`,
			'gi',
		),
		rewrite: keepKey(/^[^:=]+[:=][\t ]*/),
	},
	{
		rule: 'secret',
		pattern: new RegExp(
			String.raw`(?:${SECRET_WORD})[\w.-]{0,32}\\?["'\]]?[\t ]{0,4}(?:=>|[:=](?!>))[\t ]{0,4}${MARKED}(?:\\?"[^"\r\n]+"?|\\?'[^'\r\n]+'?|[^\s;,&"']+)`,
			'gi',
		),
		rewrite: keepKey(/^[^:=]+(?:=>|[:=])[\t ]*/),
	},
	{
		rule: 'secret',
		pattern: new RegExp(
			String.raw`(?<=[?&;])(?:sig|key|code|auth|sid|jwt|pass|x-[\w-]{0,16}(?:signature|credential|token))=${MARKED}[^&\s#"'<>]+`,
			'gi',
		),
		rewrite: keepKey(/^[^=]+=/),
	},
];

/** Texts with a `@`. E-mail addresses are found by hand: see `redactEmails`. */
export const URL_PATTERN: Pattern = {
	rule: 'url_credentials',
	pattern: new RegExp(String.raw`(?<=:\/\/)${MARKED}[^\s/?#"'<>]{1,512}@`, 'g'),
	rewrite: (_, mark) => `${mark}@`,
};

/** Not behind `version`, `v` or, as in user agents, a product's name with a slash. */
const NO_VERSION = String.raw`(?<!(?<![A-Za-z])(?:[Vv]ersion|VERSION|[Vv]er|[Vv])\.?["']?[\t ]?[:=]?[\t ]?["']?)(?<!(?<![\w/.:-])[A-Z][A-Za-z]{1,32}\/)`;

/** Texts with digits and dots. */
export const IPV4_PATTERN: Pattern = {
	rule: 'ip_address',
	pattern: new RegExp(
		String.raw`(?<![\w.])(?=(?:\d{1,3}\.){3}\d)${NO_VERSION}(?:\d{1,3}\.){3}\d{1,3}(?![\w-]|\.\d)`,
		'g',
	),
	rewrite: (match, mark) => {
		const octets = match.split('.').map(Number);
		const isPersonal = octets.every((octet) => octet < 256) && octets[0] !== 127 && octets[0] !== 0;
		return isPersonal ? mark : match;
	},
};

/** Texts with `::` or many colons. */
export const IPV6_PATTERN: Pattern = {
	rule: 'ip_address',
	pattern: /(?<![\w:.])(?:[\da-f]{0,4}:){2,7}(?:(?:\d{1,3}\.){3}\d{1,3}|[\da-f]{1,4})?(?![\w:])/gi,
	rewrite: (match, mark) => (isIPv6(match) && /\d/.test(match) && match !== '::1' ? mark : match),
};

/** Texts with digits and `T` or `Z`. */
export const DNI_PATTERN: Pattern = {
	rule: 'national_id',
	pattern: /(?<![\w-])(?:\d{8}|[XYZ]\d{7})-?[A-HJ-NP-TV-Z](?!\w)/g,
	rewrite: (match, mark) => (isDni(match) ? mark : match),
};

/** Texts with digits and capital letters. */
export const IDENTIFIER_PATTERNS: readonly Pattern[] = [
	{
		rule: 'national_id',
		pattern: /(?<![\w-])[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][ -]?\d\d[ -]?\d\d[ -]?\d\d[ -]?[A-D](?!\w)/g,
	},
	DNI_PATTERN,
	{
		rule: 'national_id',
		pattern: /(?<!\w)[A-Z]{6}\d\d[A-EHLMPRST]\d\d[A-Z]\d{3}[A-Z](?!\w)/g,
		rewrite: (match, mark) => (isCodiceFiscale(match) ? mark : match),
	},
	{
		rule: 'iban',
		pattern: /(?<![A-Za-z\d])[A-Z]{2}\d{2}(?:[ -]?[A-Z\d]){11,29}/g,
		rewrite: rewriteIban,
	},
];

/** An account number ends where its country says; what follows stays. */
function rewriteIban(match: string, mark: string): string {
	const length = ibanLength(match.slice(0, 2));
	if (length === undefined) return match;
	let end = 0;
	for (let characters = 0; characters < length && end < match.length; end++)
		if (/[A-Z\d]/.test(match[end]!)) characters++;
	return isIban(match.slice(0, end).replace(/[ -]/g, '')) ? mark + match.slice(end) : match;
}

/** A scheme name is also an English word: `Basic validation` is no credential. */
function isCredential(match: string): boolean {
	const [scheme = '', value = ''] = match.split(/\s+/);
	if (/^basic$/i.test(scheme)) return Buffer.from(value, 'base64').includes(':');
	return /[\d._~+/=-]/.test(value) || value.length >= 24;
}
