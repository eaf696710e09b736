import { ProtobufWriter } from './protobuf-writer.ts';

/** No template: position 0 holds an empty one. */
export const NO_TEMPLATE = 0;

/** Bytes that are written again and again, in words: each template is its length in bytes and, from the next word on, the bytes. */
export class Templates {
	words = new Int32Array(4_096);
	readonly #writer = new ProtobufWriter(1_024);
	#end = 1;

	/** Words in use. */
	get size(): number {
		return this.#end;
	}

	/** Keeps what `write` writes. @returns where it is in `words` */
	add(write: (writer: ProtobufWriter) => void): number {
		const writer = this.#writer;
		writer.pos = 0;
		writer.reserve(256);
		write(writer);
		const at = this.#end;
		const end = at + 1 + ((writer.pos + 3) >>> 2);
		if (end > this.words.length) {
			const larger = new Int32Array(Math.max(end, this.words.length * 2));
			larger.set(this.words);
			this.words = larger;
		}
		this.words[at] = writer.pos;
		new Uint8Array(this.words.buffer).set(writer.bytes.subarray(0, writer.pos), (at + 1) * 4);
		this.#end = end;
		return at;
	}

	/** Forgets the templates from `size` on. */
	truncate(size: number): void {
		this.#end = size;
	}
}
