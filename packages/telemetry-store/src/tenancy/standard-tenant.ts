import { NO_TENANT } from './tenant-scope.ts';

/**
 * SQL of the tenant of a row in a standard table, which has no column for it: what its own attributes say, else its resource's, else the tenant
 * of rows that name none. For `scope.condition(standardTenant('SpanAttributes'))`.
 */
export function standardTenant(attributes: string, resource = 'ResourceAttributes'): string {
	const own = `${attributes}['pipeline.tenant']`;
	const inherited = `${resource}['pipeline.tenant']`;
	return `multiIf(${own} != '', ${own}, ${inherited} != '', ${inherited}, '${NO_TENANT}')`;
}

/** The same where the attributes have the tenant of the resource, too, as in the roll-ups of metrics. */
export function ownTenant(attributes: string): string {
	const own = `${attributes}['pipeline.tenant']`;
	return `if(${own} != '', ${own}, '${NO_TENANT}')`;
}
