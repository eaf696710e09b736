/** What stands where something was removed. */
export const REDACTED = '[REDACTED]';

/** Words that name a secret wherever they stand in a key. */
const SECRET_KEY =
	/(?:^|[._])(?:password|passwd|secret|token|authorization|cookie|api_?key|private_?key|ssn|credit_?card)(?:$|[._])/i;
/** Words that name content only when they are the last word: `payload`, not `payload_bytes`. */
const CONTENT_KEY = /(?:^|[._])(?:payload|raw|body|content)(?:$|\.)/i;

/** Bounded quantifiers throughout: values come from outside, and the time of a scan must stay linear. */
const VALUE_PATTERNS: readonly RegExp[] = [
	/-----BEGIN [A-Z ]{1,40}-----[\s\S]*?(?:-----END [A-Z ]{1,40}-----|$)/g,
	/\bBearer\s{1,4}[\w.~+/-]{8,}=*/gi,
	/\beyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)?/g,
	/(?<=\b[a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/@]{1,256}@/gi,
	/\b(?:password|pwd|accountkey|sharedaccesskey)\s{0,4}=\s{0,4}[^;\s]{1,256}/gi,
	/\b[\w.%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}/g,
	/(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])/g,
	/(?<![\w.])\+\d[\d ()-]{7,18}\d/g,
];

/** A card number of one of the large networks; the check digit decides. */
const CARD = /(?<![\w.-])(?:[3-6]\d|2[2-7])(?:[ -]?\d){11,17}(?![\w-])/g;

/** More than honest texts need: one or two. */
const MAX_SCANS = 16;

/** True when a dimension of this name may never be stored in clear. */
export function isForbiddenKey(key: string): boolean {
	return SECRET_KEY.test(key) || CONTENT_KEY.test(key);
}

/**
 * The text with everything that looks like a secret or personal data replaced by `[REDACTED]`. A replacement may bring to light what stood
 * beside it, so the scan is repeated until nothing is found; a text that goes on and on is replaced whole.
 */
export function redactText(text: string): string {
	let redacted = text;
	for (let scan = 0; scan < MAX_SCANS; scan++) {
		const before = redacted;
		redacted = scanOnce(before);
		if (redacted === before) return redacted;
	}
	return REDACTED;
}

function scanOnce(text: string): string {
	let redacted = text;
	for (const pattern of VALUE_PATTERNS) redacted = redacted.replace(pattern, REDACTED);
	return redacted.replace(CARD, (digits) => (hasCheckDigit(digits) ? REDACTED : digits));
}

/** The default redaction of `checkTelemetryEvent`: a last look behind the provider's own policy, not instead of it. */
export function redactDimensions(dimensions: Readonly<Record<string, string>>): Record<string, string> {
	return Object.fromEntries(
		Object.entries(dimensions).map(([key, value]) => [key, isForbiddenKey(key) ? REDACTED : redactText(value)]),
	);
}

/** Luhn's algorithm. */
function hasCheckDigit(text: string): boolean {
	const digits = text.replace(/\D/g, '');
	let sum = 0;
	for (let index = 0; index < digits.length; index++) {
		const digit = Number(digits[digits.length - 1 - index]);
		const doubled = index % 2 === 1 ? digit * 2 : digit;
		sum += doubled > 9 ? doubled - 9 : doubled;
	}
	return sum % 10 === 0;
}
