import type { Reader } from 'protobufjs/minimal.js';

// Hot path: the keys and half of the values of a record are those of the record before it. Comparing bytes takes a third of the time of making text of
// them, and the text that is used again brings its hash along.

/** Attributes of a record whose texts are remembered. */
const MAX_ATTRIBUTES = 64;
/** In bytes: longer texts seldom come again. */
const MAX_LENGTH = 64;

/** What stands at each place of a record of one request, the last time that a text was read there. */
export class RecentTexts {
	/** The request that the positions belong to. */
	#bytes: Uint8Array | undefined;
	readonly #starts: number[] = [];
	readonly #lengths: number[] = [];
	readonly #texts: string[] = [];

	/** The key of a record's attribute. @param index of the attribute, from 0 */
	readKey(reader: Reader, index: number): string {
		return this.#read(reader, 2 * index);
	}

	/** The value of a record's attribute. @param index of the attribute, from 0 */
	readValue(reader: Reader, index: number): string {
		return this.#read(reader, 2 * index + 1);
	}

	/** What `reader.string()` gives, whatever stands at other places. */
	#read(reader: Reader, place: number): string {
		if (place >= 2 * MAX_ATTRIBUTES) return reader.string();
		if (reader.buf !== this.#bytes) this.#begin(reader.buf);
		const before = reader.pos;
		const length = reader.uint32();
		const start = reader.pos;
		if (length > MAX_LENGTH || start + length > reader.len) return readAgain(reader, before);
		if (length === this.#lengths[place] && isSame(reader.buf, start, this.#starts[place] ?? 0, length)) {
			reader.pos = start + length;
			return this.#texts[place] ?? '';
		}
		const text = readAgain(reader, before);
		this.#starts[place] = start;
		this.#lengths[place] = length;
		this.#texts[place] = text;
		return text;
	}

	#begin(bytes: Uint8Array): void {
		this.#bytes = bytes;
		this.#lengths.length = 0;
	}
}

function readAgain(reader: Reader, position: number): string {
	reader.pos = position;
	return reader.string();
}

/** From the end: ids differ there. */
function isSame(bytes: Uint8Array, start: number, otherStart: number, length: number): boolean {
	for (let index = length - 1; index >= 0; index--) {
		if (bytes[start + index] !== bytes[otherStart + index]) return false;
	}
	return true;
}
