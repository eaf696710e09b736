/** Reads a stream as UTF-8 text. Rejects as soon as it holds more than `maxBytes`. */
export async function readBounded(stream: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string> {
	const chunks: Uint8Array[] = [];
	let bytes = 0;
	for await (const chunk of stream) {
		bytes += chunk.byteLength;
		if (bytes > maxBytes) throw new BodyTooLargeError(maxBytes);
		chunks.push(chunk);
	}
	return Buffer.concat(chunks).toString('utf8');
}

/** A body is larger than what is read of one. */
export class BodyTooLargeError extends Error {
	override readonly name = 'BodyTooLargeError';
	readonly code = 'BODY_TOO_LARGE';

	constructor(maxBytes: number) {
		super(`the body is larger than ${maxBytes} bytes`);
	}
}
