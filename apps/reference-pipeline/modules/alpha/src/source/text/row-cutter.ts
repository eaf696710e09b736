import { SourceFault } from '../../parse/parse-codes.ts';
import { faultPiece, type Piece } from '../piece.ts';
import { type Encoding, unitBytesOf, unitsOf } from './encoding.ts';
import type { RowScanner } from './row-scanner.ts';

const CARRIAGE_RETURN = 13;

/** Cuts the chunks of a file into rows. Keeps at most one row of the allowed size; what is longer is counted, not kept. */
export class RowCutter {
	readonly #scanner: RowScanner;
	readonly #encoding: Encoding;
	readonly #unitBytes: number;
	readonly #maxBytes: number;
	/** The current row, from chunks before. */
	#kept: Uint8Array[] = [];
	#keptBytes = 0;
	/** All bytes of the current row so far, kept or not. */
	#rowBytes = 0;
	#index = 0;
	#isBroken = false;

	constructor(scanner: RowScanner, encoding: Encoding, maxRecordSizeBytes: number) {
		this.#scanner = scanner;
		this.#encoding = encoding;
		this.#unitBytes = unitBytesOf(encoding);
		this.#maxBytes = maxRecordSizeBytes;
	}

	/** True once the file is damaged: there are no more rows. */
	get isBroken(): boolean {
		return this.#isBroken;
	}

	/** Rows that end in this chunk. A chunk begins at a code unit. */
	push(chunk: Buffer): Piece[] {
		const pieces: Piece[] = [];
		const text = unitsOf(chunk, this.#encoding);
		let from = 0;
		while (from < text.length) {
			const result = this.#scanner.scan(text, from);
			if (result === 'MORE') break;
			if (result === 'BROKEN') return [...pieces, this.#broken(chunk, from)];
			if (result === 'ROW') {
				this.#keep(chunk, from, this.#scanner.end);
				this.#finish(pieces);
			} else this.#clear();
			from = this.#scanner.next;
		}
		// An odd last byte of a wide encoding stays with the row, whose decoding then fails.
		this.#keep(chunk, from, chunk.length / this.#unitBytes);
		return pieces;
	}

	/** What is left at the end of the input: the last row, or why the file may not end here. */
	end(): Piece[] {
		const pieces: Piece[] = [];
		const missing = this.#scanner.missing();
		if (missing) pieces.push(this.#fault(new SourceFault(missing.code, String(this.#index), missing.expected)));
		else if (this.#rowBytes > 0) this.#finish(pieces);
		return pieces;
	}

	#finish(pieces: Piece[]): void {
		const bytes = this.#joined();
		const ending = this.#rowBytes === bytes.length && this.#endsInReturn(bytes) ? this.#unitBytes : 0;
		const size = this.#rowBytes - ending;
		if (size > this.#maxBytes) {
			pieces.push(
				this.#fault(new SourceFault('PARSE_006_TOO_LARGE', String(this.#index), `at most ${this.#maxBytes} bytes`)),
			);
			return;
		}
		this.#clear();
		const row = bytes.subarray(0, size);
		if (this.#scanner.keepsEmptyRows || !isBlank(row))
			pieces.push({ bytes: row, index: this.#index++, encoding: this.#encoding });
	}

	#broken(chunk: Buffer, from: number): Piece {
		this.#isBroken = true;
		this.#keep(chunk, from, chunk.length / this.#unitBytes);
		return this.#fault(new SourceFault('PARSE_001_INVALID_JSON', String(this.#index), 'an array of JSON values'));
	}

	#fault(fault: SourceFault): Piece {
		// A copy: the chunk that the bytes are part of need not stay in memory with the failure.
		const piece = faultPiece(this.#index++, fault, Buffer.from(this.#joined().subarray(0, 4_096)));
		this.#clear();
		return { ...piece, encoding: this.#encoding };
	}

	#keep(chunk: Buffer, from: number, to: number): void {
		const [start, end] = [from * this.#unitBytes, to * this.#unitBytes];
		this.#rowBytes += end - start;
		// Room for one unit beyond the limit, because a carriage return at the end does not count.
		const room = this.#maxBytes + this.#unitBytes - this.#keptBytes;
		if (room <= 0 || end === start) return;
		const part = chunk.subarray(start, Math.min(end, start + room));
		this.#kept.push(part);
		this.#keptBytes += part.length;
	}

	#joined(): Uint8Array {
		const [only] = this.#kept;
		return this.#kept.length === 1 && only ? only : Buffer.concat(this.#kept);
	}

	#clear(): void {
		this.#kept = [];
		this.#keptBytes = 0;
		this.#rowBytes = 0;
	}

	#endsInReturn(bytes: Uint8Array): boolean {
		if (bytes.length < this.#unitBytes) return false;
		if (this.#unitBytes === 1) return bytes.at(-1) === CARRIAGE_RETURN;
		const [low, high] = this.#encoding === 'UTF-16BE' ? [-1, -2] : [-2, -1];
		return bytes.at(low) === CARRIAGE_RETURN && bytes.at(high) === 0;
	}
}

function isBlank(row: Uint8Array): boolean {
	return row.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d || byte === 0);
}
