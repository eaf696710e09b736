import { metric } from '../registry/telemetry/index.ts';
import { MetricFamily } from './metric-family.ts';

const families = new Map<string, MetricFamily>();

/** Counts something about telemetry itself. Straight to the metrics, never through the event sink: a full sink cannot hide its own drops. */
export function selfMetric(name: keyof typeof metric & string, ...values: string[]): void {
	let family = families.get(name);
	if (family === undefined) {
		family = new MetricFamily(metric[name]);
		families.set(name, family);
	}
	family.of(...values).add(1);
}
