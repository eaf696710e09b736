import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import {
	AggregationTemporality,
	type MetricProducer,
	MetricReader,
	type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';

/** Content type of what `renderPrometheus` gives. */
export const PROMETHEUS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * Metrics in the Prometheus text format. Names are taken as they are, apart from characters that Prometheus does not know: give it what a
 * producer with Prometheus names collected.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function renderPrometheus(metrics: ResourceMetrics): string {
	const text = new PrometheusSerializer(undefined, false, undefined, false, true).serialize(metrics);
	return text.endsWith('\n') ? text : `${text}\n`;
}

/** A reader to be scraped: register it with a `MeterProvider` and serve `scrape()`. */
export class PrometheusReader extends MetricReader {
	/** @param producers sources besides the `MeterProvider`: `createMetricProducer(metrics, { names: 'prometheus', … })` */
	constructor(producers: readonly MetricProducer[]) {
		super({
			metricProducers: [...producers],
			aggregationTemporalitySelector: () => AggregationTemporality.CUMULATIVE,
		});
	}

	/**
	 * Collects once.
	 *
	 * @returns Prometheus text, of `PROMETHEUS_CONTENT_TYPE`
	 * @throws Error when the reader has no `MeterProvider` or was shut down
	 */
	async scrape(): Promise<string> {
		const { resourceMetrics } = await this.collect();
		return renderPrometheus(resourceMetrics);
	}

	protected override async onForceFlush(): Promise<void> {}

	protected override async onShutdown(): Promise<void> {}
}
