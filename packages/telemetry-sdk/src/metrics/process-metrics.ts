import { availableParallelism } from 'node:os';
import {
	constants,
	monitorEventLoopDelay,
	type PerformanceEntry,
	PerformanceObserver,
	performance,
} from 'node:perf_hooks';
import { getHeapSpaceStatistics } from 'node:v8';
import type { Attributes, Meter, Observable, ObservableResult } from '@opentelemetry/api';

const NS_PER_S = 1e9;
const US_PER_S = 1e6;
const MS_PER_S = 1e3;

/** Readers that collect more often than this see the same utilisation. */
const MIN_WINDOW_MS = 1_000;
const DELAY_RESOLUTION_MS = 20;

const GC_TYPES: Readonly<Record<number, string>> = {
	[constants.NODE_PERFORMANCE_GC_MINOR]: 'minor',
	[constants.NODE_PERFORMANCE_GC_MAJOR]: 'major',
	[constants.NODE_PERFORMANCE_GC_INCREMENTAL]: 'incremental',
	[constants.NODE_PERFORMANCE_GC_WEAKCB]: 'weakcb',
};

/** A `gc` entry; the type of an entry does not know its detail. */
type CollectionEntry = PerformanceEntry & { readonly detail?: { readonly kind?: number } };

type Observer = (result: ObservableResult) => void;

/**
 * Processor, memory, event loop and garbage collection of this process under the names of the semantic conventions. It works only when
 * a reader collects, apart from garbage collections, which are counted as they happen, and a timer of 20 ms for the delay of the event loop.
 *
 * @returns stops measuring
 * @see https://opentelemetry.io/docs/specs/semconv/runtime/nodejs-metrics/
 * @see https://opentelemetry.io/docs/specs/semconv/system/process-metrics/
 */
export function observeProcess(meter: Meter): () => void {
	const stops = [observeProcessor(meter), observeMemory(meter), observeEventLoop(meter), observeCollections(meter)];
	return () => {
		for (const stop of stops) stop();
	};
}

/** What must be read over a window is read at most once in it, however many readers ask. */
function windowed<T>(read: (elapsedMs: number) => T): () => T {
	let readAt = performance.now();
	let last: T | undefined;
	return () => {
		const now = performance.now();
		if (last === undefined || now - readAt >= MIN_WINDOW_MS) {
			last = read(Math.max(now - readAt, Number.MIN_VALUE));
			readAt = now;
		}
		return last;
	};
}

function following(observers: readonly (readonly [Observable, Observer])[]): () => void {
	for (const [instrument, observer] of observers) instrument.addCallback(observer);
	return () => {
		for (const [instrument, observer] of observers) instrument.removeCallback(observer);
	};
}

function observeProcessor(meter: Meter): () => void {
	const modes = (result: ObservableResult, { user, system }: NodeJS.CpuUsage, scale: number) => {
		result.observe(user / scale, { 'cpu.mode': 'user' });
		result.observe(system / scale, { 'cpu.mode': 'system' });
	};
	let before = process.cpuUsage();
	const share = windowed((elapsedMs) => {
		const used = process.cpuUsage(before);
		before = process.cpuUsage();
		return { used, availableUs: (elapsedMs / MS_PER_S) * US_PER_S * availableParallelism() };
	});
	const time = meter.createObservableCounter('process.cpu.time', {
		unit: 's',
		description: 'Processor time this process has used.',
	});
	const utilization = meter.createObservableGauge('process.cpu.utilization', {
		unit: '1',
		description: 'Share of the available processors that this process used since it was read last.',
	});
	return following([
		[time, (result) => modes(result, process.cpuUsage(), US_PER_S)],
		[
			utilization,
			(result) => {
				const { used, availableUs } = share();
				modes(result, used, availableUs);
			},
		],
	]);
}

function observeMemory(meter: Meter): () => void {
	const bytes = (name: string, description: string) =>
		meter.createObservableUpDownCounter(name, { unit: 'By', description });
	const spaces =
		(read: (space: ReturnType<typeof getHeapSpaceStatistics>[number]) => number) => (result: ObservableResult) => {
			for (const space of getHeapSpaceStatistics())
				result.observe(read(space), { 'v8js.heap.space.name': space.space_name });
		};
	const uptime = meter.createObservableGauge('process.uptime', {
		unit: 's',
		description: 'Time since the process began.',
	});
	return following([
		[
			bytes('process.memory.usage', 'Physical memory that this process uses.'),
			(result) => result.observe(process.memoryUsage.rss()),
		],
		[bytes('v8js.memory.heap.used', 'Heap memory in use, by space.'), spaces((space) => space.space_used_size)],
		[bytes('v8js.memory.heap.limit', 'Heap memory set aside, by space.'), spaces((space) => space.space_size)],
		[uptime, (result) => result.observe(process.uptime())],
	]);
}

function observeEventLoop(meter: Meter): () => void {
	const histogram = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });
	histogram.enable();
	let before = performance.eventLoopUtilization();
	const read = windowed(() => {
		const now = performance.eventLoopUtilization();
		const { utilization } = performance.eventLoopUtilization(now, before);
		before = now;
		const delays = { p50: histogram.percentile(50), p99: histogram.percentile(99), max: histogram.max };
		const isMeasured = histogram.count > 0;
		histogram.reset();
		return { utilization, delays: isMeasured ? delays : undefined };
	});
	const delay = (which: 'p50' | 'p99' | 'max', description: string): readonly [Observable, Observer] => [
		meter.createObservableGauge(`nodejs.eventloop.delay.${which}`, { unit: 's', description }),
		(result) => {
			const { delays } = read();
			if (delays !== undefined) result.observe(delays[which] / NS_PER_S);
		},
	];
	const utilization = meter.createObservableGauge('nodejs.eventloop.utilization', {
		unit: '1',
		description: 'Share of the time that the event loop was busy since it was read last.',
	});
	const stop = following([
		[utilization, (result) => result.observe(read().utilization)],
		delay('p50', 'Median delay of the event loop since it was read last.'),
		delay('p99', '99th percentile of the delay of the event loop since it was read last.'),
		delay('max', 'Greatest delay of the event loop since it was read last.'),
	]);
	return () => {
		stop();
		histogram.disable();
	};
}

function observeCollections(meter: Meter): () => void {
	const duration = meter.createHistogram('v8js.gc.duration', {
		unit: 's',
		description: 'Time a garbage collection took, by its kind.',
		advice: { explicitBucketBoundaries: [0.01, 0.1, 1, 10] },
	});
	const observer = new PerformanceObserver((list) => {
		for (const entry of list.getEntries() as CollectionEntry[]) {
			const type = GC_TYPES[entry.detail?.kind ?? -1];
			const attributes: Attributes = type === undefined ? {} : { 'v8js.gc.type': type };
			duration.record(entry.duration / MS_PER_S, attributes);
		}
	});
	observer.observe({ entryTypes: ['gc'] });
	return () => observer.disconnect();
}
