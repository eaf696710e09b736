import type { StoreDatabase } from '../connection/store-database.ts';
import { ownTenant, standardTenant } from '../tenancy/standard-tenant.ts';
import type { TableSize } from './table-sizes.ts';

/** What a tenant's rows of a module take. */
export interface StorageCost {
	readonly tenant: string;
	/** Empty for what no module wrote. */
	readonly module: string;
	readonly rows: number;
	/** Estimated: a row counts as the mean row of its table. */
	readonly bytes: number;
}

interface CostRow {
	readonly tenant: string;
	readonly module: string;
	readonly rows: string;
}

/** Tenants and modules that are counted for a table: those with most rows. */
const MAX_GROUPS = 10_000;

/** Over all tables, the most expensive first. */
export async function storageCosts(
	database: StoreDatabase,
	tables: readonly TableSize[],
): Promise<readonly StorageCost[]> {
	const costs = new Map<string, StorageCost>();
	// One after the other: each reads two columns of a whole table.
	for (const size of tables) {
		const place = placeIn(size);
		if (place === undefined || size.rows === 0) continue;
		const rows = await database.query<CostRow>(
			`SELECT toString(${place.tenant}) AS tenant, toString(${place.module}) AS module, count() AS rows FROM ${size.table}
			GROUP BY tenant, module ORDER BY rows DESC LIMIT ${MAX_GROUPS}`,
		);
		for (const { tenant, module, rows: count } of rows) {
			const key = JSON.stringify([tenant, module]);
			const known = costs.get(key) ?? { tenant, module, rows: 0, bytes: 0 };
			const bytes = Math.round((Number(count) * size.bytes) / size.rows);
			costs.set(key, { ...known, rows: known.rows + Number(count), bytes: known.bytes + bytes });
		}
	}
	return [...costs.values()].toSorted((one, other) => other.bytes - one.bytes);
}

/** SQL of tenant and module; undefined for tables that are of the store itself. */
function placeIn({ table, hasModules }: TableSize): { readonly tenant: string; readonly module: string } | undefined {
	if (hasModules) return { tenant: 'tenant_id', module: 'module' };
	const ofMetric = (name: string) => `upper(splitByChar('.', toString(${name}))[2])`;
	if (table.startsWith('otel_metrics_'))
		return { tenant: standardTenant('Attributes'), module: ofMetric('MetricName') };
	if (/^metrics_\d/.test(table)) return { tenant: ownTenant('attributes'), module: ofMetric('metric') };
	if (table === 'otel_traces') return { tenant: 'tenant_id', module: "SpanAttributes['pipeline.module']" };
	if (table === 'otel_logs')
		return { tenant: standardTenant('LogAttributes'), module: "LogAttributes['pipeline.module']" };
	return undefined;
}
