import type { StoreDatabase } from '../connection/store-database.ts';
import { layoutOf } from './migrate.ts';
import { setRetention } from './table.ts';

/** Days that rows are kept; 0: for ever. */
export interface Retention {
	/** Spans, logs and events that are not audit. */
	readonly raw: number;
	readonly metrics: number;
	/** Each roll-up is kept longer than the one it is coarser than. */
	readonly rollUps: {
		readonly minutes: number;
		readonly fiveMinutes: number;
		readonly hours: number;
		readonly days: number;
	};
	readonly audit: number;
	readonly lineage: number;
}

const SEVEN_YEARS = 2_557;

/** As in the profiles of the SDK. Audit and lineage are kept for seven years wherever data is real. */
export const RETENTIONS = {
	dev: { raw: 7, metrics: 7, rollUps: { minutes: 7, fiveMinutes: 14, hours: 90, days: 365 }, audit: 7, lineage: 7 },
	staging: {
		raw: 7,
		metrics: 30,
		rollUps: { minutes: 14, fiveMinutes: 30, hours: 90, days: 365 },
		audit: 30,
		lineage: 90,
	},
	prod: {
		raw: 30,
		metrics: 90,
		rollUps: { minutes: 90, fiveMinutes: 180, hours: 730, days: SEVEN_YEARS },
		audit: SEVEN_YEARS,
		lineage: SEVEN_YEARS,
	},
} as const satisfies Record<string, Retention>;

export type RetentionProfile = keyof typeof RETENTIONS;

/** Sets how long every table keeps its rows. What is too old goes with the next merge, a whole part at a time. */
export async function applyRetention(database: StoreDatabase, retention: Retention): Promise<void> {
	const layout = layoutOf(database);
	const { raw, metrics, rollUps, audit, lineage } = retention;
	const days: readonly (readonly [table: string, column: string, days: number])[] = [
		['otel_traces', 'Timestamp', raw],
		['otel_traces_trace_id_ts', 'Start', raw],
		['otel_logs', 'Timestamp', raw],
		...['gauge', 'sum', 'histogram', 'exponential_histogram', 'summary'].map(
			(kind) => [`otel_metrics_${kind}`, 'TimeUnix', metrics] as const,
		),
		['telemetry_events', 'timestamp', raw],
		['audit_events', 'timestamp', audit],
		...['lineage_edges', 'lineage_by_child', 'lineage_by_lineage'].map(
			(table) => [table, 'timestamp', lineage] as const,
		),
		...['events', 'metrics'].flatMap((table) => [
			[`${table}_1m`, 'bucket', rollUps.minutes] as const,
			[`${table}_5m`, 'bucket', rollUps.fiveMinutes] as const,
			[`${table}_1h`, 'bucket', rollUps.hours] as const,
			[`${table}_1d`, 'bucket', rollUps.days] as const,
		]),
	];
	await database.administer(async ({ execute, query }) => {
		for (const [table, column, kept] of days) {
			const [found] = await query<{ ttl: number }>(
				"SELECT position(create_table_query, ' TTL ') > 0 AS ttl FROM system.tables WHERE database = {database:String} AND name IN ({table:String}, concat({table:String}, '_local'))",
				{ database: layout.database, table },
			);
			if (found === undefined || (kept === 0 && found.ttl === 0)) continue;
			await execute(setRetention(layout, table, column, kept));
		}
	});
}
