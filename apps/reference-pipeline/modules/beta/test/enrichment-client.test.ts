import { type EnrichmentSource, type Fields, JOURNAL, STAGE, seededRuntime } from '@pipeline/model';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
	type BetaConfig,
	betaConfig,
	CIRCUIT_WINDOW_CALLS,
	EnrichmentCache,
	EnrichmentClient,
	HttpSource,
	type LookupRequest,
	SourceError,
} from '../src/index.ts';
import { HttpService, json } from './http-service.ts';
import { emitter, fieldsOf } from './support.ts';

const runtime = seededRuntime(1, 'test');
const madrid = fieldsOf({ name: 'Madrid' });

function setUp(lookup: EnrichmentSource['lookup'], config: Partial<BetaConfig> = {}) {
	const clock = { nowMs: 1000 };
	const cache = new EnrichmentCache({ now: () => clock.nowMs }, { maxEntries: 1000, ttlSeconds: 60 });
	const { events, seen, watch } = emitter();
	for (const name of ['circuitChanged', 'retryScheduled', 'fallbackApplied'] as const) watch(name);
	const fast = { enrichmentRetryInitialDelayMs: 0, enrichmentRetryMaxDelayMs: 0, enrichmentMaxRetries: 0, ...config };
	const client = new EnrichmentClient(betaConfig(fast), cache, events);
	client.register({
		sourceId: 'airports',
		kind: 'API',
		classification: 'INTERNAL',
		authorizationRef: 'none',
		lookup,
		healthCheck: async () => ({ componentName: 'airports', status: 'HEALTHY', message: '', lastCheck: '' }),
	});
	return { client, clock, cache, seen };
}

function request(more: Partial<LookupRequest> = {}): LookupRequest {
	return {
		sourceId: 'airports',
		key: 'MAD',
		recordId: 'r',
		lineageId: 'l',
		fallback: 'FAIL',
		[JOURNAL]: 3,
		[STAGE]: 4,
		...more,
	};
}

const down = () => Promise.reject(new SourceError('ENR_001_NETWORK', 'TRANSIENT', 'down'));
const broken = () => Promise.reject(new SourceError('ENR_003_AUTH', 'PERMANENT', 'no'));

describe('EnrichmentClient', () => {
	it('asks the source once, then the cache until the entry is too old', async () => {
		let calls = 0;
		const { client, clock } = setUp(async () => {
			calls += 1;
			return madrid;
		});
		const outcomes: string[] = [];
		for (const nowMs of [1000, 1000, 61_000, 61_001]) {
			clock.nowMs = nowMs;
			outcomes.push((await client.lookup(request())).outcome);
		}
		expect({ outcomes, calls }).toEqual({ outcomes: ['SOURCE_HIT', 'CACHE_HIT', 'CACHE_HIT', 'SOURCE_HIT'], calls: 2 });
	});

	it('asks once for a key that several records want at the same time', async () => {
		const asked: string[] = [];
		const { client } = setUp(async ({ key }) => {
			asked.push(key);
			return madrid;
		});
		const results = await Promise.all(
			[request(), request(), request({ key: 'BCN' })].map((each) => client.lookup(each)),
		);
		expect([results.map(({ outcome }) => outcome), asked, client.pendingLookups]).toEqual([
			['SOURCE_HIT', 'SOURCE_HIT', 'SOURCE_HIT'],
			['MAD', 'BCN'],
			0,
		]);
	});

	it('tries again after transient errors, as often as allowed', async () => {
		let failures = 0;
		const failing = (times: number) => async () => {
			if (failures++ < times) throw new SourceError('ENR_001_NETWORK', 'TRANSIENT', 'down');
			return madrid;
		};
		const { client, seen } = setUp(failing(2), { enrichmentMaxRetries: 2 });
		expect(await client.lookup(request())).toMatchObject({ outcome: 'SOURCE_HIT', retryCount: 2 });
		expect(seen.map(({ payload }) => payload)).toEqual(
			[1, 2].map((attempt) => ({
				category: 'ENRICHMENT',
				target: 'airports',
				attempt,
				delayMs: 0,
				errorCode: 'ENR_001_NETWORK',
			})),
		);
		failures = 0;
		const once = setUp(failing(2), { enrichmentMaxRetries: 1 });
		expect(await once.client.lookup(request())).toMatchObject({ outcome: 'ERROR', retryCount: 1 });
	});

	it('tries permanent errors once and says why in the error', async () => {
		const { client, seen } = setUp(broken, { enrichmentMaxRetries: 3 });
		expect(await client.lookup(request())).toEqual({
			outcome: 'ERROR',
			cacheStatus: 'MISS',
			retryCount: 0,
			circuitState: 'CLOSED',
			fallback: 'FAIL',
			error: {
				recordId: 'r',
				enrichmentSource: 'airports',
				lookupKey: 'MAD',
				errorCategory: 'PERMANENT',
				errorCode: 'ENR_003_AUTH',
				retryCount: 0,
				circuitState: 'CLOSED',
				lineageId: 'l',
				[JOURNAL]: 3,
				[STAGE]: 4,
			},
		});
		expect(seen.map(({ name }) => name)).toEqual(['fallbackApplied']);
	});

	it.each<[Partial<LookupRequest>, object]>([
		[{ fallback: 'SKIP' }, { outcome: 'FALLBACK', fallback: 'SKIP' }],
		[
			{ fallback: 'DEFAULT', defaultFields: madrid },
			{ outcome: 'FALLBACK', fallback: 'DEFAULT', fields: madrid },
		],
		[{ fallback: 'STALE' }, { outcome: 'ERROR', fallback: 'FAIL' }],
		[{ fallback: 'FAIL' }, { outcome: 'ERROR', fallback: 'FAIL' }],
	])('falls back: %o', async (more, expected) => {
		const { client } = setUp(down);
		expect(await client.lookup(request(more))).toMatchObject(expected);
	});

	it('serves an old entry when the source is down', async () => {
		let isDown = false;
		const { client, clock } = setUp(async () => (isDown ? down() : madrid));
		await client.lookup(request());
		isDown = true;
		clock.nowMs = 1_000_000;
		expect(await client.lookup(request({ fallback: 'STALE' }))).toMatchObject({
			outcome: 'STALE',
			cacheStatus: 'STALE',
			fields: madrid,
			fallback: 'STALE',
			error: { errorCode: 'ENR_001_NETWORK' },
		});
	});

	it('treats an unknown key as an answer that the circuit does not mind', async () => {
		const { client } = setUp(async () => undefined, { enrichmentCircuitThreshold: 0 });
		for (let call = 0; call < CIRCUIT_WINDOW_CALLS + 1; call += 1) await client.lookup(request({ fallback: 'SKIP' }));
		const last = await client.lookup(request({ fallback: 'SKIP' }));
		expect(last).toMatchObject({
			outcome: 'NOT_FOUND',
			circuitState: 'CLOSED',
			error: { errorCode: 'ENR_006_KEY_NOT_FOUND' },
		});
	});

	it('says so when a source is not registered or throws something else', async () => {
		const { client } = setUp(async () => {
			throw new TypeError('bug');
		});
		const codes = [await client.lookup(request()), await client.lookup(request({ sourceId: 'x' }))];
		expect(codes.map(({ error }) => error?.errorCode)).toEqual(['ENR_999_UNKNOWN', 'ENR_999_UNKNOWN']);
	});
});

describe('the circuit of a source', () => {
	beforeEach(() => {
		vi.useFakeTimers({ toFake: ['Date'], now: 0 });
	});
	afterEach(() => {
		vi.useRealTimers();
	});

	async function calls(client: EnrichmentClient, count: number, first = 0) {
		for (let call = 0; call < count; call += 1)
			await client.lookup(request({ key: `k${first + call}`, fallback: 'SKIP' }));
	}

	it('opens above the share of failed calls, tries after its time, closes again', async () => {
		const state = { isDown: true, calls: 0 };
		const { client, seen } = setUp(
			async (): Promise<Fields> => {
				state.calls += 1;
				return state.isDown ? down() : madrid;
			},
			{ enrichmentCircuitTimeoutMs: 1000 },
		);
		const circuit = client.circuits[0];
		state.isDown = false;
		await calls(client, 10);
		state.isDown = true;
		await calls(client, 10, 10);
		expect(circuit?.state).toBe('CLOSED');
		await calls(client, 1, 20);
		expect(circuit?.state).toBe('OPEN');
		state.calls = 0;
		vi.setSystemTime(999);
		const refused = await client.lookup(request({ key: 'x' }));
		expect([refused.error?.errorCode, refused.circuitState, state.calls]).toEqual(['ENR_007_CIRCUIT_OPEN', 'OPEN', 0]);
		vi.setSystemTime(1000);
		await calls(client, 1, 30);
		expect([circuit?.state, state.calls]).toEqual(['OPEN', 1]);
		state.isDown = false;
		vi.setSystemTime(2000);
		await calls(client, 1, 40);
		expect(circuit?.state).toBe('CLOSED');
		const changes = seen.filter(({ name }) => name === 'circuitChanged').map(({ payload }) => payload);
		const change = (previousState: string, newState: string) => ({
			circuitId: 'beta:enrichment:airports',
			sourceId: 'airports',
			previousState,
			newState,
		});
		expect(changes).toEqual([
			change('CLOSED', 'OPEN'),
			change('OPEN', 'HALF_OPEN'),
			change('HALF_OPEN', 'OPEN'),
			change('OPEN', 'HALF_OPEN'),
			change('HALF_OPEN', 'CLOSED'),
		]);
	});

	it.each([
		[1, 'CLOSED'],
		[0, 'OPEN'],
	])('threshold %d', async (enrichmentCircuitThreshold, expected) => {
		const { client } = setUp(down, { enrichmentCircuitThreshold });
		await calls(client, CIRCUIT_WINDOW_CALLS - 1);
		expect(client.circuits[0]?.state).toBe('CLOSED');
		await calls(client, 1, 50);
		expect(client.circuits[0]?.state).toBe(expected);
	});

	it('can be held open', async () => {
		const { client } = setUp(async () => madrid);
		client.circuits[0]?.isolate();
		const held = await client.lookup(request());
		client.circuits[0]?.release();
		const free = await client.lookup(request());
		expect([held.error?.errorCode, free.outcome]).toEqual(['ENR_007_CIRCUIT_OPEN', 'SOURCE_HIT']);
	});
});

describe('over HTTP', () => {
	let service: HttpService;
	beforeEach(async () => {
		service = await HttpService.start();
	});
	afterEach(() => service.stop());

	function client(config: Partial<BetaConfig> = {}) {
		const { client: made } = setUp(down, { enrichmentTimeoutMs: 100, ...config });
		made.register(new HttpSource({ sourceId: 'http', urlTemplate: `${service.origin}/{key}`, runtime }));
		return (more: Partial<LookupRequest> = {}) => made.lookup(request({ sourceId: 'http', ...more }));
	}

	it('recovers from an error of the server', async () => {
		service.answer = (response) => json(response, service.urls.length === 1 ? 503 : 200, { name: 'Madrid' });
		expect(await client({ enrichmentMaxRetries: 1 })()).toMatchObject({
			outcome: 'SOURCE_HIT',
			fields: madrid,
			retryCount: 1,
		});
	});

	it('gives up on a server that does not answer, and hangs up', async () => {
		service.answer = () => undefined;
		const result = await client({ enrichmentMaxRetries: 1 })({ fallback: 'DEFAULT', defaultFields: madrid });
		expect(result).toMatchObject({ fields: madrid, retryCount: 1, error: { errorCode: 'ENR_002_SOURCE_TIMEOUT' } });
		await service.aborted;
		expect(service.urls).toEqual(['/MAD', '/MAD']);
	});

	it('gives up on an answer that never ends', async () => {
		service.answer = (response) => response.writeHead(200).write('{"name":');
		expect((await client()()).error?.errorCode).toBe('ENR_002_SOURCE_TIMEOUT');
		await service.aborted;
	});
});
