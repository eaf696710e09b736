import type { MetricData } from '@opentelemetry/sdk-metrics';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { observeProcess } from '../../src/metrics/index.ts';
import { periodicReader } from './readers.ts';

describe('observeProcess', () => {
	let reader: ReturnType<typeof periodicReader>;
	let stop: () => void;
	beforeEach(() => {
		reader = periodicReader();
		stop = observeProcess(reader.provider.getMeter('process'));
	});
	afterEach(async () => {
		stop();
		await reader.shutdown();
	});

	async function collect(): Promise<Record<string, MetricData['dataPoints']>> {
		const { scopeMetrics } = await reader.export();
		const data = scopeMetrics.flatMap(({ metrics }) => metrics);
		return Object.fromEntries(
			data.map(({ descriptor, dataPoints }) => [`${descriptor.name} ${descriptor.unit}`, dataPoints]),
		);
	}

	const total = (points: MetricData['dataPoints'] | undefined) =>
		(points ?? []).reduce((sum, { value }) => sum + (value as number), 0);

	it('measures processor, memory, event loop and garbage collection', async () => {
		const points = await vi.waitFor(async () => {
			const garbage: unknown[] = [];
			for (let at = 0; at < 1e6; at++) garbage[at % 1_000] = new Array(20).fill(at);
			const collected = await collect();
			// Collections are told of some time after they happened.
			expect(collected['v8js.gc.duration s']?.map(({ attributes }) => attributes['v8js.gc.type'])).toContain('minor');
			expect(Object.keys(collected).sort()).toEqual([
				'nodejs.eventloop.delay.max s',
				'nodejs.eventloop.delay.p50 s',
				'nodejs.eventloop.delay.p99 s',
				'nodejs.eventloop.utilization 1',
				'process.cpu.time s',
				'process.cpu.utilization 1',
				'process.memory.usage By',
				'process.uptime s',
				'v8js.gc.duration s',
				'v8js.memory.heap.limit By',
				'v8js.memory.heap.used By',
			]);
			return collected;
		}, 10_000);
		expect(total(points['process.memory.usage By'])).toBeGreaterThan(10e6);
		expect(total(points['v8js.memory.heap.used By'])).toBeGreaterThan(1e6);
		const usage = process.cpuUsage();
		expect(total(points['process.cpu.time s'])).toBeLessThanOrEqual((usage.user + usage.system) / 1e6);
		for (const name of ['process.cpu.utilization 1', 'nodejs.eventloop.utilization 1']) {
			expect(total(points[name])).toBeGreaterThan(0);
			expect(total(points[name])).toBeLessThan(1.5);
		}
		for (const which of ['p50', 'p99', 'max']) {
			const seconds = total(points[`nodejs.eventloop.delay.${which} s`]);
			expect(seconds).toBeGreaterThan(0.001);
			expect(seconds).toBeLessThan(60);
		}
	});

	it('readers that ask within a second see the same utilisation', async () => {
		const first = await collect();
		let busy = 0;
		for (let at = 0; at < 1e6; at++) busy += Math.sqrt(at);
		expect(busy).toBeGreaterThan(0);
		const second = await collect();
		expect(second['process.cpu.utilization 1']?.map(({ value }) => value)).toEqual(
			first['process.cpu.utilization 1']?.map(({ value }) => value),
		);
		expect(total(second['process.cpu.time s'])).toBeGreaterThan(total(first['process.cpu.time s']));
	});

	it('stops', async () => {
		stop();
		const left = Object.keys(await collect()).filter((name) => !name.startsWith('v8js.gc.'));
		expect(left).toEqual([]);
	});
});
