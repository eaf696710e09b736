import type { ClickHouseClient } from '@clickhouse/client';
import { expect, it } from 'vitest';
import { AuditLedger } from '../../src/audit/audit-ledger.ts';
import { ClientDatabase } from '../../src/connection/client-database.ts';
import type { StoreDatabase } from '../../src/connection/store-database.ts';
import { auditEntry, spooledEntry } from '../audit/audit-entries.ts';
import { openTestDatabase } from '../open-test-database.ts';

/** Answers with its name once it is let go. */
function client(name: string, letGo: Promise<void>): ClickHouseClient {
	const query = async () => {
		await letGo;
		return { text: async () => `{"by":"${name}"}\n`, close: () => {} };
	};
	return { query, close: async () => {} } as unknown as ClickHouseClient;
}

it('answers what storing waits for while all readers are busy', async () => {
	const { promise: letGo, resolve } = Promise.withResolvers<void>();
	const database = new ClientDatabase({
		kind: 'embedded',
		name: 'telemetry',
		readers: [client('reader', letGo)],
		storingReader: client('storing', Promise.resolve()),
		insert: async () => {},
		administrator: async () => client('administrator', letGo),
		onClose: async () => {},
	});
	const slow = [database.query('SELECT 1'), database.query('SELECT 2')];
	expect(await database.query('SELECT 3', {}, { isForStoring: true })).toEqual([{ by: 'storing' }]);
	resolve();
	expect(await Promise.all(slow)).toEqual([[{ by: 'reader' }], [{ by: 'reader' }]]);
	await database.close();
	const closed = database.query('SELECT 4', {}, { isForStoring: true });
	await expect(closed).rejects.toMatchObject({ code: 'STORE_CLOSED' });
});

it('is what the ledger asks, whatever it asks', async () => {
	await using database = await openTestDatabase();
	const asked: unknown[] = [];
	const watched: StoreDatabase = Object.assign(Object.create(database) as StoreDatabase, {
		insert: database.insert.bind(database),
		query: (...[sql, parameters, options]: Parameters<StoreDatabase['query']>) => {
			asked.push(options?.isForStoring);
			return database.query(sql, parameters, options);
		},
	});
	const ledger = await AuditLedger.open(watched);
	await ledger.append([spooledEntry(1, 1), auditEntry(2)]);
	await ledger.close();
	expect(asked.length).toBeGreaterThan(4);
	expect(new Set(asked)).toEqual(new Set([true]));
});
