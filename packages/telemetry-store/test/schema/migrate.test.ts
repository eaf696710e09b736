import { afterEach, expect, it } from 'vitest';
import { migrate, migrationStates } from '../../src/schema/migrate.ts';
import { MIGRATIONS } from '../../src/schema/migrations.ts';
import { applyRetention, RETENTIONS } from '../../src/schema/retention.ts';
import { createTable, createView } from '../../src/schema/table.ts';
import { openTestDatabase } from '../open-test-database.ts';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
afterEach(() => database?.[Symbol.asyncDispose]());

const retentionOf = async (table: string) => {
	const [row] = await database.query<{ days: string }>(
		"SELECT extract(create_table_query, 'toIntervalDay\\\\((\\\\d+)') AS days FROM system.tables WHERE database = 'telemetry' AND name = {table:String}",
		{ table },
	);
	return row?.days;
};

it('makes every table once, keeps what is in them, and says how far it is', async () => {
	database = await openTestDatabase({ to: 1 });
	const row = { Timestamp: '2026-11-21 10:00:00', TraceId: '4bf92f3577b34da6a3ce929d0e0e4736', SpanName: 'before' };
	await database.insert('otel_traces', Buffer.from(JSON.stringify(row)), 'one');
	const versions = MIGRATIONS.map(({ version }) => version);
	expect(await migrate(database)).toEqual(versions.slice(1));
	expect(await migrate(database)).toEqual([]);
	expect(await migrationStates(database)).toMatchObject(MIGRATIONS.map(({ name }) => ({ name, state: 'APPLIED' })));
	expect(await database.query('SELECT SpanName FROM otel_traces')).toEqual([{ SpanName: 'before' }]);
	await applyRetention(database, RETENTIONS.prod);
	expect(await retentionOf('audit_events')).toBe('2557');
	expect(await retentionOf('otel_traces')).toBe('30');
	await applyRetention(database, { ...RETENTIONS.prod, audit: 0 });
	expect(await retentionOf('audit_events')).toBe('');
});

it('knows whose the spans are in a table that a Collector has made', async () => {
	database = await openTestDatabase({ to: 0 });
	const attributes = 'Map(LowCardinality(String), String)';
	await database.administer(async ({ execute }) => {
		await execute(
			`CREATE TABLE telemetry.otel_traces (Timestamp DateTime64(9), TraceId String, SpanName LowCardinality(String),
				ResourceAttributes ${attributes}, SpanAttributes ${attributes}) ENGINE = MergeTree ORDER BY Timestamp`,
		);
		await execute(
			"INSERT INTO telemetry.otel_traces (SpanName, ResourceAttributes, SpanAttributes) VALUES ('own', map('pipeline.tenant', 'a'), map('pipeline.tenant', 'b')), ('inherited', map('pipeline.tenant', 'a'), map()), ('none', map(), map())",
		);
	});
	await migrate(database, { to: 1 });
	expect(await database.query('SELECT SpanName, tenant_id FROM otel_traces ORDER BY SpanName')).toEqual([
		{ SpanName: 'inherited', tenant_id: 'a' },
		{ SpanName: 'none', tenant_id: 'default' },
		{ SpanName: 'own', tenant_id: 'b' },
	]);
});

it.each([
	['String', "String DEFAULT 'mine'"],
	['of another attribute', "LowCardinality(String) MATERIALIZED ResourceAttributes['customer']"],
])("leaves a table alone whose tenants are somebody else's: %s", async (_, tenant) => {
	database = await openTestDatabase({ to: 0 });
	await database.administer(async ({ execute }) => {
		await execute('CREATE DATABASE IF NOT EXISTS telemetry');
		await execute(
			`CREATE TABLE telemetry.otel_traces (Timestamp DateTime64(9), ResourceAttributes Map(String, String),
				SpanAttributes Map(String, String), tenant_id ${tenant}) ENGINE = MergeTree ORDER BY Timestamp`,
		);
	});
	const tables = () =>
		database.query("SELECT create_table_query FROM system.tables WHERE database = 'telemetry' ORDER BY name");
	const before = await tables();
	await expect(migrate(database)).rejects.toMatchObject({
		code: 'SCHEMA_INVALID',
		message: expect.stringContaining('telemetry.otel_traces.tenant_id is there already as '),
	});
	expect(await tables()).toEqual(before);
});

it('goes on where a migration was interrupted', async () => {
	database = await openTestDatabase({ to: 1 });
	await database.administer(({ execute }) => execute('TRUNCATE TABLE telemetry.schema_migrations'));
	expect(await migrate(database, { to: 1 })).toEqual([1]);
});

it('refuses a store that a newer release has changed', async () => {
	database = await openTestDatabase({ to: 1 });
	await database.administer(({ execute }) =>
		execute("INSERT INTO telemetry.schema_migrations (version, name, checksum) VALUES (99, 'later', '')"),
	);
	await expect(migrate(database)).rejects.toMatchObject({ code: 'SCHEMA_INVALID' });
	expect((await migrationStates(database)).at(-1)).toMatchObject({ version: 99, state: 'UNKNOWN' });
});

it('renders every statement for a cluster so that the engine can read it', async () => {
	database = await openTestDatabase({ to: 0 });
	const layout = { database: 'telemetry', cluster: 'main' };
	const statements = MIGRATIONS.flatMap((migration) => migration.statements(layout));
	await database.administer(async ({ query }) => {
		for (const statement of statements) {
			const rows = await query<{ sql: string }>('SELECT formatQuery({statement:String}) AS sql', { statement });
			expect(rows[0]?.sql).toMatch(/ON CLUSTER main/);
		}
	});
	const [local, spread] = createTable(layout, { name: 't', columns: { a: 'UInt8' }, order: 'a', shardBy: 'rand()' });
	expect(local).toContain("ReplicatedMergeTree('/clickhouse/tables/{shard}/{database}/{table}', '{replica}')");
	expect(spread).toContain("Distributed('main', 'telemetry', 't_local', rand())");
	expect(createView(layout, { name: 'v', from: 't', to: 'u', select: '*' })[0]).toContain(
		'TO telemetry.u\nAS SELECT *\nFROM telemetry.t_local',
	);
});
