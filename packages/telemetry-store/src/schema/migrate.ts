import { createHash } from 'node:crypto';
import type { Administration, StoreDatabase } from '../connection/store-database.ts';
import { StoreError } from '../connection/store-error.ts';
import { MIGRATIONS, type Migration } from './migrations.ts';
import { createDatabase, createTable, type Layout, type TableDefinition } from './table.ts';

const APPLIED: TableDefinition = {
	name: 'schema_migrations',
	columns: {
		version: 'UInt32',
		name: 'String',
		/** SHA-256 of the statements for one node. */
		checksum: 'String',
		applied_at: "DateTime64(6, 'UTC') DEFAULT now64(6)",
	},
	engine: 'ReplacingMergeTree(applied_at)',
	order: 'version',
	shardBy: 'version',
};

export interface MigrationState {
	readonly version: number;
	readonly name: string;
	/** `UNKNOWN`: a newer release of the store made it. `CHANGED`: it was applied with other statements than these. */
	readonly state: 'APPLIED' | 'PENDING' | 'CHANGED' | 'UNKNOWN';
	readonly appliedAt?: string;
}

export interface MigrateOptions {
	/** Newest version to apply. @default all */
	readonly to?: number;
	readonly onApplied?: (migration: Migration) => void;
}

export const layoutOf = ({ name, cluster }: StoreDatabase): Layout => ({
	database: name,
	...(cluster === undefined ? {} : { cluster }),
});

/**
 * Brings the tables to the newest version, in steps that may be interrupted and repeated. Never backwards.
 *
 * @returns the versions that were applied now
 * @throws StoreError `SCHEMA_INVALID` when what was applied before is not what these migrations do, or a table is there that does not fit; then
 *   nothing has changed
 */
export async function migrate(database: StoreDatabase, options: MigrateOptions = {}): Promise<readonly number[]> {
	const layout = layoutOf(database);
	return await database.administer(async (administration) => {
		const states = await statesNow(administration, layout);
		const wrong = states.find(({ state }) => state === 'CHANGED' || state === 'UNKNOWN');
		if (wrong !== undefined) throw new StoreError('SCHEMA_INVALID', problemOf(wrong));
		const pending = states
			.filter(({ state, version }) => state === 'PENDING' && version <= (options.to ?? Number.POSITIVE_INFINITY))
			.flatMap(({ version }) => MIGRATIONS.find((migration) => migration.version === version) ?? []);
		for (const { obstacle } of pending) {
			const problem = await obstacle?.(administration, layout);
			if (problem !== undefined) throw new StoreError('SCHEMA_INVALID', problem);
		}
		await administration.execute(createDatabase(layout));
		for (const statement of createTable(layout, APPLIED)) await administration.execute(statement);
		for (const migration of pending) {
			for (const statement of migration.statements(layout)) await administration.execute(statement);
			await administration.execute(
				`INSERT INTO ${layout.database}.${APPLIED.name} (version, name, checksum) VALUES ({version:UInt32}, {name:String}, {checksum:String})`,
				{ version: migration.version, name: migration.name, checksum: checksumOf(migration) },
			);
			options.onApplied?.(migration);
		}
		return pending.map(({ version }) => version);
	});
}

/** What was applied and what was not. Changes nothing; a database that does not exist has everything pending. */
export async function migrationStates(database: StoreDatabase): Promise<readonly MigrationState[]> {
	const layout = layoutOf(database);
	return await database.administer((administration) => statesNow(administration, layout));
}

async function statesNow(administration: Administration, layout: Layout): Promise<readonly MigrationState[]> {
	const [found] = await administration.query<{ tables: string }>(
		'SELECT count() AS tables FROM system.tables WHERE database = {database:String} AND name = {table:String}',
		{ database: layout.database, table: APPLIED.name },
	);
	return found?.tables === '0' ? MIGRATIONS.map(pendingState) : await statesOf(administration, layout);
}

async function statesOf(administration: Administration, { database }: Layout): Promise<readonly MigrationState[]> {
	const applied = await administration.query<{ version: number; name: string; checksum: string; at: string }>(
		`SELECT version, name, checksum, toString(applied_at) AS at FROM ${database}.${APPLIED.name} FINAL ORDER BY version`,
	);
	const known = MIGRATIONS.map((migration) => {
		const row = applied.find(({ version }) => version === migration.version);
		if (row === undefined) return pendingState(migration);
		const state = row.checksum === checksumOf(migration) ? ('APPLIED' as const) : ('CHANGED' as const);
		return { version: migration.version, name: migration.name, state, appliedAt: row.at };
	});
	const unknown = applied
		.filter(({ version }) => !MIGRATIONS.some((migration) => migration.version === version))
		.map(({ version, name, at }) => ({ version, name, state: 'UNKNOWN' as const, appliedAt: at }));
	return [...known, ...unknown];
}

const pendingState = ({ version, name }: Migration): MigrationState => ({ version, name, state: 'PENDING' });

function problemOf({ version, name, state }: MigrationState): string {
	return state === 'UNKNOWN'
		? `The store has version ${version} (${name}), which this release does not know: use a newer one.`
		: `Version ${version} (${name}) was applied with other statements than this release has.`;
}

/** Independent of the names of database and cluster. */
function checksumOf(migration: Migration): string {
	return createHash('sha256')
		.update(migration.statements({ database: 'telemetry' }).join(';\n'))
		.digest('hex');
}
