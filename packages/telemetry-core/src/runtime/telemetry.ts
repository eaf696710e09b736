import { noopTracer } from '../journal/noop-tracer.ts';
import type { RecordTracer } from '../journal/tracer.ts';
import { type EventSink, noopEventSink } from '../signals/event-sink.ts';
import { type Metrics, noopMetrics } from '../signals/metrics.ts';
import { globalCell, isApart } from './global-slot.ts';

/** What is switched on in this process. Read its fields each time: they change when telemetry is switched on or off. */
export interface Telemetry {
	/** Who installed it: `none`, `opentelemetry` (the API alone) or the SDK's own name. */
	source: string;
	tracer: RecordTracer;
	events: EventSink;
	metrics: Metrics;
	/** Attributes of every span this process creates: namespace, product, mode. */
	attributes: Readonly<Record<string, string>>;
	/** What has to be waited for before more records are brought in: audit that cannot be written, under `regulated` only. Undefined: nothing. */
	hold: () => Promise<void> | undefined;
	/** Counts changes; whoever caches something made from a field compares it. */
	epoch: number;
}

const notHeld = (): undefined => undefined;

/** The process-wide telemetry, one for all copies of this package. Everything is off until something is installed. */
export const telemetry: Telemetry = globalCell<Telemetry>('telemetry', () => ({
	source: 'none',
	tracer: noopTracer,
	events: noopEventSink,
	metrics: noopMetrics,
	attributes: {},
	hold: notHeld,
	epoch: 0,
}));

type Parts = Partial<Omit<Telemetry, 'epoch'>>;

interface Layer {
	readonly parts: Parts;
	/** What there was before it, of the same parts. */
	readonly before: Parts;
}

/** What was installed and not taken away again, the newest last. */
const layers = globalCell<Layer[]>('layers', () => []);

/**
 * Switches parts of telemetry on (or to another implementation); nothing in a copy that met an incompatible one.
 *
 * @returns a function that restores what was there before; what was installed over it meanwhile stays
 */
export function installTelemetry(parts: Parts): () => void {
	if (isApart()) return () => {};
	const keys = Object.keys(parts) as (keyof Parts)[];
	const layer: Layer = { parts, before: Object.fromEntries(keys.map((key) => [key, telemetry[key]])) };
	layers.push(layer);
	Object.assign(telemetry, parts);
	telemetry.epoch++;
	return () => {
		const at = layers.indexOf(layer);
		if (at < 0) return;
		layers.splice(at, 1);
		for (const key of keys) {
			const above = layers.slice(at).find(({ parts: own }) => key in own);
			Object.assign(above?.before ?? telemetry, { [key]: layer.before[key] });
		}
		telemetry.epoch++;
	};
}

/** Switches all of telemetry off. */
export function uninstallTelemetry(): void {
	installTelemetry({
		source: 'none',
		tracer: noopTracer,
		events: noopEventSink,
		metrics: noopMetrics,
		attributes: {},
		hold: notHeld,
	});
	layers.length = 0;
}
