import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../src/connection/open-database.ts';
import type { StoreDatabase } from '../src/connection/store-database.ts';
import { type MigrateOptions, migrate } from '../src/schema/migrate.ts';

/** An embedded database in a folder of its own that goes when it is closed. One at a time: the engine has one folder a process. */
export async function openTestDatabase(options: MigrateOptions = {}): Promise<StoreDatabase & AsyncDisposable> {
	const path = await mkdtemp(join(tmpdir(), 'telemetry-store-'));
	const database = await openDatabase({ path });
	await migrate(database, options);
	return Object.assign(database, {
		[Symbol.asyncDispose]: async () => {
			await database.close();
			await rm(path, { recursive: true, force: true });
		},
	});
}
