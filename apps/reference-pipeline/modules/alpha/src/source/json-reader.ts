import type { Piece, ReadOptions } from './piece.ts';
import { JsonScanner } from './text/json-scanner.ts';
import { textRows } from './text/text-rows.ts';

/** Elements of a JSON array, streamed, with their bytes; a file that holds one document is one element. */
export async function* readJson(path: string, options: ReadOptions): AsyncGenerator<Piece> {
	for await (const piece of textRows(path, new JsonScanner(), options)) if (piece.index >= options.skip) yield piece;
}
