import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type EventSeriesRequest, eventSeries } from '../../src/metrics/event-series.ts';
import { TenantScope } from '../../src/tenancy/tenant-scope.ts';
import { openTestDatabase } from '../open-test-database.ts';
import { rangeOf, timeAt } from './metric-rows.ts';
import { eventAt, insertEvents } from './pipeline-events.ts';

const SCOPE = TenantScope.of('default');
const completed = (seconds: number, ms: number, severity: TelemetryEvent['severity'] = 'INFO', tenant?: string) =>
	eventAt(seconds, {
		name: 'pipeline.gamma.trace.trace.completed',
		module: 'GAMMA',
		component: 'trace',
		severity,
		dimensions: {
			'pipeline.trace.outcome': severity === 'INFO' ? 'DELIVERED' : 'DLQ',
			'pipeline.trace.duration_ms': String(ms),
			'pipeline.source_id': "file:o'brien",
			...(tenant === undefined ? {} : { 'pipeline.tenant': tenant }),
		},
	});

let database: Awaited<ReturnType<typeof openTestDatabase>>;
beforeAll(async () => {
	database = await openTestDatabase();
	await insertEvents(database, 'telemetry_events', [
		...Array.from({ length: 100 }, (_, index) => completed(1, index + 1)),
		completed(61, 1_000, 'ERROR'),
		completed(62, 3_000, 'CRITICAL'),
		completed(1, 9_999, 'INFO', 't_a'),
		eventAt(2, {
			name: 'pipeline.alpha.buffer.log.backpressure_warning',
			component: 'buffer',
			severity: 'WARN',
			eventType: 'LOG',
		}),
	]);
	await insertEvents(database, 'audit_events', [
		eventAt(3, {
			name: 'pipeline.gamma.delivery.audit.delivery_attempted',
			module: 'GAMMA',
			component: 'delivery',
			eventType: 'AUDIT',
			dimensions: { 'audit.outcome': 'FAILURE', 'pipeline.destination_id': 'records-json' },
		}),
	]);
});
afterAll(() => database[Symbol.asyncDispose]());

const seriesOf = (request: Partial<EventSeriesRequest>, scope = SCOPE) =>
	eventSeries(database, scope, { timeRange: rangeOf(0, 120), ...request });

it('counts events, their errors and durations over time', async () => {
	const found = await seriesOf({ groupBy: ['module'] });
	expect(found.map(({ key, step }) => [key, step])).toEqual([
		[{ module: 'ALPHA' }, '1m'],
		[{ module: 'GAMMA' }, '1m'],
	]);
	const [alpha, gamma] = found.map(({ points }) => points);
	expect(alpha).toEqual([{ time: timeAt(0), count: 1, errors: 0, errorRate: 0 }]);
	expect(gamma).toMatchObject([
		{ time: timeAt(0), count: 101, errors: 1, durationMs: { mean: 50.5 } },
		{ time: timeAt(60), count: 2, errors: 2, errorRate: 1, durationMs: { mean: 2_000, p99: 3_000 } },
	]);
	// Without the delivery attempt, which has no duration.
	const first = gamma?.[0]?.durationMs;
	expect(Math.abs((first?.p50 ?? 0) - 50.5)).toBeLessThan(2);
	expect(Math.abs((first?.p95 ?? 0) - 95.5)).toBeLessThan(2);
	expect(await seriesOf({ groupBy: ['module'], step: '1h' })).toMatchObject([
		{},
		{ points: [{ count: 103, errors: 3 }] },
	]);
});

it.each([
	[{ module: ['GAMMA'], component: ['trace'] }, 102],
	[{ outcome: ['DLQ', 'FAILURE'] }, 3],
	[{ source_id: ["file:o'brien"] }, 102],
	[{ destination_id: ['records-json'] }, 1],
	[{ name: ['pipeline.alpha.buffer.log.backpressure_warning'] }, 1],
	[{ module: [] }, 104],
	[{ module: ["GAMMA' OR '1'='1"] }, 0],
] as const)('counts only events with %j', async (only, count) => {
	const [series] = await seriesOf({ only });
	expect((series?.points ?? []).reduce((sum, point) => sum + point.count, 0)).toBe(count);
});

it('counts for each tenant its own events only', async () => {
	const own = await seriesOf({}, TenantScope.of('t_a'));
	expect(own).toMatchObject([{ key: {}, points: [{ count: 1, durationMs: { mean: 9_999 } }] }]);
	expect(await seriesOf({}, TenantScope.of('t_b'))).toEqual([]);
	expect(await seriesOf({ step: '1h' }, TenantScope.operator('test'))).toMatchObject([{ points: [{ count: 105 }] }]);
});

it('refuses what is out of bounds', async () => {
	const bad: readonly Partial<EventSeriesRequest>[] = [
		{ step: 'raw' as '1m' },
		{ groupBy: ['tenant_id' as 'module'] },
		{ only: { ['1; DROP' as 'module']: ['x'] } },
		{ only: { module: Array.from({ length: 101 }, String) } },
		{ only: { module: ['a'.repeat(1_025)] } },
		{ timeRange: rangeOf(1, 1) },
	];
	for (const request of bad) {
		await expect(seriesOf(request), JSON.stringify(request).slice(0, 80)).rejects.toMatchObject({
			code: 'QUERY_INVALID',
		});
	}
	expect(await seriesOf({ only: { module: Array.from({ length: 100 }, String) } })).toEqual([]);
});
