export type { EncodedSpans } from './encoding/trace-request.ts';
export { traceRequestJson } from './export/otlp-json.ts';
export type { OtlpProtocol } from './export/otlp-protocol.ts';
export { type FlagSource, MASTER_FLAG, moduleFlag, PERCENTAGE_FLAG } from './flags/flag-source.ts';
export { type LocalFlags, localFlags } from './flags/local-flags.ts';
export { type FlagClient, openFeatureFlags } from './flags/open-feature-flags.ts';
export type {
	ComponentHealth,
	HealthFinding,
	HealthReport,
	HealthSource,
	HealthStatus,
} from './health-server/health-source.ts';
export { type Correlation, telemetryMixin } from './logs/correlation.ts';
export type { LogBindings, ModuleLogs } from './logs/module-logs.ts';
export {
	BoundMetrics,
	type BoundMetricsOptions,
	createMetricProducer,
	type MetricProducerOptions,
	measuredExporter,
	observeProcess,
	PROMETHEUS_CONTENT_TYPE,
	PrometheusReader,
	renderPrometheus,
	temporalityOf,
} from './metrics/index.ts';
export { createExporters, type Exporters } from './provider/exporters.ts';
export { register } from './provider/register.ts';
export { TelemetryProvider, type TelemetryProviderOptions } from './provider/telemetry-provider.ts';
export type { ReceiptSink, SpanSink } from './provider/trace-pipeline.ts';
export { createFlightRecorder, type FlightRecorder, type FlightRecorderOptions } from './recorder/flight-recorder.ts';
export {
	createRedaction,
	parseRedactionKeys,
	type Redaction,
	type RedactionDetector,
	type RedactionKey,
	type RedactionObserver,
	RedactionOptionError,
	type RedactionOptions,
} from './redaction/index.ts';
export { loadSettings } from './settings/load-settings.ts';
export { PROFILE_NAMES, PROFILES, type Profile, type ProfileName } from './settings/profiles.ts';
export { SettingError, type SettingIssue } from './settings/setting-error.ts';
export type {
	Backend,
	ExporterName,
	Mode,
	OtlpSettings,
	OtlpSignalSettings,
	PropagatorName,
	QueueSettings,
	ResolvedSettings,
	RetrySettings,
	SignalDestination,
	SignalName,
	TelemetrySettings,
} from './settings/settings.ts';
