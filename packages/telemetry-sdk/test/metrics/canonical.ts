import type { HrTime } from '@opentelemetry/api';
import { JsonMetricsSerializer, ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer';
import { emptyResource } from '@opentelemetry/resources';
import type { DataPoint, MetricData, ResourceMetrics, ScopeMetrics } from '@opentelemetry/sdk-metrics';

const TIME: HrTime = [1_700_000_000, 0];

const byText = (a: string, b: string) => Number(a > b) - Number(a < b);

function canonicalPoint(point: DataPoint<unknown>): DataPoint<unknown> {
	const attributes = Object.fromEntries(Object.entries(point.attributes).sort(([a], [b]) => byText(a, b)));
	return { ...point, startTime: TIME, endTime: TIME, attributes };
}

function canonicalMetric(metric: MetricData): MetricData {
	const dataPoints = (metric.dataPoints as DataPoint<unknown>[]).map(canonicalPoint);
	dataPoints.sort((a, b) => byText(JSON.stringify(a.attributes), JSON.stringify(b.attributes)));
	return { ...metric, dataPoints } as MetricData;
}

function canonicalScope({ scope, metrics }: ScopeMetrics): ScopeMetrics {
	const known = metrics.filter(({ descriptor }) => !descriptor.name.startsWith('pipeline.telemetry.'));
	known.sort((a, b) => byText(a.descriptor.name, b.descriptor.name));
	return { scope, metrics: known.map(canonicalMetric) };
}

/** The same metrics in one order and at one time, without what is said about metrics themselves. */
function canonical({ scopeMetrics }: ResourceMetrics): ResourceMetrics {
	const scopes = scopeMetrics.map(canonicalScope).filter(({ metrics }) => metrics.length > 0);
	scopes.sort((a, b) => byText(a.scope.name, b.scope.name));
	return { resource: emptyResource(), scopeMetrics: scopes };
}

/** What an OTLP exporter would send, in both encodings, order, times and resource aside. */
export function otlp(collected: ResourceMetrics): { readonly json: string; readonly protobuf: string } {
	const metrics = canonical(collected);
	return {
		json: Buffer.from(JsonMetricsSerializer.serializeRequest(metrics) as Uint8Array).toString(),
		protobuf: Buffer.from(ProtobufMetricsSerializer.serializeRequest(metrics) as Uint8Array).toString('base64'),
	};
}
