export { BoundMetrics, type BoundMetricsOptions } from './bound-metrics.ts';
export { exportFailure } from './export-failure.ts';
export { measuredExporter } from './measured-exporter.ts';
export { createMetricProducer, type MetricProducerOptions, temporalityOf } from './metric-producer.ts';
export { observeProcess } from './process-metrics.ts';
export { PROMETHEUS_CONTENT_TYPE, PrometheusReader, renderPrometheus } from './prometheus-reader.ts';
