import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import streamArray, { type StreamArrayItem } from 'stream-json/streamers/stream-array.js';
import { SourceFault } from '../parse/parse-codes.ts';
import { faultPiece, type Piece, type ReadOptions } from './piece.ts';

/** Elements of a JSON array, streamed; a file that holds one document is one element. */
export async function* readJson(path: string, options: ReadOptions): AsyncGenerator<Piece> {
	if ((await firstByte(path)) !== '[') {
		yield* readDocument(path, options);
		return;
	}
	const { maxRecordSizeBytes, skip } = options;
	let next = 0;
	// Bytes since the last complete element: an element that never ends must not fill the memory.
	let pendingBytes = 0;
	const guard = new Transform({
		transform(chunk: Buffer, _encoding, done) {
			pendingBytes += chunk.length;
			const isTooLong = pendingBytes > maxRecordSizeBytes + CHUNK_BYTES * 2;
			done(isTooLong ? new SourceFault('PARSE_006_TOO_LARGE', String(next), `elements of at most ${maxRecordSizeBytes} bytes`) : null, chunk);
		},
	});
	const elements = streamArray.withParserAsStream();
	const running = pipeline(createReadStream(path, { highWaterMark: CHUNK_BYTES }), guard, elements);
	running.catch(() => {});
	try {
		for await (const { key, value } of elements as AsyncIterable<StreamArrayItem>) {
			pendingBytes = 0;
			next = Number(key) + 1;
			if (Number(key) < skip) continue;
			yield elementPiece(Number(key), value, maxRecordSizeBytes);
		}
		await running;
	} catch (error) {
		yield faultPiece(next, error instanceof SourceFault ? error : new SourceFault('PARSE_001_INVALID_JSON', String(next), 'an array of JSON values'));
	}
}

const CHUNK_BYTES = 64 * 1024;

function elementPiece(index: number, value: unknown, maxRecordSizeBytes: number): Piece {
	try {
		const bytes = Buffer.from(JSON.stringify(value));
		if (bytes.length <= maxRecordSizeBytes) return { bytes, index };
		return faultPiece(index, new SourceFault('PARSE_006_TOO_LARGE', String(index), `at most ${maxRecordSizeBytes} bytes`), bytes);
	} catch {
		return faultPiece(index, new SourceFault('PARSE_001_INVALID_JSON', String(index), 'less nesting'));
	}
}

async function* readDocument(path: string, { maxRecordSizeBytes, skip }: ReadOptions): AsyncGenerator<Piece> {
	if (skip > 0) return;
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
		size += chunk.length;
		if (size > maxRecordSizeBytes) {
			yield faultPiece(0, new SourceFault('PARSE_006_TOO_LARGE', '0', `at most ${maxRecordSizeBytes} bytes`), chunks[0]);
			return;
		}
		chunks.push(chunk);
	}
	yield { bytes: Buffer.concat(chunks), index: 0 };
}

async function firstByte(path: string): Promise<string> {
	const file = await open(path);
	try {
		const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(4_096), position: 0 });
		return buffer.subarray(0, bytesRead).toString('latin1').replace(/^\xef\xbb\xbf/, '').trimStart().charAt(0);
	} finally {
		await file.close();
	}
}
