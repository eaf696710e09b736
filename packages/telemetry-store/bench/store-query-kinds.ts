import { queryAudit } from '../src/audit/query-audit.ts';
import type { StoreDatabase } from '../src/connection/store-database.ts';
import { recordJourney } from '../src/journey/record-journey.ts';
import { traceLineage } from '../src/lineage/trace-lineage.ts';
import { eventSeries } from '../src/metrics/event-series.ts';
import { TenantScope } from '../src/tenancy/tenant-scope.ts';
import { searchTraces } from '../src/traces/search-traces.ts';
import { traceById } from '../src/traces/trace-by-id.ts';
import { BEGIN, DAYS, type Sample } from './store-query-data.ts';

/** One question about a sample. @returns how much was found: nothing found means that nothing was measured */
export type Ask = (database: StoreDatabase, sample: Sample) => Promise<number>;

const MS_PER_DAY = 86_400_000;
const PAGE = 100;
const OPERATOR = TenantScope.operator('bench');

/** The day around a sample, within what there is. */
function dayOf({ time }: Sample) {
	const from = Math.min(Math.max(BEGIN, time - MS_PER_DAY / 2), BEGIN + (DAYS - 1) * MS_PER_DAY);
	return { from: new Date(from).toISOString(), to: new Date(from + MS_PER_DAY).toISOString() };
}
const ALL_DAYS = { from: new Date(BEGIN).toISOString(), to: new Date(BEGIN + DAYS * MS_PER_DAY).toISOString() };

const audit =
	(filterOf: (sample: Sample) => object, scopeOf = own): Ask =>
	async (database, sample) => {
		const request = { timeRange: dayOf(sample), pageSize: PAGE, ...filterOf(sample) };
		return (await queryAudit(database, scopeOf(sample), request)).entries.length;
	};
const own = ({ tenant }: Sample) => TenantScope.of(tenant);
const search =
	(filterOf: (sample: Sample) => object): Ask =>
	async (database, sample) =>
		(await searchTraces(database, own(sample), { timeRange: dayOf(sample), ...filterOf(sample) })).traces.length;

const tokens = new WeakMap<Sample, string>();

/** Asked before the clock starts. */
export const PREPARATIONS: Readonly<Record<string, (database: StoreDatabase, sample: Sample) => Promise<void>>> = {
	'audit-next-page': async (database, sample) => {
		const page = await queryAudit(database, own(sample), { timeRange: dayOf(sample), pageSize: 10 });
		tokens.set(sample, page.continuationToken ?? '');
	},
};

export const KINDS: Readonly<Record<string, Ask>> = {
	'audit-component': audit(({ component }) => ({ components: [component] })),
	'audit-actor': audit(({ actor }) => ({ actorIds: [actor] })),
	'audit-resource': audit(({ record }) => ({ resourceIds: [record] })),
	'audit-correlation': audit(({ correlation }) => ({ correlationIds: [correlation] })),
	'audit-all-tenants': audit(
		() => ({}),
		() => OPERATOR,
	),
	'audit-next-page': async (database, sample) => {
		const request = { timeRange: dayOf(sample), pageSize: 10, continuationToken: tokens.get(sample) ?? '' };
		return (await queryAudit(database, own(sample), request)).entries.length;
	},
	'lineage-one-hop': async (database, { tenant, record }) =>
		(await traceLineage(database, TenantScope.of(tenant), { start: { record }, direction: 'forward', depth: 1 })).edges
			.length,
	'lineage-full-history': async (database, { tenant, record }) =>
		(await traceLineage(database, TenantScope.of(tenant), { start: { record } })).edges.length,
	'trace-by-id': async (database, { tenant, trace }) =>
		(await traceById(database, TenantScope.of(tenant), trace))?.spans ?? 0,
	'record-journey': async (database, { tenant, record }) =>
		(await recordJourney(database, TenantScope.of(tenant), record))?.events.length ?? 0,
	'search-recent': search(() => ({})),
	'search-duration': search(() => ({ minDurationMs: 150 })),
	'search-status': search(() => ({ status: 'ERROR' })),
	'search-tag': search(({ source }) => ({ tags: { 'pipeline.source_id': source } })),
	'search-operation': search(() => ({ module: 'BETA', operation: 'beta.mapping.map' })),
	'roll-up-day': async (database, sample) =>
		(await eventSeries(database, own(sample), { timeRange: dayOf(sample), step: '5m', groupBy: ['module'] })).length,
	'roll-up-all-days': async (database, sample) =>
		(await eventSeries(database, own(sample), { timeRange: ALL_DAYS, groupBy: ['module', 'outcome'] })).length,
};
