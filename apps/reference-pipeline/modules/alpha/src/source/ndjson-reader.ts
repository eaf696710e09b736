import { createReadStream } from 'node:fs';
import { SourceFault } from '../parse/parse-codes.ts';
import { faultPiece, type Piece, type ReadOptions } from './piece.ts';

const NEWLINE = 0x0a;

/** Lines of a file. One that is too long is a fault of its own; the lines after it are read on. */
export async function* readNdjson(path: string, { maxRecordSizeBytes, skip }: ReadOptions): AsyncGenerator<Piece> {
	let index = 0;
	let kept: Buffer[] = [];
	let size = 0;
	let isTooLong = false;
	const finish = (): Piece | undefined => {
		const line = Buffer.concat(kept);
		const wasTooLong = isTooLong;
		kept = [];
		size = 0;
		isTooLong = false;
		if (wasTooLong) return faultPiece(index++, new SourceFault('PARSE_006_TOO_LARGE', `${index}:1`, `at most ${maxRecordSizeBytes} bytes`), line);
		return isBlank(line) ? undefined : { bytes: line, index: index++ };
	};
	for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
		for (let from = 0; from <= chunk.length; ) {
			const at = chunk.indexOf(NEWLINE, from);
			const end = at === -1 ? chunk.length : at;
			size += end - from;
			if (size > maxRecordSizeBytes) isTooLong = true;
			else kept.push(chunk.subarray(from, end));
			if (at === -1) break;
			const piece = finish();
			if (piece !== undefined && piece.index >= skip) yield piece;
			from = at + 1;
		}
	}
	const last = size > 0 ? finish() : undefined;
	if (last !== undefined && last.index >= skip) yield last;
}

function isBlank(line: Buffer): boolean {
	return line.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}
