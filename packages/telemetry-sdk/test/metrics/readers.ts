import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { emptyResource } from '@opentelemetry/resources';
import {
	AggregationTemporality,
	type DataPoint,
	InMemoryMetricExporter,
	MeterProvider,
	type MetricProducer,
	PeriodicExportingMetricReader,
	type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import type { Scope } from '@pipeline/telemetry-core';

export const scopeOf = (base: number): Scope => ({ name: `@pipeline/module-${base}`, version: `1.0.${base}` });

/** A real periodic reader that exports into memory when it is told to. */
export function periodicReader(
	metricProducers: MetricProducer[] = [],
	temporality: AggregationTemporality = AggregationTemporality.CUMULATIVE,
) {
	const exporter = new InMemoryMetricExporter(temporality);
	const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 2 ** 31 - 1, metricProducers });
	const provider = new MeterProvider({ readers: [reader] });
	return {
		provider,
		async export(): Promise<ResourceMetrics> {
			exporter.reset();
			await reader.forceFlush();
			// A reader exports nothing when there is nothing.
			return exporter.getMetrics()[0] ?? { resource: emptyResource(), scopeMetrics: [] };
		},
		shutdown: () => provider.shutdown(),
	};
}

/** The stock Prometheus exporter, scraped over HTTP. */
export async function prometheusEndpoint(metricProducers: MetricProducer[] = []) {
	const exporter = new PrometheusExporter({ preventServerStart: true, withoutScopeInfo: true, metricProducers });
	const provider = new MeterProvider({ readers: [exporter] });
	const server = createServer((request, response) => exporter.getMetricsRequestHandler(request, response));
	await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
	const { port } = server.address() as AddressInfo;
	const get = () => fetch(`http://127.0.0.1:${port}/metrics`);
	return {
		provider,
		scrape: async () => (await get()).text(),
		contentType: async () => (await get()).headers.get('content-type') ?? '',
		async shutdown() {
			server.closeAllConnections();
			server.close();
			await provider.shutdown();
		},
	};
}

/** One point, without its times. */
export interface PointView {
	readonly name: string;
	readonly attributes: Readonly<Record<string, unknown>>;
	readonly value: unknown;
}

type Collected = Pick<ResourceMetrics, 'scopeMetrics'>;

function allPoints({ scopeMetrics }: Collected): PointView[] {
	const metrics = scopeMetrics.flatMap((scope) => scope.metrics);
	return metrics.flatMap(({ descriptor: { name }, dataPoints }) =>
		(dataPoints as DataPoint<unknown>[]).map(({ attributes, value }) => ({
			name,
			attributes: { ...attributes },
			value,
		})),
	);
}

/** Everything that was collected, without what is said about metrics themselves. */
export function pointsOf(collected: Collected): PointView[] {
	return allPoints(collected).filter(({ name }) => !name.startsWith('pipeline.telemetry.'));
}

/** Values of one metric by its attributes, written `key=value,…`. */
export function valuesOf(collected: Collected, metric: string): Record<string, unknown> {
	const labels = ({ attributes }: PointView) =>
		Object.entries(attributes)
			.map(([key, text]) => `${key.replace('pipeline.', '')}=${String(text)}`)
			.join();
	const points = allPoints(collected).filter(({ name }) => name === metric);
	return Object.fromEntries(points.map((point) => [labels(point), point.value]));
}
