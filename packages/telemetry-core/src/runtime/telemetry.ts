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

/** Switches parts of telemetry on (or to another implementation); nothing in a copy that met an incompatible one. @returns a function that restores what was there before */
export function installTelemetry(parts: Partial<Omit<Telemetry, 'epoch'>>): () => void {
	if (isApart()) return () => {};
	const { epoch: _, ...before } = telemetry;
	Object.assign(telemetry, parts);
	telemetry.epoch++;
	return () => {
		Object.assign(telemetry, before);
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
}
