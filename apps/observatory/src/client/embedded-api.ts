import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '@pipeline/telemetry-store';
import { Denials } from '../auth/denials.ts';
import { TokenRegistry } from '../auth/token-registry.ts';
import { DEFAULT_LIMITS, readSettings } from '../config/settings.ts';
import { apiServer } from '../server/api-server.ts';
import { QueryCounters } from '../server/query-counters.ts';
import { storeOptionsOf } from '../server/store-options.ts';
import { note } from '../terminal/output.ts';
import { type Api, ApiError, type ApiRequest, addressOf, refused } from './api.ts';

/** The engine makes it in every folder of its own. Others stay as they are: a mistyped name must not fill somebody's home. */
const ENGINE_FOLDER = 'metadata';

export interface EmbeddedApiOptions {
	readonly path: string;
	/** Configuration of the observatory whose folder it is: reads are audited, and its audit may be signed. */
	readonly config?: string | undefined;
	readonly justification?: string | undefined;
}

/**
 * The API of a folder, in this process and without a port: while no server has it open.
 *
 * @throws StoreError `STORE_LOCKED` when one has, `QUERY_INVALID` for a signed audit without its configuration
 */
export async function embeddedApi({ path, config, justification }: EmbeddedApiOptions): Promise<Api> {
	if (!existsSync(join(path, ENGINE_FOLDER))) {
		throw new ApiError(`--data ${path} is no folder of a store: ${adviceFor(path)}`);
	}
	const settings = await readSettings(config, { data: path });
	const { target, audit } = storeOptionsOf(settings, note);
	const store = await openStore({ target, ...(config === undefined || audit === undefined ? {} : { audit }) });
	const app = await apiServer({
		limits: DEFAULT_LIMITS,
		counters: new QueryCounters(),
		tokens: new TokenRegistry([]),
		denials: new Denials(async () => {}),
		source: { store: () => store, isReady: () => true, health: async () => [], metricLines: () => [] },
		logLevel: 'silent',
	});
	const send = async (request: ApiRequest) => {
		const response = await app.inject({
			method: request.method ?? 'GET',
			url: addressOf(request),
			headers: {
				...(request.accept === undefined ? {} : { accept: request.accept }),
				...(justification === undefined ? {} : { 'x-justification': justification }),
			},
			...(request.body === undefined ? {} : { payload: request.body as object }),
			payloadAsStream: true,
		});
		const stream = response.stream();
		if (response.statusCode >= 400) throw refused(response.statusCode, await textOf(stream));
		return stream;
	};
	return {
		text: async (request) => await textOf(await send(request)),
		stream: send,
		close: async () => {
			await app.close();
			await store.close();
		},
	};
}

/** A run of the pipeline has its store in a folder of its own. */
function adviceFor(path: string): string {
	const inside = join(path, 'store');
	if (existsSync(join(inside, ENGINE_FOLDER))) return `${inside} is one`;
	return `\`observatory serve --data ${path}\` makes one`;
}

async function textOf(stream: AsyncIterable<Uint8Array>): Promise<string> {
	const chunks: Uint8Array[] = [];
	for await (const chunk of stream) chunks.push(chunk);
	return Buffer.concat(chunks).toString('utf8');
}
