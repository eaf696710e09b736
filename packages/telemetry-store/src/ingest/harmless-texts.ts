import { isForbiddenKey, redactText } from '@pipeline/telemetry-core/redaction';

/** Texts and keys that are remembered; beyond them all are forgotten. */
const MAX_REMEMBERED = 20_000;
/** Longer texts seldom come again. */
const MAX_LENGTH = 64;
const MAX_KEY_LENGTH = 128;
const UUID_LENGTH = 36;
/** Names that reach a prototype are none. */
const KEY = /^(?!(?:constructor|prototype)$)[a-z][a-z0-9_.]{0,127}$/;

/** Remembers answers that depend on the text alone: the keys and most values of events are the same ones again and again. */
class Remembered {
	readonly #answers = new Map<string, boolean>();
	readonly #answer: (text: string) => boolean;

	constructor(answer: (text: string) => boolean) {
		this.#answer = answer;
	}

	of(text: string): boolean {
		const known = this.#answers.get(text);
		if (known !== undefined) return known;
		const answer = this.#answer(text);
		if (this.#answers.size >= MAX_REMEMBERED) this.#answers.clear();
		this.#answers.set(text, answer);
		return answer;
	}
}

/** Knows which keys and values of dimensions redaction leaves as they are. */
export class HarmlessTexts {
	readonly #keys = new Remembered((key) => KEY.test(key) && !isForbiddenKey(key));
	readonly #values = new Remembered((text) => redactText(text) === text);

	/** Whether it is a key of a dimension, and its values may be shown. */
	isKey(key: string): boolean {
		// A longer one is none, and is not remembered either: senders choose how long keys are.
		return key.length <= MAX_KEY_LENGTH && this.#keys.of(key);
	}

	isValue(text: string): boolean {
		// Ids come once, and are seen to be harmless faster than they are remembered.
		if (text.length === UUID_LENGTH || text.length > MAX_LENGTH) return redactText(text) === text;
		return this.#values.of(text);
	}
}
