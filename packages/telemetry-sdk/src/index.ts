export type { EncodedSpans } from './encoding/trace-request.ts';
export { traceRequestJson } from './export/otlp-json.ts';
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
export { PROFILE_NAMES, PROFILES, type Profile, type ProfileName } from './provider/profiles.ts';
export { register } from './provider/register.ts';
export { SettingError, type TelemetrySettings } from './provider/settings.ts';
export { TelemetryProvider, type TelemetryProviderOptions } from './provider/telemetry-provider.ts';
export type { SpanSink } from './provider/trace-pipeline.ts';
export { createFlightRecorder, type FlightRecorder, type FlightRecorderOptions } from './recorder/flight-recorder.ts';
