import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** Longer than any line: a checkpoint of 1,000 producers with the longest names. */
export const MAX_LINE_BYTES = 1024 * 1024;

const CHUNK_BYTES = 1024 * 1024;
const LINE_BREAK = 10;

/** A line in pieces, of which no more is held than a line may have. */
class LineParts {
	#parts: Uint8Array[] = [];
	#bytes = 0;

	add(part: Uint8Array, isInFront = false): void {
		this.#bytes += part.length;
		if (this.#bytes > MAX_LINE_BYTES) this.#parts = [];
		else if (isInFront) this.#parts.unshift(part);
		else this.#parts.push(part);
	}

	/** Undefined for one that is too long. */
	take(): string | undefined {
		const line = this.#bytes > MAX_LINE_BYTES ? undefined : Buffer.concat(this.#parts).toString('utf8');
		this.#parts = [];
		this.#bytes = 0;
		return line;
	}
}

/** Lines of a file of any size, from the first on; undefined for one over 1 MB. What follows the last line break is none. */
export async function* fileLines(path: string): AsyncGenerator<string | undefined> {
	const line = new LineParts();
	for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>) {
		let start = 0;
		for (let end = chunk.indexOf(LINE_BREAK); end >= 0; end = chunk.indexOf(LINE_BREAK, start)) {
			line.add(chunk.subarray(start, end));
			yield line.take();
			start = end + 1;
		}
		line.add(chunk.subarray(start));
	}
}

/** The same from the last one back to the first. */
export async function* fileLinesFromEnd(path: string): AsyncGenerator<string | undefined> {
	const file = await open(path);
	try {
		yield* linesFromEndOf(file);
	} finally {
		await file.close();
	}
}

async function* linesFromEndOf(file: FileHandle): AsyncGenerator<string | undefined> {
	const line = new LineParts();
	let isLine = false;
	let { size: position } = await file.stat();
	while (position > 0) {
		const start = Math.max(0, position - CHUNK_BYTES);
		const { buffer, bytesRead } = await file.read(Buffer.alloc(position - start), 0, position - start, start);
		let rest = buffer.subarray(0, bytesRead);
		for (let at = rest.lastIndexOf(LINE_BREAK); at >= 0; at = rest.lastIndexOf(LINE_BREAK)) {
			line.add(rest.subarray(at + 1), true);
			const text = line.take();
			if (isLine) yield text;
			isLine = true;
			rest = rest.subarray(0, at);
		}
		line.add(rest, true);
		position = start;
	}
	if (isLine) yield line.take();
}
