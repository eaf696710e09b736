import { SourceError } from './source-error.ts';

/**
 * Reads an answer of limited size as text; a longer one is cut off, unread.
 * @throws SourceError `ENR_005_MALFORMED_RESPONSE` when the answer is longer
 */
export async function readBounded(response: Response, maxBytes: number): Promise<string> {
	const chunks: Uint8Array[] = [];
	let size = 0;
	for await (const chunk of response.body ?? []) {
		size += chunk.byteLength;
		if (size > maxBytes) {
			throw new SourceError('ENR_005_MALFORMED_RESPONSE', 'PERMANENT', `the answer is longer than ${maxBytes} bytes`);
		}
		chunks.push(chunk);
	}
	return Buffer.concat(chunks).toString('utf8');
}
