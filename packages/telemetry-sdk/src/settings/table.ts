import type { DetailLevel } from '@pipeline/telemetry-core/registry';
import type { Severity } from '@pipeline/telemetry-core/schema';
import { ratioOfSampler } from './environment.ts';
import { allSignals, oneSignal } from './otlp-settings.ts';
import { PROFILE_NAMES } from './profiles.ts';
import { allQueues, oneQueue } from './queue-settings.ts';
import { redactionKeys } from './redaction-keys.ts';
import { retry } from './retry-setting.ts';
import { byProfile, fixed, optional, type Setting } from './setting.ts';
import { attributes, boolean, choice, headers, integer, names, number, several, text, url } from './setting-types.ts';
import { BACKENDS, type Mode } from './settings.ts';

const DETAILS: readonly DetailLevel[] = ['minimal', 'standard', 'full'];
const MODES: readonly Mode[] = ['dev', 'staging', 'prod'];
const LEVELS: readonly Severity[] = ['DEBUG', 'INFO', 'WARN', 'ERROR', 'CRITICAL'];

/** Every setting, by the path of its option. */
export const SETTINGS = {
	profile: fixed(choice(PROFILE_NAMES), 'off', {
		env: ['TELEMETRY_PROFILE'],
		description: 'what the others are by default',
	}),
	regulated: fixed(boolean, false, {
		env: ['TELEMETRY_REGULATED'],
		description: 'on top of the profile: export only encrypted and authenticated, audit as in prod',
	}),
	enabled: byProfile(boolean, ({ enabled }) => enabled, {
		env: ['TELEMETRY_ENABLED'],
		defaultText: 'false under off, else true',
		description: 'whether telemetry is on; OTEL_SDK_DISABLED=true switches it off whatever this says',
	}),
	backend: optional(choice(BACKENDS), {
		env: ['TELEMETRY_BACKEND'],
		key: 'plugins.telemetry_backend',
		defaultText: 'otel where a signal has an endpoint, else as its exporter says, else noop',
		description: 'where telemetry goes; with prom metrics are scraped and nothing is sent, with noop nothing at all',
	}),
	modules: optional(names, {
		env: ['TELEMETRY_MODULES'],
		defaultText: 'all',
		description: 'modules whose instrumentations are switched on',
	}),
	ratio: byProfile(number(0, 1), ({ ratio }) => ratio, {
		env: ['TELEMETRY_TRACE_RATIO', ratioOfSampler],
		description: 'share of the traces that are kept whatever happens',
	}),
	slowOperationMs: byProfile(number(1, 3_600_000), ({ slowOperationMs }) => slowOperationMs, {
		env: ['TELEMETRY_SLOW_OPERATION_MS'],
		description: 'a stage that works for so long keeps its trace',
	}),
	slowTraceMs: byProfile(number(1, 86_400_000), ({ slowTraceMs }) => slowTraceMs, {
		env: ['TELEMETRY_SLOW_TRACE_MS'],
		description: 'a record that is here for so long keeps its trace',
	}),
	detail: byProfile(choice(DETAILS), ({ detail }) => detail, {
		env: ['TELEMETRY_DETAIL'],
		description: 'which spans and attributes of a record are written',
	}),
	maxSpans: fixed(integer(100, 1_000_000), 10_000, {
		env: ['TRACE_MAX_SPANS'],
		description: 'spans of a record',
	}),
	maxSpanDurationS: fixed(number(1, 86_400), 3_600, {
		env: ['SPAN_MAX_DURATION_S'],
		description:
			'seconds that a record may be open in this process; its open spans are ended then, and count as abandoned',
	}),
	serviceName: optional(text, {
		env: ['OTEL_SERVICE_NAME'],
		defaultText: 'service.name of the resource attributes, else pipeline',
		description: 'name of the process',
	}),
	resourceAttributes: fixed(
		attributes,
		{},
		{ env: ['OTEL_RESOURCE_ATTRIBUTES'], defaultText: 'none', description: 'attributes of the process' },
	),
	namespace: fixed(text, 'default', {
		env: ['TELEMETRY_NAMESPACE'],
		description: 'pipeline.namespace of every span',
	}),
	productName: fixed(text, 'default', {
		env: ['TELEMETRY_PRODUCT_NAME', 'PIPELINE_NAME'],
		description: 'pipeline.product.name of every span',
	}),
	productVersion: fixed(text, '0.0.0', {
		env: ['TELEMETRY_PRODUCT_VERSION'],
		description: 'pipeline.product.version of every span',
	}),
	mode: optional(
		// The variable is the application's: what is neither staging nor production counts as development.
		choice(MODES, (given) => (given === 'staging' ? given : given.startsWith('prod') ? 'prod' : 'dev')),
		{ env: ['PIPELINE_MODE'], defaultText: 'as the profile', description: 'pipeline.mode of every span' },
	),
	...allSignals(),
	...oneSignal('traces'),
	...oneSignal('metrics'),
	...oneSignal('logs'),
	propagators: fixed(several(['tracecontext', 'baggage'], 'none'), ['tracecontext', 'baggage'], {
		env: ['OTEL_PROPAGATORS'],
		defaultText: 'tracecontext,baggage',
		description: 'headers of calls by libraries; what records carry between modules is not concerned',
	}),
	...allQueues(),
	...oneQueue('traces', 'OTEL_BSP_', 'spans'),
	...oneQueue('logs', 'OTEL_BLRP_', 'events and log lines'),
	'metrics.intervalMs': fixed(integer(1, 86_400_000), 10_000, {
		env: ['OTEL_METRIC_EXPORT_INTERVAL'],
		description: 'milliseconds between two exports of metrics',
	}),
	'metrics.timeoutMs': fixed(integer(1, 86_400_000), 30_000, {
		env: ['OTEL_METRIC_EXPORT_TIMEOUT'],
		description: 'milliseconds that one may take, and no longer than until the next',
	}),
	retry: fixed(
		retry,
		{ initialMs: 1_000, factor: 2, maxMs: 30_000, attempts: 5 },
		{
			env: ['TELEMETRY_RETRY'],
			defaultText: '1000,2,30000,5',
			description: 'first wait in ms, factor, longest wait in ms, attempts; over gRPC: HTTP has those of OpenTelemetry',
		},
	),
	'logs.level': byProfile(
		choice(LEVELS, (given) => given.toUpperCase()),
		({ logLevel }) => logLevel,
		{ env: ['LOG_LEVEL'], description: 'least severe log line that is written' },
	),
	'logs.perSecond': byProfile(integer(0, 1_000_000), ({ logsPerSecond }) => logsPerSecond, {
		env: ['TELEMETRY_LOGS_PER_SECOND'],
		description: 'log lines of a module in a second; 0: no limit',
	}),
	'prom.enabled': optional(boolean, {
		env: ['PROM_ENABLED'],
		defaultText: 'true where the backend or an exporter says so, else false',
		description: 'whether metrics can be scraped',
	}),
	'prom.host': fixed(text, '127.0.0.1', {
		env: ['PROM_EXPORT_HOST', 'OTEL_EXPORTER_PROMETHEUS_HOST'],
		description: 'address on which they can',
	}),
	'prom.port': fixed(integer(0, 65_535), 9_090, {
		env: ['PROM_EXPORT_PORT', 'OTEL_EXPORTER_PROMETHEUS_PORT'],
		description: 'port of that; 0: any that is free',
	}),
	'redaction.strict': byProfile(boolean, ({ isRedactionStrict }) => isRedactionStrict, {
		env: ['TELEMETRY_REDACTION_STRICT'],
		description: 'whether only known attributes leave the process; always when regulated',
	}),
	'redaction.keys': optional(redactionKeys, {
		env: ['TELEMETRY_REDACTION_KEYS'],
		defaultText: 'a random one of the process',
		description: 'keys of hashed names, the newest first',
	}),
	'health.enabled': fixed(boolean, false, {
		env: ['HEALTH_ENABLED'],
		description: 'whether the process answers /health, /ready and /live',
	}),
	'health.host': fixed(text, '127.0.0.1', {
		env: ['HEALTH_HOST'],
		description: 'address on which it does',
	}),
	'health.port': fixed(integer(0, 65_535), 8_080, {
		env: ['HEALTH_PORT'],
		description: 'port of that; 0: any that is free',
	}),
	'audit.enabled': fixed(boolean, true, {
		env: ['AUDIT_ENABLED'],
		description: 'false under off and dev only',
	}),
	'audit.path': optional(text, {
		env: ['AUDIT_PATH'],
		defaultText: 'none under off and dev, else telemetry-audit',
		description: 'folder of the audit files',
	}),
	'audit.checksumIntervalS': fixed(integer(1, 86_400), 300, {
		env: ['AUDIT_CHECKSUM_INTERVAL'],
		description: 'seconds between signed checkpoints',
	}),
	'audit.retentionDays': byProfile(integer(1, 36_525), ({ auditRetentionDays }) => auditRetentionDays, {
		env: ['AUDIT_RETENTION_DAYS'],
		description: 'days that audit is kept; 30 or more under staging, 2557 or more under prod and regulated',
	}),
	'audit.maxBytes': fixed(integer(1_048_576, 2 ** 50), 8 * 2 ** 30, {
		env: ['AUDIT_MAX_BYTES'],
		description: 'bytes that the audit files may take, of all processes that share the folder',
	}),
	'audit.watermarkUrl': optional(url, {
		env: ['AUDIT_WATERMARK_URL'],
		defaultText: 'none',
		description: 'with {producer} in it: where a store says what it has for good; files go then',
	}),
	'audit.watermarkHeaders': optional(headers, {
		env: ['AUDIT_WATERMARK_HEADERS'],
		defaultText: 'none',
		description: 'headers of that request, authentication most often',
	}),
	'audit.signingKeyFile': optional(text, {
		env: ['AUDIT_SIGNING_KEY_FILE'],
		defaultText: 'none',
		description: 'Ed25519 private key (PEM) that signs checkpoints; without it one that lives as long as the process',
	}),
};

export type SettingName = keyof typeof SETTINGS;

/** A value for every setting. */
export type SettingValues = {
	readonly [K in SettingName]: ReturnType<(typeof SETTINGS)[K]['byDefault']>;
};

export const SETTING_NAMES = Object.keys(SETTINGS) as readonly SettingName[];

/** Its place in the manifest, with dots between the levels. */
export function manifestKey(name: SettingName): string {
	const { key }: Setting<unknown> = SETTINGS[name] as Setting<unknown>;
	return key ?? name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

export const MANIFEST_KEYS: readonly string[] = SETTING_NAMES.map(manifestKey);
