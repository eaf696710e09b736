import type { BoundMetrics } from '../metrics/bound-metrics.ts';
import { totalOf } from '../metrics/series.ts';

const MINUTE_MS = 60_000;
/** What each counter's losses are called. */
const COUNTERS: Readonly<Record<string, string>> = {
	'pipeline.telemetry.events.counter.events_dropped_total': '',
	'pipeline.telemetry.recorder.counter.records_lost_total': 'RECORDS ',
};

/** Losses by signal and reason: `TRACES QUEUE_FULL`, `RECORDS ABANDONED`. */
export type Losses = Readonly<Record<string, number>>;

/** What telemetry lost so far, as its own counters say. */
export function lossesOf(metrics: BoundMetrics): Losses {
	const losses: Record<string, number> = {};
	for (const { name, series } of metrics.instruments) {
		const prefix = COUNTERS[name];
		if (prefix === undefined) continue;
		for (const one of series.values()) {
			const values = one.read();
			if (values === undefined) continue;
			losses[`${prefix}${Object.values(one.attributes).join(' ')}`] = totalOf(values);
		}
	}
	return losses;
}

interface Sample {
	readonly ms: number;
	readonly losses: Losses;
	readonly records: number;
}

/** What telemetry lost in the last minute, and of how many records. */
export interface MinuteLosses {
	/** Those that were not 0. */
	readonly losses: Losses;
	/** Records that were followed. */
	readonly records: number;
}

export interface LossWindowOptions {
	readonly metrics: BoundMetrics;
	/** Records that were followed so far. */
	readonly records: () => number;
	/** Milliseconds, monotonic. */
	readonly now: () => number;
}

/** Losses of the last minute. `sample` it every few seconds. */
export class LossWindow {
	readonly #options: LossWindowOptions;
	#samples: Sample[];

	constructor(options: LossWindowOptions) {
		this.#options = options;
		this.#samples = [{ ms: options.now(), losses: {}, records: 0 }];
	}

	sample(): void {
		const { metrics, records, now } = this.#options;
		const ms = now();
		this.#samples.push({ ms, losses: lossesOf(metrics), records: records() });
		// The newest of those that are a minute old or older is what the last minute is compared with.
		const begin = this.#samples.findLastIndex((sample) => ms - sample.ms >= MINUTE_MS);
		if (begin > 0) this.#samples = this.#samples.slice(begin);
	}

	lastMinute(): MinuteLosses {
		this.sample();
		const [first, last] = [this.#samples[0], this.#samples.at(-1)] as [Sample, Sample];
		const since = Object.entries(last.losses).map(([key, total]) => [key, total - (first.losses[key] ?? 0)] as const);
		return {
			losses: Object.fromEntries(since.filter(([, lost]) => lost > 0)),
			records: last.records - first.records,
		};
	}
}
