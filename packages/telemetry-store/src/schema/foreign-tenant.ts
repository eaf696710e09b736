import type { Administration } from '../connection/store-database.ts';
import { standardTenant } from '../tenancy/standard-tenant.ts';
import { type Layout, storedTable } from './table.ts';

const TABLE = 'otel_traces';
const COLUMN = 'tenant_id';

/**
 * Says what is wrong when the table of spans has a column of that name which somebody else has made. Reads look for tenants there: with another
 * meaning a tenant would see the spans of others.
 */
export async function foreignTenant(administration: Administration, layout: Layout): Promise<string | undefined> {
	const stored = storedTable(layout, TABLE).slice(layout.database.length + 1);
	// The engine writes expressions its own way.
	const [found] = await administration.query<{ place: string; definition: string }>(
		`SELECT concat(table, '.', name) AS place, trim(concat(type, ' ', default_kind, ' ', default_expression)) AS definition
		FROM system.columns
		WHERE database = {database:String} AND table IN {tables:Array(String)} AND name = {column:String}
			AND (default_kind != 'MATERIALIZED' OR formatQuerySingleLine(concat('SELECT ', default_expression)) != formatQuerySingleLine({expected:String}))
		ORDER BY table LIMIT 1`,
		{
			database: layout.database,
			tables: [...new Set([stored, TABLE])],
			column: COLUMN,
			expected: `SELECT ${standardTenant('SpanAttributes')}`,
		},
	);
	if (found === undefined) return undefined;
	return `${layout.database}.${found.place} is there already as ${found.definition}, where the store keeps the tenant of a span: rename that column, or give the store a database of its own. Nothing was changed.`;
}
