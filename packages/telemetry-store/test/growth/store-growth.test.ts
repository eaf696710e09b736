import { afterAll, beforeAll, expect, it } from 'vitest';
import { storeGrowth } from '../../src/growth/store-growth.ts';
import { applyRetention, RETENTIONS } from '../../src/schema/retention.ts';
import { TenantScope } from '../../src/tenancy/tenant-scope.ts';
import { eventAt, insertEvents } from '../metrics/pipeline-events.ts';
import { openTestDatabase } from '../open-test-database.ts';
import { insertSpans } from '../traces/span-rows.ts';

const SCOPE = TenantScope.operator('capacity');
const DAY_S = 86_400;
const NOW = new Date('2026-11-20T10:00:00Z');

let database: Awaited<ReturnType<typeof openTestDatabase>>;
beforeAll(async () => {
	database = await openTestDatabase();
	await applyRetention(database, RETENTIONS.prod);
	const event = (seconds: number, tenant?: string) =>
		eventAt(seconds, {
			name: 'pipeline.alpha.buffer.log.backpressure_warning',
			dimensions: tenant === undefined ? {} : { 'pipeline.tenant': tenant },
		});
	// A hundred a day for ten days, every fourth of another tenant.
	const days = Array.from({ length: 10 }, (_, day) => day);
	for (const day of days) {
		const at = (index: number) => -(day * DAY_S) - index * 60;
		await insertEvents(
			database,
			'telemetry_events',
			Array.from({ length: 100 }, (_, index) => event(at(index), index % 4 === 0 ? 't_a' : undefined)),
		);
	}
	await insertSpans(database, [
		{ trace: 1, span: 1, at: -3_600_000, attributes: { 'pipeline.module': 'ALPHA' } },
		{ trace: 2, span: 1, at: -43_200_000, resource: { 'pipeline.tenant': 't_a' } },
	]);
}, 120_000);
afterAll(() => database[Symbol.asyncDispose]());

it('says what every table weighs and how fast it grows', async () => {
	const growth = await storeGrowth(database, SCOPE, { now: NOW });
	const tableOf = (name: string) => growth.tables.find(({ table }) => table === name);
	const events = tableOf('telemetry_events');
	expect(events).toMatchObject({ rows: 1_000, rowsPerDay: 100, retentionDays: 30 });
	expect(events?.bytes).toBeGreaterThan(1_000);
	expect(events?.bytesPerRow).toBe((events?.bytes ?? 0) / 1_000);
	// Half a day old: two rows in it are four a day.
	expect(tableOf('otel_traces')?.rowsPerDay).toBeCloseTo(4, 9);
	expect(tableOf('audit_events')).toMatchObject({ rows: 0, bytes: 0, rowsPerDay: 0, retentionDays: 2_557 });
	expect(tableOf('audit_blocks')).not.toHaveProperty('retentionDays');
	expect(growth.bytes).toBe(growth.tables.reduce((sum, { bytes }) => sum + bytes, 0));
	expect(growth.tables.map(({ bytes }) => bytes)).toEqual(
		growth.tables.map(({ bytes }) => bytes).toSorted((a, b) => b - a),
	);
	const longer = await storeGrowth(database, SCOPE, { now: NOW, days: 90 });
	expect(longer.tables.find(({ table }) => table === 'telemetry_events')?.rowsPerDay).toBeCloseTo(
		1_000 / (9 + 99 / 1_440),
		9,
	);
});

it('says when it is full', async () => {
	const { bytes, forecast } = await storeGrowth(database, SCOPE, { now: NOW });
	expect(forecast.capacityBytes).toBeGreaterThan(bytes);
	expect(forecast.bytesIn365Days).toBeGreaterThanOrEqual(forecast.bytesIn30Days);
	const full = await storeGrowth(database, SCOPE, { now: NOW, capacityBytes: bytes });
	expect(full.forecast.daysLeft).toBe(0);
	const vast = await storeGrowth(database, SCOPE, { now: NOW, capacityBytes: 1e18 });
	expect(vast.forecast).not.toHaveProperty('daysLeft');
});

it('says whose rows of which module they are', async () => {
	const { costs, tables } = await storeGrowth(database, SCOPE, { now: NOW });
	const costOf = (tenant: string, module: string) =>
		costs.find((cost) => cost.tenant === tenant && cost.module === module);
	const events = tables.find(({ table }) => table === 'telemetry_events');
	expect(costOf('default', 'ALPHA')?.rows).toBeGreaterThanOrEqual(751);
	expect(costOf('default', 'ALPHA')?.bytes).toBeGreaterThanOrEqual(Math.floor((events?.bytesPerRow ?? 0) * 750));
	expect(costOf('t_a', '')).toMatchObject({ rows: 1 });
	expect(costOf('default', 'ALPHA')?.bytes).toBeGreaterThan(costOf('t_a', 'ALPHA')?.bytes ?? Number.POSITIVE_INFINITY);
});

it('is for operators only, and refuses what is out of bounds', async () => {
	await expect(storeGrowth(database, TenantScope.of('default'))).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
	for (const options of [
		{ days: 0.9 },
		{ days: 91 },
		{ days: Number.NaN },
		{ capacityBytes: 0 },
		{ capacityBytes: -1 },
	]) {
		await expect(storeGrowth(database, SCOPE, options)).rejects.toMatchObject({ code: 'QUERY_INVALID' });
	}
});
