import {
	type ComponentHealth,
	ConfigError,
	type DataClassification,
	type EnrichmentRequest,
	type EnrichmentSource,
	type Fields,
	fromPlain,
	type Runtime,
} from '@pipeline/model';
import { readBounded } from './read-bounded.ts';
import { SourceError } from './source-error.ts';

/** Where an HTTP source is and how it is asked. */
export interface HttpSourceOptions {
	readonly sourceId: string;
	/** Address with the place `{key}`, which is filled in URL-encoded. */
	readonly urlTemplate: string;
	readonly headers?: Readonly<Record<string, string>>;
	/** @default INTERNAL */
	readonly classification?: DataClassification;
	readonly authorizationRef?: string;
	/** Longest answer, in bytes. @default 1048576 */
	readonly maxResponseBytes?: number;
	readonly runtime: Pick<Runtime, 'timestamp'>;
	/** The network. @default the global `fetch` */
	readonly fetch?: typeof fetch;
}

const DEFAULT_MAX_RESPONSE_BYTES = 1024 * 1024;

/** An HTTP service that answers `GET` with a JSON object per key and 404 for keys it does not know. */
export class HttpSource implements EnrichmentSource {
	readonly sourceId: string;
	readonly kind = 'API';
	readonly classification: DataClassification;
	readonly authorizationRef: string;
	readonly #options: HttpSourceOptions;

	/** @throws ConfigError when the address has no `{key}` or is not http(s) */
	constructor(options: HttpSourceOptions) {
		if (!options.urlTemplate.includes('{key}')) throw new ConfigError('urlTemplate', 'an address with the place {key}');
		if (!/^https?:\/\//.test(options.urlTemplate)) throw new ConfigError('urlTemplate', 'an http or https address');
		this.sourceId = options.sourceId;
		this.classification = options.classification ?? 'INTERNAL';
		this.authorizationRef = options.authorizationRef ?? 'none';
		this.#options = options;
	}

	/** @throws SourceError by the answer's status: 401 and 403, 429, 5xx, other; or for a body that is no JSON object */
	async lookup(request: EnrichmentRequest, signal?: AbortSignal): Promise<Fields | undefined> {
		try {
			const response = await this.#get(request.key, signal);
			if (response.status === 404) return void (await response.body?.cancel());
			if (!response.ok) throw await refused(response);
			return fieldsIn(await readBounded(response, this.#options.maxResponseBytes ?? DEFAULT_MAX_RESPONSE_BYTES));
		} catch (error) {
			throw this.#named(error, signal);
		}
	}

	/** Asks for an empty key: any answer but an error of the server counts as healthy. */
	async healthCheck(): Promise<ComponentHealth> {
		const about = { componentName: this.sourceId, lastCheck: this.#options.runtime.timestamp() };
		try {
			const response = await this.#get('', AbortSignal.timeout(5000));
			await response.body?.cancel();
			const status = response.status < 500 ? 'HEALTHY' : 'UNHEALTHY';
			return { ...about, status, message: `HTTP ${response.status}` };
		} catch {
			return { ...about, status: 'UNHEALTHY', message: 'no answer' };
		}
	}

	#get(key: string, signal: AbortSignal | undefined): Promise<Response> {
		const url = this.#options.urlTemplate.replaceAll('{key}', () => encodeURIComponent(key));
		const call = this.#options.fetch ?? fetch;
		return call(url, {
			headers: { accept: 'application/json', ...this.#options.headers },
			// A source that moves is a change of configuration; following would send the headers to another host.
			redirect: 'error',
			...(signal && { signal }),
		});
	}

	#named(error: unknown, signal: AbortSignal | undefined): SourceError {
		if (error instanceof SourceError) return error;
		if (signal?.aborted)
			return new SourceError('ENR_002_SOURCE_TIMEOUT', 'TRANSIENT', 'the call was aborted', { cause: error });
		return new SourceError('ENR_001_NETWORK', 'TRANSIENT', `${this.sourceId} cannot be reached`, { cause: error });
	}
}

async function refused(response: Response): Promise<SourceError> {
	await response.body?.cancel();
	const { status } = response;
	const message = `HTTP ${status}`;
	if (status === 401 || status === 403) return new SourceError('ENR_003_AUTH', 'PERMANENT', message);
	if (status === 429) return new SourceError('ENR_004_RATE_LIMITED', 'TRANSIENT', message);
	if (status >= 500) return new SourceError('ENR_001_NETWORK', 'TRANSIENT', message);
	return new SourceError('ENR_005_MALFORMED_RESPONSE', 'PERMANENT', message);
}

function fieldsIn(text: string): Fields {
	let answer: unknown;
	try {
		answer = JSON.parse(text);
	} catch (cause) {
		throw new SourceError('ENR_005_MALFORMED_RESPONSE', 'PERMANENT', 'the answer is not JSON', { cause });
	}
	if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) {
		throw new SourceError('ENR_005_MALFORMED_RESPONSE', 'PERMANENT', 'the answer is not a JSON object');
	}
	return Object.fromEntries(Object.entries(answer).map(([name, value]) => [name, fromPlain(value)]));
}
