import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JOURNAL, STAGE, seededRuntime } from '@pipeline/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TableSource } from '../src/index.ts';
import { fieldsOf } from './support.ts';

const options = { sourceId: 'airports', keyField: 'iata', runtime: seededRuntime(1, 'test') };
const request = (key: string) => ({ key, [JOURNAL]: 0, [STAGE]: 0 });
let folder: string;

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'beta-table-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function load(name: string, text: string): Promise<TableSource> {
	await writeFile(join(folder, name), text);
	return TableSource.fromFile(join(folder, name), options);
}

describe('TableSource', () => {
	it('reads JSON with its types', async () => {
		const table = await load('a.json', '[{"iata":"MAD","runways":4},{"iata":null},{"x":1}]');
		expect([table.rowCount, await table.lookup(request('MAD'))]).toEqual([1, fieldsOf({ iata: 'MAD', runways: 4 })]);
	});

	it('reads CSV as text, quotes and byte order mark included', async () => {
		const table = await load('a.csv', '\uFEFFiata,name\nMAD,"Adolfo, ""Suárez"""\n\n');
		expect(table.row('MAD')).toEqual(fieldsOf({ iata: 'MAD', name: 'Adolfo, "Suárez"' }));
	});

	it('knows no inherited names', async () => {
		const table = await load('b.json', '[{"iata":"MAD"}]');
		expect([table.row('constructor'), await table.lookup(request('__proto__'))]).toEqual([undefined, undefined]);
	});

	it.each([
		['a.txt', 'x'],
		['c.json', '{}'],
		['d.json', '[1]'],
		['e.json', '['],
	])('refuses %s', async (name, text) => {
		await expect(load(name, text)).rejects.toMatchObject({ name: 'ConfigError' });
	});

	it('answers as a healthy source of its kind', async () => {
		const table = new TableSource([], { ...options, kind: 'CACHE', classification: 'RESTRICTED' });
		expect([table.kind, table.classification, (await table.healthCheck()).status]).toEqual([
			'CACHE',
			'RESTRICTED',
			'HEALTHY',
		]);
	});
});
