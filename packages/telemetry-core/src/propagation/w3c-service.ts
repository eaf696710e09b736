import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { identityIdGenerator } from '../journal/identity.ts';
import { extractHeaders } from './extract-headers.ts';
import { injectHeaders } from './inject-headers.ts';
import { RANDOM_FLAG, SAMPLED_FLAG } from './traceparent.ts';

/** One callback the harness asks for: POST `arguments` as JSON to `url`. */
interface Callback {
	readonly url: string;
	readonly arguments: unknown;
}

const MAX_BODY_BYTES = 1_048_576;

/**
 * The service that the public W3C Trace Context harness drives: it answers `POST` with a JSON list of `{ url, arguments }` by
 * posting the arguments to each url with the propagated context, a new span for each.
 *
 * A test tool: it posts wherever it is told to, so let it listen on the loopback interface only.
 *
 * @see https://github.com/w3c/trace-context/tree/main/test
 */
export function createW3cService(): Server {
	return createServer((request, response) => {
		answer(request, response).catch((error: unknown) => {
			response.writeHead(500, { 'content-type': 'text/plain' }).end(String(error));
		});
	});
}

const ids = identityIdGenerator();

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
	const callbacks = await readCallbacks(request);
	const { status, fields } = extractHeaders(request.headersDistinct, 'w3c-service');
	const parent = status === 'COMPLETE' ? fields : newRoot();
	for (const callback of callbacks) {
		const headers: Record<string, string> = { 'content-type': 'application/json' };
		injectHeaders({ ...parent, spanId: ids.generateSpanId() }, headers);
		await fetch(callback.url, { method: 'POST', headers, body: JSON.stringify(callback.arguments ?? []) });
	}
	response.writeHead(200, { 'content-type': 'application/json' }).end('null');
}

function newRoot() {
	return { traceId: ids.generateTraceId(), traceFlags: SAMPLED_FLAG | RANDOM_FLAG };
}

async function readCallbacks(request: IncomingMessage): Promise<readonly Callback[]> {
	const chunks: Buffer[] = [];
	let bytes = 0;
	for await (const chunk of request as AsyncIterable<Buffer>) {
		bytes += chunk.length;
		if (bytes > MAX_BODY_BYTES) throw new Error(`The request body is larger than ${MAX_BODY_BYTES} bytes.`);
		chunks.push(chunk);
	}
	const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8') || '[]');
	return Array.isArray(body) ? body.filter(isCallback) : [];
}

function isCallback(value: unknown): value is Callback {
	return typeof value === 'object' && value !== null && 'url' in value && typeof value.url === 'string';
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const port = Number(process.env['PORT'] ?? 5000);
	createW3cService().listen(port, '127.0.0.1', () =>
		console.log(`W3C trace-context service on http://127.0.0.1:${port}/test`),
	);
}
