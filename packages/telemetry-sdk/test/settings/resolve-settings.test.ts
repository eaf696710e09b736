import { describe, expect, it } from 'vitest';
import { parseManifest } from '../../src/settings/manifest.ts';
import { resolveSettings } from '../../src/settings/resolve-settings.ts';
import { SettingError } from '../../src/settings/setting-error.ts';
import type { ResolvedSettings, TelemetrySettings } from '../../src/settings/settings.ts';
import { MANIFEST_KEYS } from '../../src/settings/table.ts';

type Env = Readonly<Record<string, string>>;

const resolve = (env: Env = {}, options: TelemetrySettings = {}) => resolveSettings(options, env);

async function withManifest(text: string, env: Env = {}, options: TelemetrySettings = {}): Promise<ResolvedSettings> {
	return resolveSettings(options, env, await parseManifest(text, 'telemetry.yaml', MANIFEST_KEYS));
}

/** What is wrong, line by line. */
function problems(env: Env, options: TelemetrySettings = {}): readonly string[] {
	try {
		resolve(env, options);
		return [];
	} catch (error) {
		expect(error).toBeInstanceOf(SettingError);
		return (error as Error).message.split('\n').map((line) => line.trim());
	}
}

describe('the order of sources', () => {
	it('is option, environment, manifest, profile', async () => {
		const text = 'profile: prod\nratio: 0.3\nslow_trace_ms: 7\ndetail: full\n';
		const env = { TELEMETRY_TRACE_RATIO: '0.2', TELEMETRY_SLOW_TRACE_MS: '8' };
		expect(await withManifest(text, env, { ratio: 0.1 })).toMatchObject({
			ratio: 0.1,
			slowTraceMs: 8,
			detail: 'full',
			slowOperationMs: 2_000,
			profile: 'prod',
			enabled: true,
		});
	});

	it('goes on after variables that are empty', async () => {
		const { ratio, profile } = await withManifest('ratio: 0.3', { TELEMETRY_TRACE_RATIO: ' ', TELEMETRY_PROFILE: '' });
		expect([ratio, profile]).toEqual([0.3, 'off']);
	});

	it('names every value that is not allowed, with where it comes from', async () => {
		const text = 'profile: devel\notlp:\n  # a port is missing\n  timeout_ms: soon\nqueue: { size: 0 }\n';
		const env = { TELEMETRY_DETAIL: 'all', AUDIT_ENABLED: 'maybe' };
		await expect(withManifest(text, env, { ratio: 2 })).rejects.toThrow(
			[
				'telemetry.yaml:1 profile is "devel"; allowed: off, dev, staging, prod, prod_high_volume',
				'option ratio is 2; allowed: 0 to 1',
				'TELEMETRY_DETAIL is "all"; allowed: minimal, standard, full',
				'telemetry.yaml:4 otlp.timeout_ms is "soon"; allowed: 1 to 600000',
				'telemetry.yaml:5 queue.size is 0; allowed: 1 to 1000000',
				'AUDIT_ENABLED is "maybe"; allowed: true, false',
			].join('\n  '),
		);
	});
});

describe('profiles', () => {
	it.each([
		['off', { enabled: false, ratio: 0, audit: { retentionDays: 7 } }],
		['dev', { enabled: true, ratio: 1, detail: 'full', logs: { level: 'DEBUG', perSecond: 0 } }],
		['staging', { ratio: 0.5, detail: 'standard', logs: { level: 'DEBUG', perSecond: 100 } }],
		['prod', { ratio: 0.1, logs: { level: 'INFO', perSecond: 100 }, audit: { retentionDays: 2_557 } }],
		['prod_high_volume', { ratio: 0.02, detail: 'minimal', slowOperationMs: 5_000, slowTraceMs: 20_000 }],
	])('decide what nothing else does: %s', (profile, expected) => {
		expect(resolve({ TELEMETRY_PROFILE: profile })).toMatchObject(expected);
	});

	it('have everything else in common', () => {
		expect(resolve()).toMatchObject({
			backend: 'noop',
			regulated: false,
			modules: undefined,
			maxSpans: 10_000,
			maxSpanDurationS: 3_600,
			otlp: { traces: undefined, metrics: undefined, logs: undefined },
			console: { traces: false, metrics: false, logs: false },
			propagators: ['tracecontext', 'baggage'],
			queue: {
				traces: { size: 8_192, batchSize: 512, flushMs: 5_000, exportTimeoutMs: 30_000 },
				logs: { size: 65_536, batchSize: 512, flushMs: 5_000, exportTimeoutMs: 30_000 },
			},
			metrics: { intervalMs: 10_000, timeoutMs: 10_000 },
			retry: { initialMs: 1_000, factor: 2, maxMs: 30_000, attempts: 5 },
			prom: { enabled: false, host: '127.0.0.1', port: 9_090 },
			health: { enabled: false, host: '127.0.0.1', port: 8_080 },
			audit: { enabled: true, path: undefined, checksumIntervalS: 300 },
		});
	});
});

describe('audit', () => {
	it('can be switched off under off and dev only', () => {
		const env = { AUDIT_ENABLED: 'false' };
		for (const profile of ['off', 'dev'] as const) expect(resolve(env, { profile }).audit.enabled).toBe(false);
		for (const profile of ['staging', 'prod', 'prod_high_volume'] as const)
			expect(problems(env, { profile })).toEqual([
				`AUDIT_ENABLED is false; allowed under ${profile}: true (audit can be switched off under off and dev only)`,
			]);
		expect(problems(env, { profile: 'dev', regulated: true })).toHaveLength(1);
	});

	it.each([
		['dev', 1, 0],
		['staging', 30, 29],
		['prod', 2_557, 2_556],
	] as const)('is kept for as long as %s asks for: %d days, not %d', (profile, least, tooFew) => {
		expect(resolve({}, { profile, audit: { retentionDays: least } }).audit.retentionDays).toBe(least);
		expect(problems({}, { profile, audit: { retentionDays: tooFew } })).toHaveLength(1);
	});
});

describe('under regulation', () => {
	const endpoint = (url: string): Env => ({
		TELEMETRY_PROFILE: 'prod',
		TELEMETRY_REGULATED: '1',
		OTEL_EXPORTER_OTLP_ENDPOINT: url,
	});
	const headers = { OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20token' };

	it('export is encrypted and authenticated', () => {
		expect(resolve({ ...endpoint('https://host:4318'), ...headers }).otlp.traces?.headers).toEqual({
			authorization: 'Bearer token',
		});
		const certificate = { OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: '/certificate.pem' };
		expect(problems({ ...endpoint('https://host:4318'), ...certificate })).toEqual([]);
		expect(problems({ ...endpoint('http://host:4318'), ...headers })).toEqual(
			['traces', 'metrics', 'logs'].map(
				(signal) => `OTEL_EXPORTER_OTLP_ENDPOINT is not encrypted for ${signal}; allowed when regulated: https://`,
			),
		);
		expect(problems(endpoint('https://host:4318'))).toEqual(
			['traces', 'metrics', 'logs'].map((signal) =>
				expect.stringMatching(`^OTEL_EXPORTER_OTLP_ENDPOINT is not authenticated for ${signal}`),
			),
		);
	});

	it('nothing is needed where nothing is sent', () => {
		expect(problems({ TELEMETRY_PROFILE: 'prod', TELEMETRY_REGULATED: 'true' })).toEqual([]);
	});
});

describe('outside development', () => {
	const problemsAt = (endpoint: string, env: Env = {}) =>
		problems({ TELEMETRY_PROFILE: 'prod', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint, ...env });

	it('what is sent to other machines is encrypted', () => {
		expect(problemsAt('http://collector:4318/v1/traces')).toEqual([
			expect.stringMatching(
				'^OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is not encrypted for traces; allowed under prod: https',
			),
		]);
		expect(problemsAt('http://127.0.0.1.example.org')).toHaveLength(1);
	});

	it.each([
		['https://collector:4318', {}],
		['http://localhost:4318', {}],
		['http://127.0.0.1:4318', {}],
		['http://[::1]:4318', {}],
		['http://collector:4318', { OTEL_EXPORTER_OTLP_INSECURE: 'true' }],
		['http://collector:4318', { TELEMETRY_PROFILE: 'dev' }],
	])('%s may be sent to with %o', (endpoint, env) => {
		expect(problemsAt(endpoint, env as Env)).toEqual([]);
	});
});

describe('destinations', () => {
	it('add the path of each signal over HTTP and none over gRPC', () => {
		const urls = (env: Env) => Object.values(resolve(env).otlp).map((destination) => destination?.url);
		expect(urls({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://host:4318' })).toEqual(
			['traces', 'metrics', 'logs'].map((signal) => `http://host:4318/v1/${signal}`),
		);
		expect(urls({ OTEL_EXPORTER_ENDPOINT: 'http://host/otlp/' })[0]).toBe('http://host/otlp/v1/traces');
		expect(urls({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://host:4317', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' })[0]).toBe(
			'http://host:4317',
		);
	});

	it('are each signal’s own: one without stays in the process', () => {
		const { backend, otlp } = resolve({
			OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://traces/path',
			OTEL_EXPORTER_OTLP_HEADERS: 'a=1,b=2',
			OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'b=3',
			OTEL_EXPORTER_OTLP_TIMEOUT: '20',
			OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '30',
			OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
		});
		expect([backend, otlp]).toEqual([
			'otel',
			{
				traces: {
					url: 'http://traces/path',
					protocol: 'http/protobuf',
					headers: { a: '1', b: '3' },
					timeoutMs: 30,
					compression: 'gzip',
				},
				metrics: undefined,
				logs: undefined,
			},
		]);
	});

	it('are none for a signal whose exporter is none, and for all unless the backend is otel', () => {
		const OTEL_EXPORTER_OTLP_ENDPOINT = 'http://host';
		expect(resolve({ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_TRACES_EXPORTER: 'none' }).otlp.traces).toBeUndefined();
		for (const TELEMETRY_BACKEND of ['noop', 'prom', 'console'])
			expect(Object.values(resolve({ OTEL_EXPORTER_OTLP_ENDPOINT, TELEMETRY_BACKEND }).otlp)).toEqual([
				undefined,
				undefined,
				undefined,
			]);
	});

	it('are not repeated in messages: there may be secrets in them', () => {
		expect(
			problems({
				OTEL_EXPORTER_OTLP_ENDPOINT: 'https://me:s3cret@host',
				OTEL_EXPORTER_OTLP_HEADERS: 'authorization s3cret',
				OTEL_EXPORTER_OTLP_LOGS_HEADERS: 'authorization=%s3cret',
			}).join(),
		).not.toContain('s3cret');
	});
});

describe("OpenTelemetry's own variables", () => {
	it('switch telemetry off, whatever else is said', () => {
		const on: TelemetrySettings = { profile: 'prod', enabled: true };
		expect(resolve({ OTEL_SDK_DISABLED: 'True' }, on).enabled).toBe(false);
		expect(resolve({ OTEL_SDK_DISABLED: '1' }, on).enabled).toBe(true);
	});

	it.each([
		[{ OTEL_TRACES_SAMPLER: 'always_on' }, 1],
		[{ OTEL_TRACES_SAMPLER: 'parentbased_always_off' }, 0],
		[{ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.25' }, 0.25],
		[{ OTEL_TRACES_SAMPLER: 'traceidratio' }, 1],
		[{ OTEL_TRACES_SAMPLER: 'jaeger_remote', TELEMETRY_TRACE_RATIO: '0.3' }, 0.3],
		[{ OTEL_TRACES_SAMPLER: 'always_off', TELEMETRY_TRACE_RATIO: '0.5' }, 0.5],
	])('say the ratio where they have one: %o', (env, ratio) => {
		expect(resolve(env as Env, { profile: 'prod' }).ratio).toBe(ratio);
	});

	it.each([
		['OTEL_TRACES_SAMPLER', 'jaeger_remote', 'always_on, always_off, traceidratio, parentbased_always_on, '],
		['OTEL_PROPAGATORS', 'b3', 'tracecontext, baggage, several of them, none'],
		['OTEL_METRICS_EXPORTER', 'statsd', 'otlp, console, prometheus, several of them, none'],
		['OTEL_TRACES_EXPORTER', 'prometheus', 'otlp, console, several of them, none'],
		['OTEL_METRIC_EXPORT_INTERVAL', '0', '1 to 86400000'],
		['OTEL_BSP_MAX_EXPORT_BATCH_SIZE', '8193', 'no more than the queue holds, 8192'],
	])('are refused by name: %s=%s', (name, value, allowed) => {
		expect(problems({ TELEMETRY_PROFILE: 'prod', [name]: value })).toEqual([
			expect.stringMatching(new RegExp(`^${name} is "?${value}"?; allowed: ${allowed}`)),
		]);
	});

	it('say how spans, events and metrics wait to be sent, before what is said of all', () => {
		const { queue, metrics } = resolve({
			TELEMETRY_QUEUE_SIZE: '1000',
			TELEMETRY_FLUSH_MS: '2000',
			OTEL_BSP_SCHEDULE_DELAY: '0',
			OTEL_BSP_MAX_QUEUE_SIZE: '100',
			OTEL_BSP_EXPORT_TIMEOUT: '1',
			OTEL_BLRP_MAX_EXPORT_BATCH_SIZE: '7',
			OTEL_METRIC_EXPORT_INTERVAL: '60000',
			OTEL_METRIC_EXPORT_TIMEOUT: '5000',
		});
		expect({ queue, metrics }).toEqual({
			queue: {
				traces: { size: 100, batchSize: 100, flushMs: 0, exportTimeoutMs: 1 },
				logs: { size: 8_000, batchSize: 7, flushMs: 2_000, exportTimeoutMs: 30_000 },
			},
			metrics: { intervalMs: 60_000, timeoutMs: 5_000 },
		});
	});

	const NOWHERE = { traces: false, metrics: false, logs: false };
	const HERE = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' };
	it.each<[Env, object, readonly string[]]>([
		[{ OTEL_METRICS_EXPORTER: 'prometheus' }, { backend: 'prom', prom: { enabled: true }, console: NOWHERE }, []],
		[
			{ ...HERE, OTEL_METRICS_EXPORTER: 'prometheus', OTEL_EXPORTER_PROMETHEUS_PORT: '9464' },
			{ backend: 'otel', prom: { enabled: true, port: 9_464 }, console: NOWHERE },
			['traces', 'logs'],
		],
		[
			{ ...HERE, OTEL_METRICS_EXPORTER: 'otlp, console', OTEL_TRACES_EXPORTER: 'none' },
			{ backend: 'otel', prom: { enabled: false }, console: { ...NOWHERE, metrics: true } },
			['metrics', 'logs'],
		],
		[
			{ OTEL_TRACES_EXPORTER: 'console' },
			{ backend: 'console', prom: { enabled: false }, console: { ...NOWHERE, traces: true } },
			[],
		],
		[
			{ OTEL_TRACES_EXPORTER: 'console', OTEL_METRICS_EXPORTER: 'prometheus', TELEMETRY_BACKEND: 'noop' },
			{ backend: 'noop', prom: { enabled: false }, console: NOWHERE },
			[],
		],
		[
			{ TELEMETRY_BACKEND: 'console' },
			{ backend: 'console', console: { traces: true, metrics: false, logs: true } },
			[],
		],
	])('say who is given what: %o', (env, expected, sent) => {
		const settings = resolve(env, { profile: 'dev' });
		expect(settings).toMatchObject(expected);
		expect(Object.entries(settings.otlp).flatMap(([signal, to]) => (to === undefined ? [] : [signal]))).toEqual(sent);
	});

	it('write to the terminal in development only', () => {
		expect(problems({ TELEMETRY_PROFILE: 'staging', OTEL_LOGS_EXPORTER: 'console' })).toEqual([
			'OTEL_LOGS_EXPORTER is "console", which is for off and dev; allowed under staging: any other',
		]);
	});

	it('describe the process', () => {
		const resource = (env: Env) => resolve(env, { profile: 'prod' }).resource;
		expect(resource({ TELEMETRY_NAMESPACE: 'flights', PIPELINE_NAME: 'birds' })).toEqual({
			'service.name': 'pipeline',
			'service.namespace': 'flights',
			'service.version': '0.0.0',
			'deployment.environment': 'prod',
			'deployment.environment.name': 'prod',
			'pipeline.name': 'birds',
		});
		const OTEL_RESOURCE_ATTRIBUTES = 'service.name=a,team=data%20%2C, deployment.environment.name=eu';
		expect(resource({ OTEL_RESOURCE_ATTRIBUTES })).toMatchObject({
			'service.name': 'a',
			team: 'data ,',
			'deployment.environment.name': 'eu',
		});
		expect(resource({ OTEL_RESOURCE_ATTRIBUTES, OTEL_SERVICE_NAME: 'b' })['service.name']).toBe('b');
	});
});

describe('attributes of every span', () => {
	it('are namespace, product and mode', () => {
		const attributes = (env: Env) => Object.values(resolve(env).attributes);
		expect(attributes({})).toEqual(['default', 'default', '0.0.0', 'dev']);
		expect(attributes({ PIPELINE_NAME: 'birds', PIPELINE_MODE: 'production' })).toEqual([
			'default',
			'birds',
			'0.0.0',
			'prod',
		]);
		expect(
			attributes({ TELEMETRY_PROFILE: 'prod_high_volume', TELEMETRY_PRODUCT_NAME: 'x', PIPELINE_NAME: 'y' }),
		).toEqual(['default', 'x', '0.0.0', 'prod']);
	});
});

describe('other values', () => {
	it('are read from texts', () => {
		expect(
			resolve({
				TELEMETRY_MODULES: 'alpha, beta',
				TELEMETRY_RETRY: '500,1.5,5000,3',
				LOG_LEVEL: 'warn',
				PROM_EXPORT_PORT: '0',
				HEALTH_ENABLED: 'true',
				HEALTH_PORT: '65535',
				TELEMETRY_BACKEND: 'prom',
				TRACE_MAX_SPANS: '100',
			}),
		).toMatchObject({
			modules: ['alpha', 'beta'],
			retry: { initialMs: 500, factor: 1.5, maxMs: 5_000, attempts: 3 },
			logs: { level: 'WARN' },
			prom: { enabled: true, port: 0 },
			health: { enabled: true, port: 65_535 },
			maxSpans: 100,
		});
	});

	it.each([
		{ TELEMETRY_MODULES: 'alpha,Beta!' },
		{ TELEMETRY_RETRY: '500,1.5,5000' },
		{ TELEMETRY_RETRY: '500,1.5,5000,0' },
		{ TELEMETRY_RETRY: '500,1.5,499,3' },
		{ LOG_LEVEL: 'loud' },
		{ PROM_EXPORT_PORT: '65536' },
		{ PROM_EXPORT_PORT: '90.5' },
		{ TRACE_MAX_SPANS: '99' },
		{ TELEMETRY_BATCH_SIZE: '8193' },
		{ OTEL_RESOURCE_ATTRIBUTES: 'novalue' },
		{ OTEL_TRACES_EXPORTER: 'zipkin' },
		{ OTEL_EXPORTER_OTLP_ENDPOINT: 'host:4318' },
		{ TELEMETRY_PROFILE: 'prod', TELEMETRY_BACKEND: 'console' },
		{ OTEL_PROPAGATORS: 'tracecontext,none' },
		{ OTEL_PROPAGATORS: 'tracecontext,tracecontext' },
		{ TELEMETRY_TRACE_RATIO: 'NaN' },
	])('are refused once: %o', (env) => {
		expect(problems(env as Env)).toHaveLength(1);
	});
});
