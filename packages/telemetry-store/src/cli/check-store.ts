import { randomUUID } from 'node:crypto';
import type { StoreDatabase } from '../connection/store-database.ts';
import { StoreError } from '../connection/store-error.ts';
import { layoutOf, migrationStates } from '../schema/migrate.ts';
import { EXPECTED_VIEWS, type ExpectedColumn, expectedColumns } from './expected-columns.ts';

export interface CheckResult {
	readonly check: 'migrations' | 'tables' | 'parts' | 'round trip';
	readonly isFine: boolean;
	/** What was looked at, or what is wrong, a line each. */
	readonly messages: readonly string[];
}

/** Lines that are given of one check. */
const MAX_MESSAGES = 50;
const MAX_PARTS = 1_000;
const MAX_COLUMNS = 10_000;

/** Looks at a store without changing it, apart from a table of its own that is gone afterwards. */
export async function checkStore(database: StoreDatabase): Promise<readonly CheckResult[]> {
	const results: CheckResult[] = [];
	for (const [check, look] of CHECKS) results.push(await resultOf(database, check, look));
	return results;
}

interface Looked {
	/** What is well. */
	readonly seen: string;
	readonly problems: readonly string[];
}

const CHECKS: readonly (readonly [CheckResult['check'], (database: StoreDatabase) => Promise<Looked>])[] = [
	['migrations', lookAtMigrations],
	['tables', lookAtTables],
	['parts', lookAtParts],
	['round trip', lookAtRoundTrip],
];

async function resultOf(
	database: StoreDatabase,
	check: CheckResult['check'],
	look: (database: StoreDatabase) => Promise<Looked>,
): Promise<CheckResult> {
	try {
		const { seen, problems } = await look(database);
		const messages = problems.length === 0 ? [seen] : problems.slice(0, MAX_MESSAGES);
		return { check, isFine: problems.length === 0, messages };
	} catch (error) {
		if (error instanceof StoreError) return { check, isFine: false, messages: [error.message] };
		throw error;
	}
}

async function lookAtMigrations(database: StoreDatabase): Promise<Looked> {
	const states = await migrationStates(database);
	return {
		seen: `${states.length} applied`,
		problems: states
			.filter(({ state }) => state !== 'APPLIED')
			.map(({ version, name, state }) => `version ${version} (${name}) is ${state}`),
	};
}

async function lookAtTables(database: StoreDatabase): Promise<Looked> {
	const expected = expectedColumns();
	const wanted = await typesInEngine(database, [...new Set(expected.map(({ type }) => type))]);
	const rows = await database.query<{ table: string; name: string; type: string }>(
		`SELECT table, name, type FROM system.columns WHERE database = {database:String} LIMIT ${MAX_COLUMNS}`,
		{ database: database.name },
	);
	const found = new Map(rows.map(({ table, name, type }) => [`${table}.${name}`, type]));
	const tables = new Set(rows.map(({ table }) => table));
	const missing = [...new Set([...expected.map(({ table }) => table), ...EXPECTED_VIEWS])].filter(
		(name) => !tables.has(name),
	);
	return {
		seen: `${tables.size} tables and views, ${expected.length} columns of the types that they should have`,
		problems: [
			...missing.map((name) => `${name} is missing`),
			...expected.filter(({ table }) => tables.has(table)).flatMap((column) => columnProblem(column, found, wanted)),
		],
	};
}

function columnProblem(
	{ table, column, type }: ExpectedColumn,
	found: ReadonlyMap<string, string>,
	wanted: ReadonlyMap<string, string>,
): readonly string[] {
	const has = found.get(`${table}.${column}`);
	if (has === undefined) return [`${table} has no column ${column}`];
	return has === wanted.get(type) ? [] : [`${table}.${column} is ${has}, not ${type}`];
}

/** How the engine writes types. */
async function typesInEngine(database: StoreDatabase, types: readonly string[]): Promise<ReadonlyMap<string, string>> {
	const selected = types.map((_, index) => `toTypeName(defaultValueOfTypeName({type_${index}:String}))`).join(', ');
	const [row] = await database.query<{ names: readonly string[] }>(
		`SELECT [${selected}] AS names`,
		Object.fromEntries(types.map((type, index) => [`type_${index}`, type])),
	);
	return new Map(types.map((type, index) => [type, row?.names[index] ?? '']));
}

/** The engine sets a part that it cannot read aside, without a word. */
async function lookAtParts(database: StoreDatabase): Promise<Looked> {
	const rows = await database.query<{ table: string; name: string; reason: string }>(
		`SELECT table, name, toString(reason) AS reason FROM system.detached_parts WHERE database = {database:String} ORDER BY table, name LIMIT ${MAX_PARTS}`,
		{ database: database.name },
	);
	return {
		seen: 'none is detached',
		problems: rows.map(
			({ table, name, reason }) => `${table} has the part ${name} detached${reason === '' ? '' : `: ${reason}`}`,
		),
	};
}

/** With a table of its own: those of the store are never written to without a reason. */
async function lookAtRoundTrip(database: StoreDatabase): Promise<Looked> {
	const table = `check_${randomUUID().replaceAll('-', '')}`;
	const place = `${layoutOf(database).database}.${table}`;
	const text = 'quotes \' " \\, a line\nand \u00fc\u{1f600}';
	return await database.administer(async ({ execute }) => {
		await execute(
			`CREATE TABLE ${place} (text String) ENGINE = MergeTree ORDER BY text SETTINGS non_replicated_deduplication_window = 10`,
		);
		try {
			const row = Buffer.from(JSON.stringify({ text }));
			await database.insert(table, row, table);
			await database.insert(table, row, table);
			const rows = await database.query<{ text: string }>(
				`SELECT text FROM ${table} WHERE text = {text:String} LIMIT 2`,
				{ text },
			);
			const isSame = rows.length === 1 && rows[0]?.text === text;
			return {
				seen: 'what is added is found, once',
				problems: isSame ? [] : [`a row that was added twice with one token was found ${rows.length} times`],
			};
		} finally {
			await execute(`DROP TABLE ${place}`);
		}
	});
}
