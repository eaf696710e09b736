import type { Piece, ReadOptions } from './piece.ts';
import { LineScanner } from './text/line-scanner.ts';
import { textRows } from './text/text-rows.ts';

/** Lines of a file. One that is too long is a fault of its own; the lines after it are read on. */
export async function* readNdjson(path: string, options: ReadOptions): AsyncGenerator<Piece> {
	for await (const piece of textRows(path, new LineScanner(), options)) if (piece.index >= options.skip) yield piece;
}
