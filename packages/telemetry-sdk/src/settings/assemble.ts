import { commonAttributes } from '@pipeline/telemetry-core';
import {
	type Backend,
	type ExporterName,
	type QueueSettings,
	type ResolvedSettings,
	SIGNALS,
	type SignalDestination,
	type SignalName,
} from './settings.ts';
import type { SettingValues } from './table.ts';

const DEFAULT_TIMEOUT_MS = 10_000;
/** Journals yield several events each, in bursts. */
const EVENTS_PER_SPAN = 8;

/** The settings as the rest of the package reads them. */
export function assemble(values: SettingValues): ResolvedSettings {
	const { resourceAttributes, profile } = values;
	const destinations = {
		traces: destinationOf('traces', values),
		metrics: destinationOf('metrics', values),
		logs: destinationOf('logs', values),
	};
	const backend = values.backend ?? backendOf(destinations, values);
	const isExported = (signal: SignalName, by: ExporterName) =>
		backend !== 'noop' && values[`otlp.${signal}.exporter`].includes(by);
	const attributes = commonAttributes({
		TELEMETRY_NAMESPACE: values.namespace,
		TELEMETRY_PRODUCT_NAME: values.productName,
		TELEMETRY_PRODUCT_VERSION: values.productVersion,
		PIPELINE_MODE: values.mode ?? profile,
	});
	const serviceName = values.serviceName ?? resourceAttributes['service.name'] ?? 'pipeline';
	return {
		enabled: values.enabled,
		profile,
		regulated: values.regulated,
		backend,
		modules: values.modules,
		ratio: values.ratio,
		slowOperationMs: values.slowOperationMs,
		slowTraceMs: values.slowTraceMs,
		detail: values.detail,
		maxSpans: values.maxSpans,
		maxSpanDurationS: values.maxSpanDurationS,
		serviceName,
		resource: {
			...resourceOf(values, attributes['pipeline.mode'] ?? ''),
			...resourceAttributes,
			'service.name': serviceName,
		},
		attributes,
		otlp: backend === 'otel' ? destinations : { traces: undefined, metrics: undefined, logs: undefined },
		console: {
			traces: values.backend === 'console' || isExported('traces', 'console'),
			metrics: isExported('metrics', 'console'),
			logs: values.backend === 'console' || isExported('logs', 'console'),
		},
		propagators: values.propagators,
		queue: { traces: queueOf('traces', 1, values), logs: queueOf('logs', EVENTS_PER_SPAN, values) },
		metrics: {
			intervalMs: values['metrics.intervalMs'],
			timeoutMs: Math.min(values['metrics.timeoutMs'], values['metrics.intervalMs']),
		},
		retry: values.retry,
		logs: { level: values['logs.level'], perSecond: values['logs.perSecond'] },
		prom: {
			enabled: values['prom.enabled'] ?? (backend === 'prom' || isExported('metrics', 'prometheus')),
			host: values['prom.host'],
			port: values['prom.port'],
		},
		health: { enabled: values['health.enabled'], host: values['health.host'], port: values['health.port'] },
		redaction: { strict: values['redaction.strict'], keys: values['redaction.keys'] },
		audit: {
			enabled: values['audit.enabled'],
			path: values['audit.path'],
			checksumIntervalS: values['audit.checksumIntervalS'],
			retentionDays: values['audit.retentionDays'],
			maxBytes: values['audit.maxBytes'],
			watermarkUrl: values['audit.watermarkUrl'],
			watermarkHeaders: values['audit.watermarkHeaders'],
			signingKeyFile: values['audit.signingKeyFile'],
		},
	};
}

/** Where telemetry goes if nobody says it: somewhere, as soon as one signal does. */
function backendOf(destinations: ResolvedSettings['otlp'], values: SettingValues): Backend {
	if (Object.values(destinations).some((destination) => destination !== undefined)) return 'otel';
	const exporters = SIGNALS.flatMap((signal) => values[`otlp.${signal}.exporter`]);
	if (exporters.includes('prometheus')) return 'prom';
	return exporters.includes('console') ? 'console' : 'noop';
}

function queueOf(signal: 'traces' | 'logs', times: number, values: SettingValues): QueueSettings {
	const size = values[`queue.${signal}.size`] ?? values['queue.size'] * times;
	return {
		size,
		batchSize: values[`queue.${signal}.batchSize`] ?? Math.min(values['queue.batchSize'], size),
		flushMs: values[`queue.${signal}.flushMs`] ?? values['queue.flushMs'],
		exportTimeoutMs: values[`queue.${signal}.exportTimeoutMs`],
	};
}

/** What the resource says unless its attributes are given. */
function resourceOf(
	{ namespace, productName, productVersion }: SettingValues,
	mode: string,
): Readonly<Record<string, string>> {
	return {
		'service.namespace': namespace,
		'service.version': productVersion,
		// Its older name, for backends that do not know the newer one.
		'deployment.environment': mode,
		'deployment.environment.name': mode,
		'pipeline.name': productName,
	};
}

/** @returns undefined for a signal that has no endpoint, or is not to be sent */
function destinationOf(signal: SignalName, values: SettingValues): SignalDestination | undefined {
	if (!values[`otlp.${signal}.exporter`].includes('otlp')) return undefined;
	const protocol = values[`otlp.${signal}.protocol`] ?? values['otlp.protocol'] ?? 'http/protobuf';
	const own = values[`otlp.${signal}.endpoint`];
	const shared = values['otlp.endpoint'];
	const url = own ?? (shared === undefined || protocol === 'grpc' ? shared : withPath(shared, `v1/${signal}`));
	if (url === undefined) return undefined;
	return {
		url,
		protocol,
		headers: { ...values['otlp.headers'], ...values[`otlp.${signal}.headers`] },
		timeoutMs: values[`otlp.${signal}.timeoutMs`] ?? values['otlp.timeoutMs'] ?? DEFAULT_TIMEOUT_MS,
		compression: values[`otlp.${signal}.compression`] ?? values['otlp.compression'] ?? 'none',
	};
}

function withPath(endpoint: string, path: string): string {
	const url = new URL(endpoint);
	url.pathname += `${url.pathname.endsWith('/') ? '' : '/'}${path}`;
	return url.href;
}
