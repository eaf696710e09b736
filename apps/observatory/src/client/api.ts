/** A request to the API, whichever way it gets there. */
export interface ApiRequest {
	readonly method?: 'GET' | 'POST';
	/** Below `/api/v1`, each part encoded. */
	readonly path: string;
	/** Undefined values are left out; lists become several parameters. */
	readonly query?: Readonly<Record<string, string | number | readonly string[] | undefined>>;
	readonly body?: unknown;
	readonly accept?: string;
}

/** The API as the command line uses it. */
export interface Api {
	/** @throws ApiError for everything but success */
	text(request: ApiRequest): Promise<string>;
	/** What is sent, as it comes. @throws ApiError */
	stream(request: ApiRequest): Promise<AsyncIterable<Uint8Array>>;
	close(): Promise<void>;
}

/** What the API refused, or why it could not be asked; the message says what to do. */
export class ApiError extends Error {
	override readonly name = 'ApiError';
	/** Of HTTP; undefined when there was no answer. */
	readonly status: number | undefined;

	constructor(message: string, status?: number, options?: ErrorOptions) {
		super(message, options);
		this.status = status;
	}
}

export async function jsonOf<Answer>(api: Api, request: ApiRequest): Promise<Answer> {
	const text = await api.text({ accept: 'application/json', ...request });
	try {
		return JSON.parse(text) as Answer;
	} catch {
		throw new ApiError('The answer is no JSON: is this the address of an observatory?');
	}
}

/** Path and query of a request. */
export function addressOf({ path, query = {} }: ApiRequest): string {
	const parameters = new URLSearchParams();
	for (const [name, value] of Object.entries(query)) {
		for (const one of Array.isArray(value) ? value : [value]) {
			if (one !== undefined) parameters.append(name, String(one));
		}
	}
	const text = parameters.toString();
	return `/api/v1${path}${text === '' ? '' : `?${text}`}`;
}

/** An error for an answer that is none of success. */
export function refused(status: number, body: string): ApiError {
	const { detail, code, expectedRecoveryS } = problemIn(body);
	const advice = ADVICE[code ?? ''] ?? ADVICE[status];
	const later = expectedRecoveryS === undefined ? undefined : `try again in ${expectedRecoveryS} s`;
	return new ApiError(
		[detail ?? `the observatory answered with status ${status}`, advice, later]
			.filter((part) => part !== undefined)
			.join('; '),
		status,
	);
}

const ADVICE: Readonly<Record<string | number, string>> = {
	401: 'give a token with --token-file',
	JUSTIFICATION_REQUIRED: 'give one with --justification',
	QUERY_TIMEOUT: 'ask for a shorter time range',
};

function problemIn(body: string): {
	readonly detail?: string;
	readonly code?: string;
	readonly expectedRecoveryS?: number;
} {
	try {
		return (JSON.parse(body) ?? {}) as ReturnType<typeof problemIn>;
	} catch {
		return {};
	}
}
