import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AlphaModule } from '../src/index.ts';
import { FakeSender, fileWith, MAX_BYTES, outcomesOf, runtime, sourceOf } from './fixtures.ts';

const jsonish = fc.string({
	unit: fc.constantFrom(
		'{',
		'}',
		'[',
		']',
		'"',
		'\\',
		',',
		':',
		'1',
		'e',
		'-',
		' ',
		'\n',
		'\r',
		'a',
		'null',
		'\u0000',
		'é',
	),
});
const csvish = fc.string({ unit: fc.constantFrom('"', ',', '\t', '\n', '\r\n', 'a', '1', ' ', '""', '\ufeff', 'é') });
const anything = fc.oneof(
	fc.uint8Array({ maxLength: 3_000 }),
	jsonish.map((text) => Buffer.from(text)),
	csvish.map((text) => Buffer.from(text)),
	jsonish.map((text) => Buffer.from(`\ufeff${text}`, 'utf16le')),
);
const textFormats = fc.constantFrom('a.json', 'a.ndjson', 'a.csv', 'a.tsv');

async function countsOf(name: string, content: Uint8Array) {
	const sender = new FakeSender();
	const source = sourceOf(fileWith(name, content), { parquetTimeoutMs: 2_000 });
	const alpha = new AlphaModule({
		source,
		rules: [],
		sender,
		runtime: runtime(),
		config: { maxRecordSizeBytes: MAX_BYTES },
	});
	await alpha.start();
	const { fetched, ingested, handedOff, parseFailed } = await alpha.finished();
	return {
		fetched,
		ingested,
		ends: handedOff + parseFailed,
		sent: sender.batches.reduce((sum, { records }) => sum + records.length, 0) + alpha.errorQueue.size,
	};
}

describe('arbitrary bytes', () => {
	it('in any text format: as many ends as records, nothing thrown', async () => {
		await fc.assert(
			fc.asyncProperty(textFormats, anything, async (name, content) => {
				const { fetched, ingested, ends, sent } = await countsOf(name, content);
				expect([ingested, ends, sent]).toEqual([fetched, fetched, fetched]);
			}),
			{ numRuns: 400 },
		);
	});

	it('as a Parquet file: one failure', { timeout: 60_000 }, async () => {
		await fc.assert(
			fc.asyncProperty(fc.uint8Array({ maxLength: 500 }), async (content) => {
				expect(await countsOf('a.parquet', content)).toEqual({ fetched: 1, ingested: 1, ends: 1, sent: 1 });
			}),
			{ numRuns: 30 },
		);
	});

	it('elements of an array come back as the bytes they were, however they are laid out', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }))),
				fc.constantFrom(0, 1, '\t'),
				async (objects, indent) => {
					const rows = objects.filter((object) => Buffer.byteLength(JSON.stringify(object, null, 4)) < MAX_BYTES / 4);
					const outcomes = await outcomesOf('a.json', JSON.stringify(rows, null, indent));
					expect(outcomes.map((text) => JSON.parse(text) as unknown)).toEqual(
						rows.map((row) => JSON.parse(JSON.stringify(row)) as unknown),
					);
				},
			),
		);
	});

	it('cells of a CSV file come back, whatever they hold', async () => {
		const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r\n', ' ', 'é'), maxLength: 20 });
		const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
		await fc.assert(
			fc.asyncProperty(fc.array(fc.tuple(cell, cell)), fc.constantFrom('\n', '\r\n'), async (rows, ending) => {
				const lines = rows.map((cells) => cells.map(quoted).join(','));
				expect(await outcomesOf('a.csv', ['x,y', ...lines].join(ending))).toEqual(lines);
			}),
		);
	});
});
