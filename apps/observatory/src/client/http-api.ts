import { type Api, ApiError, type ApiRequest, addressOf, refused } from './api.ts';

export interface HttpApiOptions {
	/** Of the observatory, without a path. */
	readonly url: string;
	readonly token?: string | undefined;
	/** Why all tenants are read. */
	readonly justification?: string | undefined;
	/** Until an answer begins. @default 60,000 */
	readonly timeoutMs?: number;
}

/** The API of an observatory that runs somewhere. */
export function httpApi({ url, token, justification, timeoutMs = 60_000 }: HttpApiOptions): Api {
	const send = async (request: ApiRequest): Promise<Response> => {
		const response = await fetch(new URL(addressOf(request), url), {
			method: request.method ?? 'GET',
			// A token is for the server that was named, and for none that it names.
			redirect: 'error',
			headers: {
				...(request.accept === undefined ? {} : { accept: request.accept }),
				...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
				...(justification === undefined ? {} : { 'x-justification': justification }),
				...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
			},
			...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
			signal: AbortSignal.timeout(timeoutMs),
		}).catch((error: unknown) => {
			throw unreachable(url, error);
		});
		if (!response.ok) throw refused(response.status, await response.text());
		return response;
	};
	return {
		text: async (request) => await (await send(request)).text(),
		stream: async (request) => (await send(request)).body ?? emptyStream(),
		close: async () => {},
	};
}

async function* emptyStream(): AsyncIterable<Uint8Array> {}

function unreachable(url: string, error: unknown): ApiError {
	if (error instanceof Error && error.name === 'TimeoutError') {
		return new ApiError(`${url} does not answer in time; ask for a shorter time range`, undefined, { cause: error });
	}
	const { cause } = error as { readonly cause?: { readonly code?: string; readonly message?: string } };
	const why = cause?.code ?? cause?.message ?? 'no connection';
	return new ApiError(
		`${url} cannot be reached (${why}): start it with \`observatory serve\`, name another with --url, or read a folder with --data`,
		undefined,
		{ cause: error },
	);
}
