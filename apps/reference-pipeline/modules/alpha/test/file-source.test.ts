import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '@pipeline/model';
import { describe, expect, it } from 'vitest';
import {
	fileWith,
	MAX_BYTES,
	numbers,
	outcomesOf,
	parquetOf,
	parserWith,
	readAll,
	sourceOf,
	temporaryFolder,
	textOf,
} from './fixtures.ts';

const ndjson = (count: number) =>
	numbers(count)
		.map((n) => `{"n":${n}}\n`)
		.join('');

describe('FileSource', () => {
	it.each<[string, string, string[]]>([
		['a.json', '[{"a":1},\n {"a":[2,{"b":"],"}]}]', ['{"a":1}', '{"a":[2,{"b":"],"}]}']],
		['a.json', '{"a":1}', ['{"a":1}']],
		['a.json', '[]', []],
		['a.ndjson', '{"a":1}\r\n\n{"a":2}', ['{"a":1}', '{"a":2}']],
		['a.jsonl', '{"a":1}\n', ['{"a":1}']],
		['a.csv', 'a,b\n1,"x\ny"\n3,"p ""q"""\n', ['1,"x\ny"', '3,"p ""q"""']],
		['a.csv', 'a,b\r\n1,2\r\n', ['1,2']],
		['a.csv', 'a,b\n', []],
		['a.tsv', 'a\tb\n1\t2\n', ['1\t2']],
	])('%s: %j', async (name, content, expected) => {
		const rows = await outcomesOf(name, content);
		expect(rows.map((row) => row.trim())).toEqual(expected);
	});

	it('Parquet rows, over several row groups', async () => {
		const raws = await readAll(sourceOf(fileWith('a.parquet', parquetOf(5))));
		const rows = raws.map((raw) => JSON.parse(textOf(raw)) as { n: number; name: string });
		expect(rows.map(({ n, name }) => [n, name])).toEqual(numbers(5).map((n) => [n, `name ${n}`]));
	});

	it('numbers its records within a batch and gives each a lineage', async () => {
		const source = sourceOf(fileWith('a.ndjson', ndjson(5)));
		await source.connect();
		const batches = [await source.fetch(3), await source.fetch(3), await source.fetch(3)];
		const [first, second] = batches;
		expect([
			batches.map((batch) => batch.map(({ sequenceNumber }) => sequenceNumber)),
			first?.[0]?.batchId === second?.[0]?.batchId,
		]).toEqual([[[0, 1, 2], [0, 1], []], false]);
		expect(new Set(batches.flat().map(({ lineageId }) => lineageId)).size).toBe(5);
	});

	it('reads folders, globs and files, each file once, in order', async () => {
		const folder = temporaryFolder();
		mkdirSync(join(folder, 'sub'));
		for (const name of ['b.ndjson', 'a.ndjson', 'sub/c.ndjson']) writeFileSync(join(folder, name), `{"f":"${name}"}\n`);
		writeFileSync(join(folder, 'readme.txt'), 'no data');
		const names = async (...inputs: string[]) =>
			(await readAll(sourceOf(inputs))).map((raw) => (JSON.parse(textOf(raw)) as { f: string }).f);
		expect([
			await names(folder),
			await names(join(folder, '*.ndjson')),
			await names(folder, join(folder, 'a.ndjson')),
		]).toEqual([
			['a.ndjson', 'b.ndjson', 'sub/c.ndjson'],
			['a.ndjson', 'b.ndjson'],
			['a.ndjson', 'b.ndjson', 'sub/c.ndjson'],
		]);
	});

	it.each(['missing.ndjson', '*.parquet'])('cannot be connected to %s', async (name) => {
		await expect(sourceOf(join(temporaryFolder(), name)).connect()).rejects.toThrow(ConfigError);
	});

	it('stops at its limit', async () => {
		expect(await readAll(sourceOf(fileWith('a.ndjson', ndjson(10)), { limit: 4 }))).toHaveLength(4);
	});

	it.each(['a.ndjson', 'a.json', 'a.csv', 'a.parquet'])('%s: goes on behind what was acknowledged', async (name) => {
		const content = {
			'a.ndjson': ndjson(5),
			'a.json': JSON.stringify(numbers(5).map((n) => ({ n }))),
			'a.csv': `n\n${numbers(5).join('\n')}\n`,
			'a.parquet': parquetOf(5),
		}[name] as string;
		const folder = temporaryFolder();
		const [file, checkpointFile] = [fileWith(name, content, folder), join(folder, 'state', 'checkpoint.txt')];
		const first = sourceOf(file, { checkpointFile });
		await first.connect();
		const raws = await first.fetch(3);
		await first.acknowledge(raws.slice(0, 2).map(({ sourceMetadata }) => sourceMetadata['ref'] ?? ''));
		await first.disconnect();
		const refs = async () =>
			(await readAll(sourceOf(file, { checkpointFile }))).map(
				({ sourceMetadata }) => sourceMetadata['ref']?.split('#')[1],
			);
		expect(await refs()).toEqual(['2', '3', '4']);
	});

	it.each([
		['a.ndjson', (cell: string) => `{"a":"${cell}"}\n{"a":1}\n`, 8],
		['a.json', (cell: string) => `[{"a":"${cell}"},{"a":1}]`, 8],
		['a.csv', (cell: string) => `a,b\n${cell},1\n2,3\n`, 2],
	])('%s: a row of exactly the allowed size passes, one byte more does not', async (name, content, frame) => {
		const isRefused = async (size: number) =>
			(await outcomesOf(name, content('x'.repeat(size - frame))))[0] === 'PARSE_006_TOO_LARGE';
		expect([await isRefused(MAX_BYTES), await isRefused(MAX_BYTES + 1)]).toEqual([false, true]);
	});

	it('says whether it is connected', async () => {
		const source = sourceOf(fileWith('a.ndjson', ndjson(1)));
		const before = await source.healthCheck();
		await source.connect();
		expect([before.status, (await source.healthCheck()).status]).toEqual(['UNHEALTHY', 'HEALTHY']);
		await source.disconnect();
	});

	it('gives the bytes as they stand in the file', async () => {
		const elements = ['{"id":12345678901234567890}', '{"a":1,"a":2}', '{ "x" : 1.0 }', '{"e":"\\u00e9"}'];
		expect(await outcomesOf('a.json', `[${elements.join(',')}]`)).toEqual(elements);
	});

	it('64-bit integers of a Parquet file keep their digits', async () => {
		const parser = parserWith();
		const [raw] = await readAll(sourceOf(fileWith('a.parquet', parquetOf(1))));
		expect(raw && parser.parse(raw).records[0]?.fields['id']).toMatchObject({ integerValue: 9_007_199_254_740_993n });
	});

	it.each<[string, string, string[]]>([
		['a.json', '[{"a":1},{"a":x},{"a":3}]', ['{"a":1}', 'PARSE_001_INVALID_JSON', '{"a":3}']],
		['a.json', '[{"a":1}] x', ['{"a":1}', 'PARSE_001_INVALID_JSON']],
		['a.json', '[{"a":1},{"a"', ['{"a":1}', 'PARSE_005_TRUNCATED']],
		['a.json', '[{"a":1},,{"a":3}]', ['{"a":1}', 'PARSE_001_INVALID_JSON', '{"a":3}']],
		['a.json', '[{"a":1},]', ['{"a":1}', 'PARSE_001_INVALID_JSON']],
		['a.csv', 'a,b\n1,2\nx"y,2"\n3,4\n', ['1,2', 'PARSE_002_INVALID_CSV', '3,4']],
		['a.csv', 'a,b\n1,2\n"x,2\n3,4\n', ['1,2', 'PARSE_005_TRUNCATED']],
		['a.csv', `a,b\n1,2\n"${'x'.repeat(9_999)}",2\n3,4\n`, ['1,2', 'PARSE_006_TOO_LARGE', '3,4']],
		['a.json', `[{"a":1},{"a":"${'x'.repeat(999_999)}"},{"a":3}]`, ['{"a":1}', 'PARSE_006_TOO_LARGE', '{"a":3}']],
	])('%s: delivers what stands before and, where it can, behind the damage: %.40s', async (name, content, expected) => {
		expect(await outcomesOf(name, content)).toEqual(expected);
	});

	it.each<[string, string, Buffer]>([
		['a byte order mark', 'UTF-8', Buffer.from('\ufeff{"a":1}\n{"a":2}\n', 'utf16le')],
		['the declaration', 'UTF-16', Buffer.from('{"a":1}\r\n{"a":2}', 'utf16le')],
		['a big-endian mark', 'UTF-8', Buffer.from('\ufeff{"a":1}\n{"a":2}\n', 'utf16le').swap16()],
	])('reads UTF-16 by %s', async (_name, encoding, content) => {
		const raws = await readAll(sourceOf(fileWith('a.ndjson', content), { encoding }));
		const parser = parserWith();
		expect(raws.map((raw) => parser.parse(raw).records[0]?.fields['a'])).toMatchObject([
			{ integerValue: 1n },
			{ integerValue: 2n },
		]);
	});

	it('a header has the encoding of its file', async () => {
		const [raw] = await readAll(
			sourceOf(fileWith('a.csv', Buffer.from('caf\xe9\n1\n', 'latin1')), { encoding: 'ISO-8859-1' }),
		);
		expect(raw?.sourceMetadata['columns']).toBe('["café"]');
	});

	it('a quoted header may follow a byte order mark', async () => {
		expect(await outcomesOf('a.csv', '\ufeff"a","b"\n1,2\n')).toEqual(['1,2']);
	});

	it('a file that goes away is one failure', async () => {
		const folder = temporaryFolder();
		const source = sourceOf(fileWith('a.ndjson', ndjson(1), folder));
		await source.connect();
		writeFileSync(join(folder, 'b'), '');
		const { rmSync } = await import('node:fs');
		rmSync(join(folder, 'a.ndjson'));
		const parser = parserWith();
		expect((await source.fetch(10)).map((raw) => parser.parse(raw).failure?.errorCode)).toEqual([
			'PARSE_005_TRUNCATED',
		]);
	});
});
