import { metric } from '@pipeline/telemetry-core/telemetry';
import { describe, expect, it, vi } from 'vitest';
import { HealthChecks } from '../../src/health-server/health-checks.ts';
import type { HealthFinding, HealthStatus } from '../../src/health-server/health-source.ts';
import { LossWindow } from '../../src/health-server/telemetry-losses.ts';
import { BoundMetrics } from '../../src/metrics/bound-metrics.ts';

const found = (status: HealthStatus): HealthFinding => ({ status, message: status.toLowerCase() });

/** Checks of one source whose next answers are given, each asked anew. */
function checksOf(next: () => HealthFinding | Promise<HealthFinding>, deadlineMs = 5_000) {
	let nowMs = Date.UTC(2026, 0, 1);
	let asked = 0;
	const checks = new HealthChecks({
		sources: [
			{
				name: 'part',
				check() {
					asked++;
					return next();
				},
			},
		],
		deadlineMs,
		now: () => nowMs,
	});
	const report = () => {
		nowMs += 1_000;
		return checks.report();
	};
	return { checks, report, asked: () => asked };
}

async function statusesOf(answers: readonly (HealthStatus | 'throws')[]): Promise<HealthStatus[]> {
	const left = [...answers];
	const { report } = checksOf(() => {
		const answer = left.shift() as HealthStatus | 'throws';
		if (answer === 'throws') throw new Error('secret');
		return found(answer);
	});
	const statuses: HealthStatus[] = [];
	for (const _ of answers) statuses.push((await report()).status);
	return statuses;
}

describe('the time of day, set back,', () => {
	it('does not make a report last longer', async () => {
		let nowMs = Date.UTC(2026, 0, 1);
		let asked = 0;
		const check = () => {
			asked++;
			return found('HEALTHY');
		};
		const checks = new HealthChecks({ sources: [{ name: 'part', check }], now: () => nowMs });
		await checks.report();
		nowMs -= 3_600_000;
		await checks.report();
		expect(asked).toBe(2);
		nowMs += 999;
		await checks.report();
		expect(asked).toBe(2);
	});
});

describe('a component', () => {
	it('gets worse at once, and better when it was found so twice', async () => {
		expect(
			await statusesOf([
				'HEALTHY',
				'UNHEALTHY',
				'HEALTHY',
				'HEALTHY',
				'DEGRADED',
				'HEALTHY',
				'DEGRADED',
				'HEALTHY',
				'HEALTHY',
			]),
		).toEqual([
			'HEALTHY',
			'UNHEALTHY',
			'UNHEALTHY',
			'HEALTHY',
			'DEGRADED',
			'DEGRADED',
			'DEGRADED',
			'DEGRADED',
			'HEALTHY',
		]);
	});

	it('that does not answer is degraded, and down after three times in a row', async () => {
		expect(await statusesOf(['HEALTHY', 'throws', 'throws', 'throws', 'throws'])).toEqual([
			'HEALTHY',
			'DEGRADED',
			'DEGRADED',
			'UNHEALTHY',
			'UNHEALTHY',
		]);
	});

	it('shows when it was last found, and nothing of the error', async () => {
		let fails = false;
		const { report } = checksOf(() => {
			if (fails) throw new Error('secret');
			return { ...found('HEALTHY'), details: { size: 1 } };
		});
		await report();
		fails = true;
		expect((await report()).checks).toEqual([
			{
				component_name: 'part',
				status: 'DEGRADED',
				message: 'did not answer once',
				last_check: '2026-01-01T00:00:01.000Z',
				details: { size: 1 },
			},
		]);
	});

	it('has its time, and no more', async () => {
		vi.useFakeTimers();
		try {
			const { report } = checksOf(() => new Promise(() => {}), 5_000);
			const waiting = report();
			await vi.advanceTimersByTimeAsync(5_000);
			expect((await waiting).status).toBe('DEGRADED');
		} finally {
			vi.useRealTimers();
		}
	});

	it('is asked once, however many ask in a second', async () => {
		const { checks, asked } = checksOf(() => found('HEALTHY'));
		await Promise.all(Array.from({ length: 100 }, () => checks.report()));
		expect(asked()).toBe(1);
	});
});

describe('losses', () => {
	it('are those of the last minute, by signal and reason', () => {
		const metrics = new BoundMetrics();
		let nowMs = 0;
		let records = 0;
		const window = new LossWindow({ metrics, records: () => records, now: () => nowMs });
		const lose = (reason: string, count: number) =>
			metrics
				.bind(metric['pipeline.telemetry.recorder.counter.records_lost_total'], { 'pipeline.reason': reason })
				.add(count);
		lose('PRESSURE', 3);
		records = 100;
		nowMs = 30_000;
		expect(window.lastMinute()).toEqual({ losses: { 'RECORDS PRESSURE': 3 }, records: 100 });
		lose('ABANDONED', 2);
		records = 150;
		nowMs = 60_000;
		window.sample();
		nowMs = 90_000;
		expect(window.lastMinute()).toEqual({ losses: { 'RECORDS ABANDONED': 2 }, records: 50 });
		nowMs = 120_000;
		expect(window.lastMinute()).toEqual({ losses: {}, records: 0 });
	});
});
