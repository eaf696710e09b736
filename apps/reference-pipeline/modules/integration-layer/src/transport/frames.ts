import { ProtocolError } from '../protocol/protocol-error.ts';

const HEADER_BYTES = 4;

/** A message's bytes after their length as 32 bits, big endian. */
export function frame(bytes: Uint8Array): Buffer {
	const framed = Buffer.allocUnsafe(HEADER_BYTES + bytes.length);
	framed.writeUInt32BE(bytes.length, 0);
	framed.set(bytes, HEADER_BYTES);
	return framed;
}

/** Cuts a stream of bytes into frames, whatever the pieces it arrives in. */
export class FrameReader {
	readonly #maxFrameBytes: number;
	#pieces: Buffer[] = [];
	#buffered = 0;

	constructor(maxFrameBytes: number) {
		this.#maxFrameBytes = maxFrameBytes;
	}

	/** @throws ProtocolError FRAME_TOO_LARGE, before the frame was read */
	push(piece: Buffer): Buffer[] {
		this.#pieces.push(piece);
		this.#buffered += piece.length;
		const frames: Buffer[] = [];
		for (let next = this.#take(); next !== undefined; next = this.#take()) frames.push(next);
		return frames;
	}

	#take(): Buffer | undefined {
		if (this.#buffered < HEADER_BYTES) return undefined;
		const head = this.#joined(HEADER_BYTES);
		const length = head.readUInt32BE(0);
		if (length > this.#maxFrameBytes) {
			throw new ProtocolError('FRAME_TOO_LARGE', `a frame of ${length} bytes; ${this.#maxFrameBytes} are allowed`);
		}
		if (this.#buffered < HEADER_BYTES + length) return undefined;
		const all = this.#joined(this.#buffered);
		const rest = all.subarray(HEADER_BYTES + length);
		this.#pieces = rest.length > 0 ? [rest] : [];
		this.#buffered = rest.length;
		return all.subarray(HEADER_BYTES, HEADER_BYTES + length);
	}

	/** The first bytes in one piece; joins pieces only when the first is too short. */
	#joined(count: number): Buffer {
		const [first] = this.#pieces;
		if (first !== undefined && first.length >= count) return first;
		const all = Buffer.concat(this.#pieces);
		this.#pieces = [all];
		return all;
	}
}
