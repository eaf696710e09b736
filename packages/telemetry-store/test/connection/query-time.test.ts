import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openDatabase } from '../../src/connection/open-database.ts';
import { migrate } from '../../src/schema/migrate.ts';
import { openTestDatabase } from '../open-test-database.ts';
import { ClickHouseOverHttp } from './clickhouse-over-http.ts';

const THIRTY_SECONDS = 30_000;

const timeouts: number[] = [];
beforeEach(() => {
	timeouts.length = 0;
	const real = AbortSignal.timeout.bind(AbortSignal);
	vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
		timeouts.push(ms);
		return real(ms);
	});
});
afterEach(() => void vi.restoreAllMocks());

it('is 30 s in the embedded engine, which then stops by itself', async () => {
	await using database = await openTestDatabase();
	timeouts.length = 0;
	expect(await database.query("SELECT getSetting('max_execution_time') AS seconds")).toEqual([{ seconds: 30 }]);
	expect(timeouts).toEqual([THIRTY_SECONDS]);
});

it('is 30 s on a server, which is told so with every query', async () => {
	await using server = await ClickHouseOverHttp.start();
	const database = await openDatabase({ url: server.url });
	await migrate(database, { to: 0 });
	timeouts.length = 0;
	expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
	expect(server.queries.at(-1)).toMatchObject({
		sql: expect.stringContaining('SELECT 1'),
		settings: { max_execution_time: '30' },
	});
	expect(timeouts).toContain(THIRTY_SECONDS);
	await database.close();
});
