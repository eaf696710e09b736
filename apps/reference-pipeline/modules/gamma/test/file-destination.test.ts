import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JOURNAL, STAGE } from '@pipeline/model';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileDestination, type FileDestinationOptions, type OutboundRecord } from '../src/index.ts';
import { VirtualRuntime } from './support/virtual-runtime.ts';

let directory: string;
beforeEach(async () => {
	directory = await mkdtemp(join(tmpdir(), 'gamma-file-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

function destination(options: Partial<FileDestinationOptions> = {}): FileDestination {
	return new FileDestination({ directory, baseName: 'out', ...options }, new VirtualRuntime());
}

function outbound(text: string): OutboundRecord {
	return {
		attemptId: 'a',
		attemptNumber: 1,
		rendered: {
			recordId: 'r',
			destinationId: 'out',
			format: 'JSON',
			renderedContent: Buffer.from(text),
			contentType: 'application/json',
			encoding: 'UTF-8',
			renderTimestamp: '',
			renderDurationMs: 0,
			contentChecksum: '',
			lineageId: 'l',
			[JOURNAL]: 0,
			[STAGE]: 0,
		},
	};
}

async function files(): Promise<Record<string, string>> {
	const names = (await readdir(directory)).sort();
	return Object.fromEntries(
		await Promise.all(names.map(async (name) => [name, await readFile(join(directory, name), 'utf8')] as const)),
	);
}

async function write(target: FileDestination, ...batches: string[][]) {
	await target.connect();
	for (const batch of batches) await target.deliver(batch.map(outbound));
}

describe('layouts', () => {
	it.each<[FileDestinationOptions['layout'], string, string]>([
		['LINES', 'out-000001.jsonl', '{"a":1}\n{"a":2}\n{"a":3}\n'],
		['ARRAY', 'out-000001.json', '[\n{"a":1}\n,{"a":2}\n,{"a":3}\n]\n'],
	])('%s', async (layout, name, content) => {
		const target = destination(layout === undefined ? {} : { layout });
		await write(target, ['{"a":1}', '{"a":2}'], ['{"a":3}']);
		expect(Object.keys(await files())).toEqual([`${name}.part`]);
		await target.disconnect();
		expect(await files()).toEqual({ [name]: content });
		if (layout === 'ARRAY') expect(JSON.parse(content)).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }]);
		expect(target.getMetrics()).toEqual({ recordsDelivered: 3, bytesDelivered: 21, callsMade: 2 });
	});

	it('CSV has a header', async () => {
		const target = destination({ layout: 'CSV', columns: ['a', 'b,c'] });
		await write(target, ['1,2', '"x\ny",3']);
		await target.disconnect();
		const content = (await files())['out-000001.csv'] ?? '';
		expect(parse(content)).toEqual([
			['a', 'b,c'],
			['1', '2'],
			['x\ny', '3'],
		]);
	});

	it('refuses CSV without columns and bounds out of range', () => {
		expect(() => destination({ layout: 'CSV' })).toThrow('file.columns');
		expect(() => destination({ maxRecordsPerFile: 0 })).toThrow('file.maxRecordsPerFile');
		expect(() => destination({ maxBytesPerFile: 1023 })).toThrow('file.maxBytesPerFile');
		expect(destination({ maxRecordsPerFile: 1, maxBytesPerFile: 1024 })).toBeInstanceOf(FileDestination);
	});
});

describe('rotation', () => {
	it('begins a new file after the last record that fits, whatever the batches', async () => {
		const target = destination({ maxRecordsPerFile: 2 });
		await write(target, ['1', '2', '3'], ['4', '5']);
		await target.disconnect();
		expect(await files()).toEqual({
			'out-000001.jsonl': '1\n2\n',
			'out-000002.jsonl': '3\n4\n',
			'out-000003.jsonl': '5\n',
		});
	});

	it.each([
		[511, 1],
		[512, 2],
	])('two records of %i bytes and their line ends make %i file(s) of 1024 bytes', async (bytes, count) => {
		const target = destination({ maxBytesPerFile: 1024 });
		await write(target, ['x'.repeat(bytes), 'y'.repeat(bytes)]);
		await target.disconnect();
		expect(Object.keys(await files()).length).toBe(count);
	});

	it('gives a record larger than a file one of its own', async () => {
		const target = destination({ maxBytesPerFile: 1024 });
		await write(target, ['a', 'x'.repeat(2000), 'b']);
		await target.disconnect();
		expect(Object.values(await files()).map((text) => text.length)).toEqual([2, 2001, 2]);
	});

	it('goes on with the next number', async () => {
		const first = destination();
		await write(first, ['1']);
		await first.disconnect();
		const second = destination();
		await write(second, ['2']);
		await second.disconnect();
		expect(Object.keys(await files())).toEqual(['out-000001.jsonl', 'out-000002.jsonl']);
	});
});

describe('recovery of staged files', () => {
	const layouts: readonly [NonNullable<FileDestinationOptions['layout']>, readonly string[], string][] = [
		['LINES', ['{"a":1}', '{"b":"x"}'], 'out-000001.jsonl'],
		['ARRAY', ['{"a":1}', '{"b":"x"}'], 'out-000001.json'],
		['CSV', ['1,2', '"a\nb",3'], 'out-000001.csv'],
	];

	it.each(layouts)(
		'%s: cut anywhere, the acknowledged records survive and the rest is gone',
		async (layout, records, name) => {
			const columns = ['c1', 'c2'];
			const complete = destination({ layout, columns });
			await write(complete, [...records]);
			await complete.disconnect();
			const bytes = Buffer.from((await files())[name] ?? '');
			const ends = records.map((record) => bytes.indexOf(record) + record.length + 1);
			for (let length = 0; length <= bytes.byteLength; length++) {
				await rm(join(directory, name));
				await writeFile(join(directory, `${name}.part`), bytes.subarray(0, length));
				await destination({ layout, columns }).connect();
				const text = (await files())[name] ?? '';
				const read = rowsOf(layout, text);
				expect(read.length).toBe(ends.filter((end) => end <= length).length);
				expect(read).toEqual(records.map((record) => rowsOf(layout, wrap(layout, record))[0]).slice(0, read.length));
				if (length === bytes.byteLength) expect(text).toBe(bytes.toString());
			}
		},
	);

	it('cuts what follows the last whole line of any JSON records', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(fc.jsonValue(), { minLength: 1, maxLength: 4 }), fc.string(), async (values, torn) => {
				await rm(directory, { recursive: true, force: true });
				const target = destination();
				await write(
					target,
					values.map((value) => JSON.stringify(value)),
				);
				await appendFile(join(directory, 'out-000001.jsonl.part'), torn.replaceAll('\n', ''));
				await destination().connect();
				const lines = ((await files())['out-000001.jsonl'] ?? '').trimEnd().split('\n');
				expect(lines.map((line) => JSON.parse(line))).toEqual(values.map((value) => JSON.parse(JSON.stringify(value))));
			}),
			{ numRuns: 20 },
		);
	});
});

function wrap(layout: string, record: string): string {
	if (layout === 'CSV') return `c1,c2\n${record}\n`;
	return layout === 'ARRAY' ? `[${record}]` : `${record}\n`;
}

function rowsOf(layout: string, text: string): unknown[] {
	if (layout === 'CSV') return (parse(text) as unknown[]).slice(1);
	if (layout === 'ARRAY') return JSON.parse(text);
	return text
		.split('\n')
		.filter((line) => line !== '')
		.map((line) => JSON.parse(line));
}

describe('failures', () => {
	it('answers a receipt for each record and is unhealthy until it works again', async () => {
		const target = destination();
		await target.connect();
		await writeFile(join(directory, 'out-000001.jsonl.part'), 'in the way');
		const receipts = await target.deliver([outbound('1'), outbound('2')]);
		expect(receipts).toEqual([
			expect.objectContaining({
				status: 'FAILED',
				responseCode: 'EEXIST',
				errorCode: 'CONN_007_SOURCE_OUTAGE',
				retryEligible: true,
			}),
			expect.objectContaining({ status: 'FAILED', responseCode: 'EEXIST' }),
		]);
		expect(await target.healthCheck()).toMatchObject({ status: 'UNHEALTHY' });
		// The next call connects again, which completes the file in the way and takes the next number.
		expect(await target.deliver([outbound('1')])).toEqual([{ status: 'SUCCESS', responseCode: 'WRITTEN' }]);
		expect(await target.healthCheck()).toMatchObject({ status: 'HEALTHY' });
	});

	it('knows no delivery states', async () => {
		expect(await destination().getDeliveryStatus()).toEqual({ state: 'UNKNOWN' });
	});
});
