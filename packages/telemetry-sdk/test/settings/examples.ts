/** Manifests as people write them. `values`: what is in them, for tests that try values elsewhere. */
export const EXAMPLES: readonly {
	readonly name: string;
	readonly manifest: object;
	readonly values: readonly unknown[];
}[] = [
	{ name: 'an empty one', manifest: {}, values: [] },
	{ name: 'a profile', manifest: { profile: 'staging' }, values: ['staging'] },
	{
		name: 'production behind a collector',
		manifest: {
			profile: 'prod',
			plugins: { telemetry_backend: 'otel' },
			namespace: 'flights',
			product_name: 'birds',
			product_version: '1.2.3',
			ratio: 0.05,
			modules: ['alpha', 'beta'],
			resource_attributes: { 'deployment.environment.name': 'production' },
			otlp: {
				endpoint: 'https://collector:4318',
				protocol: 'http/protobuf',
				headers: { authorization: 'Bearer token' },
				timeout_ms: 5_000,
				compression: 'gzip',
				logs: { exporter: 'none' },
				metrics: {
					endpoint: 'https://metrics:4318/v1/metrics',
					protocol: 'grpc',
					exporter: ['otlp', 'prometheus'],
				},
			},
			queue: { size: 16_384, batch_size: 1_024, flush_ms: 1_000 },
			retry: { initial_ms: 500, factor: 1.5, max_ms: 5_000, attempts: 3 },
			audit: { path: '/var/lib/pipeline/audit', checksum_interval_s: 60, retention_days: 3_650 },
		},
		values: [
			'otel',
			'https://collector:4318',
			'http/protobuf',
			'gzip',
			'none',
			['alpha'],
			['otlp', 'console'],
			['baggage', 'baggage'],
			{ authorization: 'token' },
		],
	},
	{
		name: 'metrics to be scraped',
		manifest: {
			profile: 'dev',
			plugins: { telemetry_backend: 'prom' },
			prom: { enabled: true, port: 9_464 },
			health: { enabled: true, host: '0.0.0.0' },
		},
		values: ['prom', true, 9_464, '0.0.0.0'],
	},
	{
		name: 'a quiet development',
		manifest: { profile: 'dev', logs: { level: 'WARN', per_second: 10 }, audit: { enabled: false } },
		values: ['WARN', 10, false, { initial_ms: 1, factor: 1, max_ms: 1, attempts: 1 }],
	},
];
