import { afterAll, beforeAll, expect, it } from 'vitest';
import { tableSizes } from '../../src/growth/table-sizes.ts';
import { traceLineage } from '../../src/lineage/trace-lineage.ts';
import { metricSeries } from '../../src/metrics/metric-series.ts';
import { applyRetention, RETENTIONS } from '../../src/schema/retention.ts';
import { TenantScope } from '../../src/tenancy/tenant-scope.ts';
import { addRows } from '../lineage/sample-events.ts';
import { openTestDatabase } from '../open-test-database.ts';

const SCOPE = TenantScope.of('default');
const DAY_MS = 86_400_000;
const SEVEN_YEARS = 2_557;
const NOW = Date.now();
const daysAgo = (days: number) => new Date(NOW - days * DAY_MS).toISOString();

let database: Awaited<ReturnType<typeof openTestDatabase>>;
beforeAll(async () => {
	database = await openTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

/** Takes away what is too old, as merges do in their own time. @returns rows that are left, by table */
async function leftIn(...tables: readonly string[]): Promise<Readonly<Record<string, number>>> {
	await database.administer(async ({ execute }) => {
		for (const table of tables) await execute(`OPTIMIZE TABLE telemetry.${table} FINAL`);
	});
	const sizes = await tableSizes(database);
	return Object.fromEntries(tables.map((name) => [name, sizes.find(({ table }) => table === name)?.rows ?? 0]));
}

it('keeps lineage for seven years in every copy, and then lets it go', async () => {
	const ages = [SEVEN_YEARS + 60, SEVEN_YEARS - 2, 0];
	const edges = ages.map((age) => ({
		...{ tenant_id: 'default', parent_id: 'source:file', child_id: `record:${age}`, relation: 'DERIVE' },
		...{ lineage_id: `lineage-${age}`, timestamp: daysAgo(age) },
	}));
	await addRows(database, 'lineage_edges', edges);
	const copies = ['lineage_edges', 'lineage_by_child', 'lineage_by_lineage'] as const;
	expect(Object.values(await leftIn(...copies))).toEqual([3, 3, 3]);
	await applyRetention(database, RETENTIONS.prod);
	expect(Object.values(await leftIn(...copies))).toEqual([2, 2, 2]);
	const found = async (age: number) =>
		(await traceLineage(database, SCOPE, { start: { node: `record:${age}` }, direction: 'backward' })).edges.length;
	expect(await Promise.all(ages.map(found))).toEqual([0, 1, 1]);
});

it('keeps traces for 30 days, metrics for 90, and coarser ones for longer the coarser they are', async () => {
	await applyRetention(database, {
		...RETENTIONS.prod,
		raw: 0,
		metrics: 0,
		rollUps: { minutes: 0, fiveMinutes: 0, hours: 0, days: 0 },
	});
	await addRows(
		database,
		'otel_traces',
		[32, 28, 0].map((age) => ({ Timestamp: daysAgo(age), TraceId: String(age).padStart(32, '0'), SpanName: 'a' })),
	);
	await addRows(
		database,
		'otel_metrics_gauge',
		[150, 88, 0].map((age) => ({ MetricName: 'depth', ServiceName: 'a', TimeUnix: daysAgo(age), Value: age })),
	);
	const tables = ['otel_traces', 'otel_metrics_gauge', 'metrics_1m', 'metrics_5m', 'metrics_1h', 'metrics_1d'] as const;
	expect(Object.values(await leftIn(...tables))).toEqual([3, 3, 3, 3, 3, 3]);
	await applyRetention(database, RETENTIONS.prod);
	expect(await leftIn(...tables)).toEqual({
		...{ otel_traces: 2, otel_metrics_gauge: 2, metrics_1m: 2, metrics_5m: 3, metrics_1h: 3, metrics_1d: 3 },
	});
	const timeRange = { from: daysAgo(151), to: daysAgo(-1) };
	const [hours] = await metricSeries(database, SCOPE, { name: 'depth', timeRange, step: '1h' });
	expect(hours?.points.map((point) => 'value' in point && point.value)).toEqual([150, 88, 0]);
});

it.each([
	['dev', { otel_traces: 7, otel_metrics_sum: 7, metrics_1h: 90, metrics_1d: 365, audit_events: 7, lineage_edges: 7 }],
	[
		'staging',
		{ otel_traces: 7, otel_metrics_sum: 30, metrics_1h: 90, metrics_1d: 365, audit_events: 30, lineage_edges: 90 },
	],
	[
		'prod',
		{
			otel_traces: 30,
			otel_metrics_sum: 90,
			metrics_1h: 730,
			metrics_1d: 2_557,
			audit_events: 2_557,
			lineage_edges: 2_557,
		},
	],
] as const)('keeps what the profile %s says', async (profile, days) => {
	await applyRetention(database, RETENTIONS[profile]);
	const kept = new Map((await tableSizes(database)).map(({ table, retentionDays }) => [table, retentionDays]));
	expect(Object.fromEntries(Object.keys(days).map((table) => [table, kept.get(table)]))).toEqual(days);
});
