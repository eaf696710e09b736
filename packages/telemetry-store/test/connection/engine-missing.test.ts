import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { openDatabase } from '../../src/connection/open-database.ts';

vi.mock('chdb/connection', () => {
	throw new Error("Cannot find package 'chdb'");
});

it('says what to do where the engine is not installed', async () => {
	await expect(openDatabase({ path: join(tmpdir(), 'telemetry-store-never') })).rejects.toMatchObject({
		code: 'ENGINE_MISSING',
		message: expect.stringMatching(/add the package chdb .* or give the url of a ClickHouse server/),
	});
});
