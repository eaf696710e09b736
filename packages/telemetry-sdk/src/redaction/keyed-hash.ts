import { createHmac } from 'node:crypto';
import type { RedactionKey } from './redaction-options.ts';

const SHOWN = 16;
const MAX_REMEMBERED = 2_048;
const MAX_LENGTH = 256;
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEF';
const HASH = /^([a-z\d]{1,16}):[\da-f]{16}$/;

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
	 * Letters in the place of a name, as many as it has bytes: there is room for them where it stands, and no detector takes them for something. They tell
	 * names apart by 5 bits each, up to 160.
	 */
	lettersOf(name: string): string {
		return letters(name, this.#keys[0]!);
	}

	/** In the place of a name, one for each key, the newest first. */
	allLettersOf(name: string): readonly string[] {
		return this.#keys.map((key) => letters(name, key));
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

function letters(name: string, { secret }: RedactionKey): string {
	const digest = createHmac('sha256', secret).update(name).digest();
	return Array.from({ length: Buffer.byteLength(name) }, (_, at) => LETTERS[digest[at % digest.length]! & 31]).join('');
}

function hashed(name: string, { id, secret }: RedactionKey): string {
	return `${id}:${createHmac('sha256', secret).update(name).digest('hex').slice(0, SHOWN)}`;
}
