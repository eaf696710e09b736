/** The id of no text. */
export const NO_NAME = 0;

/**
 * Texts that repeat (tenants, schemas, sources) by number: a journal holds four bytes instead of a copy. Bounded; numbers are never given
 * to another text.
 */
export class StringTable {
	readonly #ids = new Map<string, number>();
	readonly #texts: string[] = [''];
	readonly #capacity: number;
	readonly #onName: (id: number, text: string) => void;

	/** @param onName told of each text when it gets its number */
	constructor(onName: (id: number, text: string) => void = () => {}, capacity = 4_096) {
		this.#onName = onName;
		this.#capacity = capacity;
	}

	/** NO_NAME when the table is full: the text has to be copied. */
	idOf(text: string): number {
		return this.#ids.get(text) ?? this.#add(text);
	}

	nameOf(id: number): string {
		return this.#texts[id] ?? '';
	}

	#add(text: string): number {
		if (this.#texts.length > this.#capacity) return NO_NAME;
		const id = this.#texts.length;
		this.#texts.push(text);
		this.#ids.set(text, id);
		this.#onName(id, text);
		return id;
	}
}
