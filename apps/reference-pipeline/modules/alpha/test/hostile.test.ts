import { describe, expect, it } from 'vitest';
import { AlphaModule } from '../src/index.ts';
import {
	FakeSender,
	fileWith,
	MAX_BYTES,
	parserWith,
	readAll,
	runtime,
	sourceOf,
	temporaryFolder,
} from './fixtures.ts';
import { hostileFiles } from './hostile-files.ts';

const files = hostileFiles(1);
const GROUP = 50;
const groups = Array.from({ length: Math.ceil(files.length / GROUP) }, (_, at) =>
	files.slice(at * GROUP, (at + 1) * GROUP),
);
/** Bytes of a row, or the start of a damaged one. */
const MAX_KEPT_BYTES = Math.max(MAX_BYTES, 4_096);
const MINUTE_MS = 60_000;

describe('hostile files', () => {
	it('are many, and the same in every run', () => {
		expect([files.length >= 500, hostileFiles(1)]).toEqual([true, files]);
	});

	it.each(groups.map((group, at) => [at, group] as const))(
		'group %d: one outcome for each row, no more bytes than allowed',
		{ timeout: MINUTE_MS },
		async (_at, group) => {
			const folder = temporaryFolder();
			const parser = parserWith();
			const wrong: unknown[] = [];
			for (const [at, { name, what, content }] of group.entries()) {
				const source = sourceOf(fileWith(`${at}-${name}`, content, folder), { parquetTimeoutMs: 500 });
				for (const raw of await readAll(source)) {
					const { records, failure } = parser.parse(raw);
					const hasOneOutcome = records.length + (failure ? 1 : 0) === 1;
					if (!hasOneOutcome || raw.rawBytes.length > MAX_KEPT_BYTES)
						wrong.push([name, what, records.length, failure?.errorCode, raw.rawBytes.length]);
				}
			}
			expect(wrong).toEqual([]);
		},
	);

	it('the good rows before and behind a hostile value are delivered', { timeout: MINUTE_MS }, async () => {
		const folder = temporaryFolder();
		const parser = parserWith();
		const lost: unknown[] = [];
		const placed = files.filter(
			({ name, what }) => name.startsWith('placed.') && !ENDS_THE_FILE.has(`${name} ${what}`),
		);
		for (const [at, { name, what, content }] of placed.entries()) {
			const raws = await readAll(sourceOf(fileWith(`${at}-${name}`, content, folder)));
			const outcomes = raws.map((raw) => parser.parse(raw).failure === undefined);
			if (!outcomes.at(0) || !outcomes.at(-1) || raws.length < 3) lost.push([name, what, outcomes]);
		}
		expect(lost).toEqual([]);
	});

	it('half of them at once: every record is handed over or queued, and the module ends', {
		timeout: 3 * MINUTE_MS,
	}, async () => {
		const folder = temporaryFolder();
		for (const [at, { name, content }] of files.entries()) if (at % 2 === 0) fileWith(`${at}-${name}`, content, folder);
		const source = sourceOf(folder, { parquetTimeoutMs: 500 });
		const sender = new FakeSender();
		const config = { maxRecordSizeBytes: MAX_BYTES, errorQueueCapacity: 100_000 };
		const alpha = new AlphaModule({ source, rules: [], sender, runtime: runtime(), config });
		await alpha.start();
		const { ingested, handedOff, parseFailed } = await alpha.finished();
		const sent = sender.batches.reduce((sum, { records }) => sum + records.length, 0);
		expect([ingested, sent, alpha.errorQueue.size]).toEqual([handedOff + parseFailed, handedOff, parseFailed]);
	});
});

/** Values that swallow what follows them, by the rules of their format: a quote or an array that is never closed. */
const ENDS_THE_FILE = new Set([
	...[
		'a text never closed',
		'only a quote',
		'three quotes',
		'arrays never closed',
		'arrays never opened',
		'deep arrays',
	].map((what) => `placed.json ${what}`),
	...['csv', 'tsv'].flatMap((extension) =>
		['a text never closed', 'only a quote', 'three quotes'].map((what) => `placed.${extension} ${what}`),
	),
]);
