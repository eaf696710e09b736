import { describe, expect, it } from 'vitest';
import { exportersFromEnvironment } from '../src/telemetry/exporters.ts';
import { cli } from './support/cli.ts';
import { grpcSink, httpSink } from './support/otlp-sinks.ts';

const RUN = ['run', '--records', '20', '--json'];
const LONG_MS = 180_000;
const LONG = { timeout: LONG_MS };

interface Request {
	readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly Span[] }[] }[];
}

interface Span {
	readonly name: string;
	readonly attributes: readonly unknown[];
}

interface LogRequest {
	readonly resourceLogs: readonly { readonly scopeLogs: readonly { readonly logRecords: readonly Line[] }[] }[];
}

interface Line {
	readonly eventName: string;
	readonly severityText: string;
	readonly traceId?: string;
	readonly attributes: readonly { readonly key: string }[];
}

const linesIn = ({ resourceLogs }: LogRequest) =>
	resourceLogs.flatMap(({ scopeLogs }) => scopeLogs.flatMap(({ logRecords }) => logRecords));

const spansIn = ({ resourceSpans }: Request) =>
	resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));

describe('OTLP', () => {
	it.each([
		['http/protobuf', 'application/x-protobuf'],
		['http/json', 'application/json'],
	])('sends all signals with %s', { timeout: LONG_MS }, async (protocol, contentType) => {
		const { url, received } = await httpSink();
		const { exitCode, errors } = await cli(RUN, {
			OTEL_EXPORTER_OTLP_ENDPOINT: url,
			OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
		});
		expect([...received].sort(), errors).toEqual([
			`/v1/logs ${contentType}`,
			`/v1/metrics ${contentType}`,
			`/v1/traces ${contentType}`,
		]);
		expect(exitCode).toBe(0);
	});

	it('names namespace, product and mode on every span of a run', { timeout: LONG_MS }, async () => {
		const { url, requests } = await httpSink();
		await cli(RUN, {
			OTEL_EXPORTER_OTLP_ENDPOINT: url,
			OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
			TELEMETRY_NAMESPACE: 'flights',
			TELEMETRY_PRODUCT_NAME: 'birds',
			TELEMETRY_PRODUCT_VERSION: '1.2.3',
		});
		const spans = requests
			.filter(({ path }) => path === '/v1/traces')
			.flatMap(({ body }) => spansIn(JSON.parse(body.toString())));
		const names = new Set(spans.map(({ name }) => name));
		for (const name of ['alpha.record.ingest', 'gamma.trace.complete', 'alpha.batch.assemble', 'beta.batch.process'])
			expect(names).toContain(name);
		for (const { attributes } of spans)
			expect(attributes).toEqual(
				expect.arrayContaining(
					[
						['pipeline.namespace', 'flights'],
						['pipeline.product.name', 'birds'],
						['pipeline.product.version', '1.2.3'],
						['pipeline.mode', 'dev'],
					].map(([key, stringValue]) => ({ key, value: { stringValue } })),
				),
			);
	});

	it('sends what modules say of batches and failed records, and says none of it on the terminal', LONG, async () => {
		const { url, requests } = await httpSink();
		const args = ['run', '--records', '400', '--json', '--faults', 'fail-records', '--seed', 'lines'];
		const { out } = await cli(args, {
			OTEL_EXPORTER_OTLP_ENDPOINT: url,
			OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
		});
		expect(out.trimEnd().split('\n')).toHaveLength(1);
		const lines = requests
			.filter(({ path }) => path === '/v1/logs')
			.flatMap(({ body }) => linesIn(JSON.parse(body.toString())))
			.map((line) => ({ ...line, keys: line.attributes.map(({ key }) => key) }));
		const named = (name: string) => lines.find(({ eventName }) => eventName === `pipeline.${name}`);
		expect(named('alpha.handoff.log.batch_handed_off')).toMatchObject({
			severityText: 'INFO',
			keys: expect.arrayContaining(['pipeline.batch_id', 'pipeline.correlation_id', 'records']),
		});
		expect(named('beta.intake.log.batch_processed')).toMatchObject({ severityText: 'DEBUG' });
		expect(named('gamma.delivery.log.batch_completed')).toMatchObject({ severityText: 'INFO' });
		expect(named('beta.error_queue.log.record_queued')).toMatchObject({
			severityText: 'WARN',
			traceId: expect.stringMatching(/^[\da-f]{32}$/),
			keys: expect.arrayContaining(['pipeline.record_id', 'pipeline.error_code']),
		});
	});

	it('sends all signals with grpc', { timeout: LONG_MS }, async () => {
		const { url, received } = await grpcSink();
		const { exitCode, errors } = await cli(RUN, {
			OTEL_EXPORTER_OTLP_ENDPOINT: url,
			OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
		});
		const service = (name: string) => `/opentelemetry.proto.collector.${name}Service/Export application/grpc`;
		expect([...received].sort(), errors).toEqual(['logs.v1.Logs', 'metrics.v1.Metrics', 'trace.v1.Trace'].map(service));
		expect(exitCode).toBe(0);
	});

	it('hashes names with one key in all processes of a run', { timeout: LONG_MS }, async () => {
		const { url, requests } = await httpSink();
		const env = { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' };
		const { exitCode } = await cli([...RUN, '--processes', '3', '--profile', 'dev'], env);
		expect(exitCode).toBe(0);
		const hashes = requests.flatMap(({ body }) => body.toString().match(/(?<=")[a-z\d]{1,16}:[\da-f]{16}(?=")/g) ?? []);
		const services = new Set(
			requests.flatMap(({ body }) => body.toString().match(/pipeline-(?:alpha|beta|gamma)/g) ?? []),
		);
		expect(services.size).toBe(3);
		expect(new Set(hashes.map((hash) => hash.split(':')[0])).size).toBe(1);
	});

	it('has no exporter where nothing is configured', async () => {
		expect(await exportersFromEnvironment({})).toEqual({ spans: [], logs: [], metrics: [] });
	});

	it('names the protocols that there are', async () => {
		const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', OTEL_EXPORTER_OTLP_PROTOCOL: 'carrier-pigeon' };
		await expect(exportersFromEnvironment(env)).rejects.toThrow('allowed: http/protobuf, http/json, grpc');
	});
});
