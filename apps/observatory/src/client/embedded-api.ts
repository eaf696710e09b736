import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '@pipeline/telemetry-store';
import { Denials } from '../auth/denials.ts';
import { TokenRegistry } from '../auth/token-registry.ts';
import { DEFAULT_LIMITS } from '../config/settings.ts';
import { apiServer } from '../server/api-server.ts';
import { QueryCounters } from '../server/query-counters.ts';
import { type Api, ApiError, type ApiRequest, addressOf, refused } from './api.ts';

/** The engine makes it in every folder of its own. Others stay as they are: a mistyped name must not fill somebody's home. */
const ENGINE_FOLDER = 'metadata';

/**
 * The API of a folder, in this process and without a port: while no server has it open.
 *
 * @throws StoreError `STORE_LOCKED` when one has
 */
export async function embeddedApi(path: string, justification: string | undefined): Promise<Api> {
	if (!existsSync(join(path, ENGINE_FOLDER))) {
		throw new ApiError(`--data ${path} is no folder of a store: \`observatory serve --data ${path}\` makes one`);
	}
	const store = await openStore({ target: { path } });
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

async function textOf(stream: AsyncIterable<Uint8Array>): Promise<string> {
	const chunks: Uint8Array[] = [];
	for await (const chunk of stream) chunks.push(chunk);
	return Buffer.concat(chunks).toString('utf8');
}
