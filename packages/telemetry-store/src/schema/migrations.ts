import type { Administration } from '../connection/store-database.ts';
import { EVENT_TABLES } from './event-tables.ts';
import { foreignTenant } from './foreign-tenant.ts';
import { LINEAGE_TABLES, LINEAGE_VIEWS } from './lineage-tables.ts';
import { ROLL_UP_TABLES, ROLL_UP_VIEWS } from './roll-ups.ts';
import { addTenant, STANDARD_TABLES, STANDARD_VIEWS } from './standard-tables.ts';
import { createTable, createView, type Layout, type TableDefinition, type ViewDefinition } from './table.ts';

/** A step from one version of the schema to the next. What was once released never changes: there is only a next one. */
export interface Migration {
	/** From 1, without gaps. */
	readonly version: number;
	readonly name: string;
	/** May be run again after it was interrupted. */
	readonly statements: (layout: Layout) => readonly string[];
	/** What stands in the way, if anything: asked before the first statement. */
	readonly obstacle?: (administration: Administration, layout: Layout) => Promise<string | undefined>;
}

function adding(tables: readonly TableDefinition[], views: readonly ViewDefinition[] = []): Migration['statements'] {
	return (layout) => [
		...tables.flatMap((table) => createTable(layout, table)),
		...views.flatMap((view) => createView(layout, view)),
	];
}

export const MIGRATIONS: readonly Migration[] = [
	{
		version: 1,
		name: 'standard tables',
		statements: (layout) => [...adding(STANDARD_TABLES, STANDARD_VIEWS)(layout), ...addTenant(layout)],
		obstacle: foreignTenant,
	},
	{ version: 2, name: 'events and audit', statements: adding(EVENT_TABLES) },
	{ version: 3, name: 'lineage', statements: adding(LINEAGE_TABLES, LINEAGE_VIEWS) },
	{ version: 4, name: 'roll-ups', statements: adding(ROLL_UP_TABLES, ROLL_UP_VIEWS) },
];
