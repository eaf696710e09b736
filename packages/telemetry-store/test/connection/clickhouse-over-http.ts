import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createChdbConnection } from 'chdb/connection';

/** What a request asks for. */
export interface HttpQuery {
	readonly sql: string;
	readonly settings: Readonly<Record<string, string>>;
	/** As on the wire. */
	readonly parameters: Readonly<Record<string, string>>;
	readonly authorization: string;
	readonly isMultipart: boolean;
}

/** Answers a request in place of the engine; returns false when it does not. */
export type Answer = (
	query: HttpQuery,
	response: ServerResponse,
	request: IncomingMessage,
) => boolean | Promise<boolean>;

const OWN = new Set(['query', 'query_id', 'database', 'session_id']);
/** Of the server in front of the engine: the engine does not know them. */
const HTTP_SETTINGS = new Set(['wait_end_of_query', 'enable_http_compression']);
const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** ClickHouse's HTTP interface in front of the embedded engine, with a connection for each request as a server has. */
export class ClickHouseOverHttp implements AsyncDisposable {
	readonly queries: HttpQuery[] = [];
	answer: Answer | undefined;
	/** Most requests that ran at the same time. */
	mostAtOnce = 0;
	#running = 0;
	readonly #path: string;
	readonly #server = createServer(
		{ maxHeaderSize: 1_048_576 },
		(request, response) => void this.#serve(request, response),
	);

	private constructor(path: string) {
		this.#path = path;
	}

	static async start(): Promise<ClickHouseOverHttp> {
		const server = new ClickHouseOverHttp(await mkdtemp(join(tmpdir(), 'telemetry-store-http-')));
		server.#server.listen(0, '127.0.0.1');
		await once(server.#server, 'listening');
		return server;
	}

	get url(): string {
		return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.#server.closeAllConnections();
		this.#server.close();
		const { drainPending } = await import('chdb');
		await drainPending();
		await rm(this.#path, { recursive: true, force: true });
	}

	async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
		response.on('error', () => {});
		this.#running += 1;
		this.mostAtOnce = Math.max(this.mostAtOnce, this.#running);
		response.once('close', () => {
			this.#running -= 1;
		});
		try {
			const query = await queryOf(request);
			this.queries.push(query);
			if ((await this.answer?.(query, response, request)) === true) return;
			response.end(await this.#run(query));
		} catch (error) {
			refuse(response, error);
		}
	}

	async #run({ sql, settings, parameters }: HttpQuery): Promise<Buffer> {
		const connection = createChdbConnection({ path: this.#path });
		try {
			const { database, ...others } = settings;
			const statements = [
				'SET max_query_size = 100000000',
				...(database === undefined ? [] : [`USE ${database}`]),
				...Object.entries(parameters).map(([name, value]) => `SET param_${name} = ${quoted(value)}`),
				...Object.entries(others)
					.toSorted(([one], [other]) => Number(one === 'readonly') - Number(other === 'readonly'))
					.map(([name, value]) => `SET ${name} = ${quoted(value)}`),
				sql,
			];
			const { stream } = await connection.query({ query: statements.join(';\n') });
			return Buffer.concat(await stream.toArray());
		} finally {
			await connection.close();
		}
	}
}

/** As a server says what the engine refuses. */
export function refuse(response: ServerResponse, error: unknown, status = 500): void {
	const { code = '0', message, type = 'UNKNOWN' } = error as { code?: string; message: string; type?: string };
	response.writeHead(status, { 'X-ClickHouse-Exception-Code': code });
	response.end(`Code: ${code}. DB::Exception: ${message} (${type}) (version 26.5.1.1)\n`);
}

async function queryOf(request: IncomingMessage): Promise<HttpQuery> {
	const url = new URL(request.url ?? '/', 'http://localhost');
	const body = Buffer.concat(await request.toArray()).toString();
	const boundary = /^multipart\/form-data; boundary=(.+)$/.exec(request.headers['content-type'] ?? '')?.[1];
	const fields = [...url.searchParams, ...(boundary === undefined ? [] : partsOf(body, boundary))];
	const sql = new Map(fields).get('query') ?? '';
	const entriesOf = (isWanted: (name: string) => boolean) => fields.filter(([name]) => isWanted(name));
	const isParameter = (name: string) => name.startsWith('param_');
	return {
		sql: boundary === undefined ? [sql, body].filter((text) => text !== '').join('\n') : sql,
		settings: Object.fromEntries(
			entriesOf((name) => name === 'database' || !(isParameter(name) || OWN.has(name) || HTTP_SETTINGS.has(name))),
		),
		parameters: Object.fromEntries(entriesOf(isParameter).map(([name, value]) => [name.slice('param_'.length), value])),
		authorization: request.headers.authorization ?? '',
		isMultipart: boundary !== undefined,
	};
}

function partsOf(body: string, boundary: string): readonly (readonly [string, string])[] {
	return body
		.split(`--${boundary}`)
		.slice(1, -1)
		.map((part) => {
			const [head = '', ...rest] = part.split('\r\n\r\n');
			return [/name="([^"]+)"/.exec(head)?.[1] ?? '', rest.join('\r\n\r\n').replace(/\r\n$/, '')] as const;
		});
}
