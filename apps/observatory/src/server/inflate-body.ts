import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { apiProblem } from './problem.ts';

const inflate = promisify(gunzip);

/**
 * The body as its sender had it before compressing it.
 *
 * @param encoding the header Content-Encoding
 * @param maxBytes that come out: inflating stops there
 * @throws Problem 413, 415 for another encoding than gzip, 400 for what is no gzip
 */
export async function inflateBody(body: Buffer, encoding: string | undefined, maxBytes: number): Promise<Buffer> {
	const name = (encoding ?? 'identity').trim().toLowerCase();
	if (name === 'identity') {
		if (body.length > maxBytes) throw tooLarge(maxBytes);
		return body;
	}
	if (name !== 'gzip') {
		throw apiProblem(415, 'MEDIA_TYPE_UNSUPPORTED', 'The Content-Encoding is neither gzip nor identity.');
	}
	try {
		return await inflate(body, { maxOutputLength: maxBytes });
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBytes);
		throw apiProblem(400, 'REQUEST_INVALID', 'The body of the request is no gzip.');
	}
}

const tooLarge = (maxBytes: number) =>
	apiProblem(413, 'REQUEST_TOO_LARGE', `The body of the request is larger than ${maxBytes} bytes when decompressed.`);
