import type { BoundMetric, MetricAttributes, MetricDef, Metrics } from '@pipeline/telemetry-core';
import { metric } from '@pipeline/telemetry-core/telemetry';
import { type ExportFailure, exportFailure } from '../metrics/export-failure.ts';
import type { Outage } from './outages.ts';

const EXPORTS = metric['pipeline.telemetry.exporter.counter.exports_total'];
const FAILURES = metric['pipeline.telemetry.exporter.counter.export_failures_total'];
const ITEMS = metric['pipeline.telemetry.exporter.counter.items_exported_total'];
const BYTES = metric['pipeline.telemetry.exporter.counter.bytes_exported_total'];
const RETRIES = metric['pipeline.telemetry.exporter.counter.retries_total'];
const SECONDS = metric['pipeline.telemetry.exporter.histogram.export_duration_seconds'];
const SINCE_SUCCESS = metric['pipeline.telemetry.exporter.gauge.seconds_since_success'];
const BATCH_SIZE = metric['pipeline.telemetry.queue.histogram.batch_size'];
const DROPPED = metric['pipeline.telemetry.events.counter.events_dropped_total'];

export type Signal = 'TRACES' | 'LOGS' | 'METRICS';

/** One request that ended. */
export interface ExportAttempt {
	/** By the monitor's clock. */
	readonly startedMs: number;
	readonly items: number;
	/** Where they are known. */
	readonly bytes?: number | undefined;
	/** Absent: it was accepted. */
	readonly error?: unknown;
	/** It will be sent again. */
	readonly isRetried?: boolean;
}

/** How the export of a signal is. Times in milliseconds by the monitor's clock. */
export interface ExporterState {
	readonly signal: Signal;
	/** Undefined before the first. */
	readonly lastSuccessMs: number | undefined;
	/** Since when every request failed; undefined while they are accepted. */
	readonly failingSinceMs: number | undefined;
	readonly failure: ExportFailure | undefined;
}

/** Counts one signal's exports in `pipeline.telemetry.*` metrics, and remembers how they go. */
export class ExportMonitor {
	/** Milliseconds, monotonic. */
	readonly now: () => number;
	readonly #signal: Signal;
	readonly #metrics: Metrics;
	readonly #startedMs: number;
	readonly #outage: Outage | undefined;
	#lastSuccessMs: number | undefined;
	#failingSinceMs: number | undefined;
	#failure: ExportFailure | undefined;

	/** @param outage told when exports fail, and when they work again */
	constructor(signal: Signal, metrics: Metrics, now: () => number = () => performance.now(), outage?: Outage) {
		this.#signal = signal;
		this.#metrics = metrics;
		this.now = now;
		this.#startedMs = now();
		this.#outage = outage;
		metrics.observe(SINCE_SUCCESS, (observe) =>
			observe((now() - (this.#lastSuccessMs ?? this.#startedMs)) / 1_000, { 'pipeline.signal': signal }),
		);
	}

	get state(): ExporterState {
		return {
			signal: this.#signal,
			lastSuccessMs: this.#lastSuccessMs,
			failingSinceMs: this.#failingSinceMs,
			failure: this.#failure,
		};
	}

	ended({ startedMs, items, bytes, error, isRetried = false }: ExportAttempt): void {
		const nowMs = this.now();
		const failure = error === undefined ? undefined : exportFailure(error);
		const outcome = failure === undefined ? 'SUCCESS' : failure === 'TIMEOUT' ? 'TIMEOUT' : 'FAILURE';
		this.#bind(EXPORTS, { 'pipeline.outcome': outcome }).add(1);
		this.#bind(SECONDS, { 'pipeline.outcome': outcome }).record((nowMs - startedMs) / 1_000);
		if (isRetried) this.#bind(RETRIES).add(1);
		this.#failure = failure;
		if (failure !== undefined) {
			this.#failingSinceMs ??= nowMs;
			this.#bind(FAILURES, { 'error.type': failure }).add(1);
			if (!isRetried) this.#outage?.failed(error);
			return;
		}
		this.#failingSinceMs = undefined;
		this.#lastSuccessMs = nowMs;
		this.#outage?.worked();
		this.#bind(ITEMS).add(items);
		this.#bind(BATCH_SIZE).record(items);
		if (bytes !== undefined) this.#bind(BYTES).add(bytes);
	}

	/** Items that will not arrive. */
	lost(reason: string, items: number): void {
		if (items <= 0) return;
		this.#bind(DROPPED, { 'pipeline.reason': reason }).add(items);
		this.#outage?.lost(items);
	}

	#bind(definition: MetricDef, attributes: MetricAttributes = {}): BoundMetric {
		return this.#metrics.bind(definition, { 'pipeline.signal': this.#signal, ...attributes });
	}
}

/** One for each signal that is exported. */
export class ExportMonitors {
	readonly #metrics: Metrics;
	readonly #outageOf: (signal: Signal) => Outage | undefined;
	readonly #monitors = new Map<Signal, ExportMonitor>();

	constructor(metrics: Metrics, outageOf: (signal: Signal) => Outage | undefined = () => undefined) {
		this.#metrics = metrics;
		this.#outageOf = outageOf;
	}

	of(signal: Signal): ExportMonitor {
		const known = this.#monitors.get(signal);
		if (known !== undefined) return known;
		const created = new ExportMonitor(signal, this.#metrics, undefined, this.#outageOf(signal));
		this.#monitors.set(signal, created);
		return created;
	}

	/** How their exports go. */
	get states(): readonly ExporterState[] {
		return [...this.#monitors.values()].map(({ state }) => state);
	}
}
