import {
	type DataClassification,
	type EnrichmentError,
	type EnrichmentSource,
	type Fields,
	JOURNAL,
	STAGE,
	type TypedEmitter,
} from '@pipeline/model';
import type { BetaConfig } from '../config/config.ts';
import type { BetaEvents } from '../module/events.ts';
import { cacheKey, type EnrichmentCacheStore } from './enrichment-cache.ts';
import type { CacheAnswer, EnrichmentResult, LookupRequest } from './lookup-request.ts';
import { type CallOutcome, SourceCircuit } from './source-circuit.ts';
import { SourceError } from './source-error.ts';

interface RegisteredSource {
	readonly source: EnrichmentSource;
	readonly circuit: SourceCircuit;
}

/** Looks a key up: the cache first, then the source, then the fallback that the request names. */
export class EnrichmentClient {
	readonly #config: BetaConfig;
	readonly #cache: EnrichmentCacheStore;
	readonly #events: TypedEmitter<BetaEvents>;
	readonly #sources = new Map<string, RegisteredSource>();
	readonly #running = new Map<string, Promise<CallOutcome<Fields | undefined>>>();

	constructor(config: BetaConfig, cache: EnrichmentCacheStore, events: TypedEmitter<BetaEvents>) {
		this.#config = config;
		this.#cache = cache;
		this.#events = events;
	}

	/** Makes a source known under its id; one of the same id is replaced, with a fresh circuit. */
	register(source: EnrichmentSource): void {
		const { sourceId, kind, classification, authorizationRef } = source;
		const circuit: SourceCircuit = new SourceCircuit(sourceId, this.#config, {
			stateChanged: (previousState, newState) =>
				this.#events.emit('circuitChanged', { circuitId: circuit.circuitId, sourceId, previousState, newState }),
			retryScheduled: (attempt, delayMs, { code }) =>
				this.#events.emit('retryScheduled', {
					category: 'ENRICHMENT',
					target: sourceId,
					attempt,
					delayMs,
					errorCode: code,
				}),
		});
		this.#sources.set(sourceId, { source, circuit });
		this.#events.emit('sourceRegistered', { sourceId, kind, classification, authorizationRef });
	}

	/** Answers a request. Never rejects: errors are in the result, with what the fallback made of them. */
	async lookup(request: LookupRequest): Promise<EnrichmentResult> {
		const cached = await this.#cache.get(request);
		if (cached.status === 'HIT') {
			const { fields, tier } = cached;
			return { ...this.#position(request, 0, cached), outcome: 'CACHE_HIT', fields, cacheTier: tier };
		}
		const call = await this.#shared(request);
		if (call.error) return this.#fallBack(request, cached, call.error, call.retryCount);
		if (call.value === undefined) {
			const unknown = new SourceError('ENR_006_KEY_NOT_FOUND', 'PERMANENT', 'the source does not know the key');
			return this.#fallBack(request, cached, unknown, call.retryCount);
		}
		return { ...this.#position(request, call.retryCount, cached), outcome: 'SOURCE_HIT', fields: call.value };
	}

	/** Registered sources, in the order of their registration. */
	get sources(): readonly EnrichmentSource[] {
		return [...this.#sources.values()].map(({ source }) => source);
	}

	/** Circuits of all sources. */
	get circuits(): readonly SourceCircuit[] {
		return [...this.#sources.values()].map(({ circuit }) => circuit);
	}

	/** Lookups that wait for a source now. */
	get pendingLookups(): number {
		return this.#running.size;
	}

	/** Label of a source's data, `undefined` for an unknown source. */
	classificationOf(sourceId: string): DataClassification | undefined {
		return this.#sources.get(sourceId)?.source.classification;
	}

	/** Requests for a key that is being fetched wait for that fetch. */
	#shared(request: LookupRequest): Promise<CallOutcome<Fields | undefined>> {
		const key = cacheKey(request);
		const running = this.#running.get(key);
		if (running) return running;
		const started = this.#fetch(request).finally(() => this.#running.delete(key));
		this.#running.set(key, started);
		return started;
	}

	async #fetch(request: LookupRequest): Promise<CallOutcome<Fields | undefined>> {
		const registered = this.#sources.get(request.sourceId);
		if (!registered) {
			const error = new SourceError('ENR_999_UNKNOWN', 'PERMANENT', `no source ${request.sourceId} is registered`);
			return { error, retryCount: 0 };
		}
		const { source, circuit } = registered;
		const outcome = await circuit.execute((signal) => source.lookup(request, signal));
		if (!outcome.error && outcome.value !== undefined) await this.#cache.put(request, outcome.value);
		return outcome;
	}

	#fallBack(request: LookupRequest, cached: CacheAnswer, error: SourceError, retryCount: number): EnrichmentResult {
		const position = this.#position(request, retryCount, cached);
		const failed = { ...position, error: enrichmentError(request, error, position) };
		const isUnknown = error.code === 'ENR_006_KEY_NOT_FOUND';
		const fallback = request.fallback;
		this.#events.emit('fallbackApplied', {
			category: 'ENRICHMENT',
			target: request.sourceId,
			recordId: request.recordId,
			action: fallback,
			errorCode: error.code,
		});
		if (fallback === 'STALE' && cached.status === 'STALE') {
			return { ...failed, outcome: 'STALE', fields: cached.fields, cacheTier: cached.tier, fallback };
		}
		if (fallback === 'DEFAULT') {
			return { ...failed, outcome: 'FALLBACK', fields: request.defaultFields ?? {}, fallback };
		}
		if (fallback === 'SKIP') return { ...failed, outcome: isUnknown ? 'NOT_FOUND' : 'FALLBACK', fallback };
		return { ...failed, outcome: isUnknown ? 'NOT_FOUND' : 'ERROR', fallback: 'FAIL' };
	}

	#position(request: LookupRequest, retryCount: number, cached: CacheAnswer) {
		const circuitState = this.#sources.get(request.sourceId)?.circuit.state ?? 'CLOSED';
		return { cacheStatus: cached.status, retryCount, circuitState } as const;
	}
}

function enrichmentError(
	request: LookupRequest,
	error: SourceError,
	{ retryCount, circuitState }: Pick<EnrichmentResult, 'retryCount' | 'circuitState'>,
): EnrichmentError {
	return {
		recordId: request.recordId,
		enrichmentSource: request.sourceId,
		lookupKey: request.key,
		errorCategory: error.category,
		errorCode: error.code,
		retryCount,
		circuitState,
		lineageId: request.lineageId,
		[JOURNAL]: request[JOURNAL],
		[STAGE]: request[STAGE],
	};
}
