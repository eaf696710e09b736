// Hot path of kept records. Texts and templates go over in words: four bytes a step take a fifth of the time of single ones.

/** A field's number and wire type, as one byte: all fields of OTLP up to 15. */
export const tag = (field: number, wireType: 0 | 1 | 2 | 5): number => (field << 3) | wireType;

const HIGH_BITS = 0x80808080 | 0;
const TWO_32 = 2 ** 32;

/** Bytes of a varint. */
export function varintBytes(value: number): number {
	let bytes = 1;
	for (let left = value; left > 127; left = Math.floor(left / 128)) bytes++;
	return bytes;
}

/** Writes protobuf into one growing buffer, which is used again and again. Callers make room with `reserve` first. */
export class ProtobufWriter {
	/** What was written is in front of this. */
	pos = 0;
	bytes: Uint8Array;
	view: DataView;

	/** @param memory how many bytes there is room for at first, or where they are written */
	constructor(memory: number | Uint8Array = 65_536) {
		this.bytes = typeof memory === 'number' ? unfilled(memory) : memory;
		this.view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength);
	}

	/** Makes room for so many bytes, and some more: words are written whole. */
	reserve(bytes: number): void {
		if (this.pos + bytes + 64 > this.bytes.length) this.#grow(this.pos + bytes + 64);
	}

	/** At most 2^32 - 1. */
	varint(value: number): void {
		const { bytes } = this;
		let left = value >>> 0;
		while (left > 127) {
			bytes[this.pos++] = (left & 127) | 128;
			left >>>= 7;
		}
		bytes[this.pos++] = left;
	}

	/** An integer of -2^63 .. 2^63, as two's complement. */
	int64(value: number): void {
		if (value >= 0 && value < TWO_32) {
			this.varint(value);
			return;
		}
		const { bytes } = this;
		let low = value >>> 0;
		let high = Math.floor(value / TWO_32) >>> 0;
		while (high > 0 || low > 127) {
			bytes[this.pos++] = (low & 127) | 128;
			low = ((low >>> 7) | (high << 25)) >>> 0;
			high >>>= 7;
		}
		bytes[this.pos++] = low;
	}

	fixed32(value: number): void {
		this.view.setInt32(this.pos, value, true);
		this.pos += 4;
	}

	double(value: number): void {
		this.view.setFloat64(this.pos, value, true);
		this.pos += 8;
	}

	/** Bytes that stand in words, from a whole word on. @returns false when some of them are not ASCII */
	words(words: Int32Array, from: number, bytes: number): boolean {
		const { view } = this;
		let { pos } = this;
		const last = from + (bytes >>> 2);
		let all = 0;
		for (let at = from; at < last; at++, pos += 4) {
			const word = words[at]!;
			all |= word;
			view.setInt32(pos, word, true);
		}
		const rest = bytes & 3;
		if (rest > 0) {
			const word = words[last]! & (-1 >>> (32 - rest * 8));
			all |= word;
			view.setInt32(pos, word, true);
		}
		this.pos += bytes;
		return (all & HIGH_BITS) === 0;
	}

	/** A template, see `Templates`. */
	template(words: Int32Array, at: number): void {
		this.words(words, at + 1, words[at]!);
	}

	/** Text as a length and UTF-8. Makes its own room. */
	text(text: string): void {
		this.reserve(text.length * 3 + 5);
		const start = this.open();
		const { written } = ENCODER.encodeInto(text, this.bytes.subarray(this.pos));
		this.pos += written;
		this.close(start);
	}

	/** Bytes as they are. Makes its own room. */
	append(bytes: Uint8Array): void {
		this.reserve(bytes.length);
		this.bytes.set(bytes, this.pos);
		this.pos += bytes.length;
	}

	/** Leaves one byte for the length of what follows. @returns where it is, for `close` */
	open(): number {
		return this.pos++;
	}

	/** Fills in a length; what was written since `open` moves when it takes more than the one byte. */
	close(start: number): void {
		const length = this.pos - start - 1;
		if (length < 128) this.bytes[start] = length;
		else this.#insertLength(start, start + 1, length);
	}

	/** As `open`, for what is likely to be longer than 127 bytes. */
	openLong(): number {
		this.pos += 2;
		return this.pos - 2;
	}

	/** As `close`. @returns false when what was written since `openLong` had to move */
	closeLong(start: number): boolean {
		const length = this.pos - start - 2;
		if (length < 128 || length >= 16_384) {
			this.#insertLength(start, start + 2, length);
			return false;
		}
		this.bytes[start] = (length & 127) | 128;
		this.bytes[start + 1] = length >>> 7;
		return true;
	}

	#insertLength(start: number, from: number, length: number): void {
		this.reserve(8);
		this.bytes.copyWithin(start + varintBytes(length), from, from + length);
		this.pos = start;
		this.varint(length);
		this.pos += length;
	}

	#grow(bytes: number): void {
		const larger = unfilled(Math.max(bytes, this.bytes.length * 2));
		larger.set(this.bytes.subarray(0, this.pos));
		this.bytes = larger;
		this.view = new DataView(larger.buffer);
	}
}

const ENCODER = new TextEncoder();

/** Memory that is written before it is read: filling it with zeros first would take a tenth of all the time. */
function unfilled(bytes: number): Uint8Array {
	return new Uint8Array(Buffer.allocUnsafeSlow(bytes).buffer);
}
