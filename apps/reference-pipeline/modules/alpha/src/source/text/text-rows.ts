import { type FileHandle, open } from 'node:fs/promises';
import { SourceFault } from '../../parse/parse-codes.ts';
import { faultPiece, type Piece, type ReadOptions } from '../piece.ts';
import { type Encoding, textLayoutOf } from './encoding.ts';
import { RowCutter } from './row-cutter.ts';
import type { RowScanner } from './row-scanner.ts';

/** Bytes read at once; even, so that a chunk ends between code units. */
const CHUNK_BYTES = 64 * 1024;

/** Rows of a text file, each with the bytes it has there. A file that cannot be read on ends with one fault. */
export async function* textRows(
	path: string,
	scanner: RowScanner,
	{ maxRecordSizeBytes, encoding }: ReadOptions,
): AsyncGenerator<Piece> {
	let file: FileHandle | undefined;
	let index = 0;
	try {
		file = await open(path);
		const layout = textLayoutOf(await chunkAt(file, 0, 4), encoding);
		if (!layout.isPlausible) throw new SourceFault('PARSE_004_ENCODING', '0', `text in ${layout.encoding}`);
		const cutter = new RowCutter(scanner, layout.encoding, maxRecordSizeBytes);
		for await (const pieces of chunksCut(file, cutter, layout.markBytes)) {
			for (const piece of pieces) {
				index = piece.index + 1;
				yield piece;
			}
		}
	} catch (error) {
		yield { ...faultPiece(index, error), encoding: encoding satisfies Encoding };
	} finally {
		await file?.close();
	}
}

async function* chunksCut(file: FileHandle, cutter: RowCutter, from: number): AsyncGenerator<readonly Piece[]> {
	for (let position = from; !cutter.isBroken; ) {
		const chunk = await chunkAt(file, position, CHUNK_BYTES);
		if (chunk.length === 0) break;
		position += chunk.length;
		yield cutter.push(chunk);
	}
	if (!cutter.isBroken) yield cutter.end();
}

/** A buffer of its own each time: rows are views into it. A read may end early; only the file's end may split a code unit. */
async function chunkAt(file: FileHandle, position: number, bytes: number): Promise<Buffer> {
	const buffer = Buffer.allocUnsafeSlow(bytes);
	let length = 0;
	while (length < bytes) {
		const { bytesRead } = await file.read(buffer, length, bytes - length, position + length);
		if (bytesRead === 0) break;
		length += bytesRead;
	}
	return buffer.subarray(0, length);
}
