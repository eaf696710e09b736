import { createHmac } from 'node:crypto';
import type { RedactionKey } from './redaction-options.ts';

const SHOWN = 16;
const MAX_REMEMBERED = 2_048;
const MAX_LENGTH = 256;
const HASH = /^([a-z\d]{1,16}):[\da-f]{16}$/;
/** A hash that stands where something longer stood. */
const PADDED = /^([a-z\d]{1,16}:[\da-f]{16}) +$/;

/**
 * Names tenants, persons and keys without showing them: `<key id>:<16 hex digits>` of HMAC-SHA-256. The same name has the same hash wherever
 * the same key is used.
 */
export class KeyedHash {
	readonly #keys: readonly RedactionKey[];
	readonly #remembered = new Map<string, string>();

	/** @param keys the newest first; at least one */
	constructor(keys: readonly RedactionKey[]) {
		this.#keys = keys;
	}

	/** What is a hash of one of these keys already stays as it is: it was made where the name came from. */
	of(name: string): string {
		const known = this.#remembered.get(name);
		if (known !== undefined) return known;
		const hash = this.#isOwn(name) ? name : hashed(name, this.#keys[0]!);
		if (name.length > MAX_LENGTH) return hash;
		if (this.#remembered.size >= MAX_REMEMBERED) this.#remembered.clear();
		this.#remembered.set(name, hash);
		return hash;
	}

	/**
	 * Stands for an id, in no more bytes than it: its hash, or for a short id as many characters as it has, of another form (`~w2Hj-0_xQ`, six bits
	 * each).
	 */
	ofId(id: string): string {
		return this.#isOwn(id) ? id : idHash(id, this.#keys[0]!);
	}

	/** Under what an id may be found: one for each key, the newest first. */
	allOfId(id: string): readonly string[] {
		return this.#keys.map((key) => idHash(id, key));
	}

	/** Under which hashes a name may be found: one for each key, the newest first. */
	allOf(name: string): readonly string[] {
		return this.#keys.map((key) => hashed(name, key));
	}

	#isOwn(text: string): boolean {
		const id = HASH.exec(text)?.[1];
		return id !== undefined && this.#keys.some((key) => key.id === id);
	}
}

/** Without the blanks behind a hash. */
export const withoutPadding = (text: string): string => (text.endsWith(' ') ? (PADDED.exec(text)?.[1] ?? text) : text);

function idHash(id: string, key: RedactionKey): string {
	const length = Buffer.byteLength(id);
	if (length > key.id.length + SHOWN) return hashed(id, key);
	return `~${createHmac('sha256', key.secret).update(id).digest('base64url')}`.slice(0, length);
}

function hashed(name: string, { id, secret }: RedactionKey): string {
	return `${id}:${createHmac('sha256', secret).update(name).digest('hex').slice(0, SHOWN)}`;
}
