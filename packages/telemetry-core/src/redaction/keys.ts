/** Words that name a secret wherever they stand in a key. */
const SECRET_WORDS: ReadonlySet<string> = new Set(
	'password passwd passphrase passcode pwd secret token authorization cookie ssn credentials apikey privatekey creditcard bearer'.split(
		' ',
	),
);
/** The same in two words. */
const SECRET_PAIRS: ReadonlySet<string> = new Set(
	'api.key private.key access.key account.key client.key signing.key encryption.key credit.card card.number set.cookie'.split(
		' ',
	),
);
/** Words that name content only when they are the last word: `payload`, not `payload_bytes`. */
const CONTENT_WORDS: ReadonlySet<string> = new Set(['payload', 'raw', 'body', 'content']);
/** Last words of keys that only speak about a secret: `authorization_ref`, `token_count`. */
const HARMLESS_WORDS: ReadonlySet<string> = new Set(['ref', 'type', 'count', 'size', 'bytes']);

/** True when a value under this key may never be shown in clear. */
export function isForbiddenKey(key: string): boolean {
	const words = key
		.replace(/([a-z\d])([A-Z])/g, '$1.$2')
		.toLowerCase()
		.split(/[^a-z\d]+/);
	const last = words.at(-1) ?? '';
	if (HARMLESS_WORDS.has(last)) return false;
	return (
		words.some((word, index) => SECRET_WORDS.has(word) || SECRET_PAIRS.has(`${word}.${words[index + 1] ?? ''}`)) ||
		CONTENT_WORDS.has(last)
	);
}
