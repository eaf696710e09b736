import { join } from 'node:path';
import { type AlphaBetaBatch, TransferError } from '@pipeline/model';
import { describe, expect, it, vi } from 'vitest';
import { type AlphaEvents, AlphaModule, type AlphaModuleOptions, type RuleConfig } from '../src/index.ts';
import { FakeSender, fileWith, numbers, readAll, runtime, sourceOf, temporaryFolder } from './fixtures.ts';

const rows = (count: number) =>
	numbers(count)
		.map((n) => `{"n":${n}}\n`)
		.join('');
const belowHundred: RuleConfig = { id: 'VR04', fieldConstraints: { n: { max: 99 } } };

function alphaOf(content: string, sender: FakeSender, options: Partial<AlphaModuleOptions> = {}) {
	const source = options.source ?? sourceOf(fileWith('a.ndjson', content));
	return new AlphaModule({ source, rules: [], sender, runtime: runtime(), ...options });
}

/** Values of `n` in the batches, batch by batch. */
const valuesOf = (batches: readonly AlphaBetaBatch[]) =>
	batches.map(({ records }) =>
		records.map(({ fields }) => Number((fields['n'] as { integerValue: bigint }).integerValue)),
	);

describe('AlphaModule', () => {
	it('hands over what passes, queues the rest, and every record has one end', async () => {
		const sender = new FakeSender();
		const terminals: AlphaEvents['recordTerminal'][] = [];
		const rules: RuleConfig[] = [
			{ ...belowHundred, severity: 'ERROR' },
			{ id: 'VR01', requiredFields: ['n'], severity: 'CRITICAL' },
			{ id: 'VR06', fieldEnums: { q: ['good'] }, severity: 'WARNING', weight: 9 },
		];
		const alpha = alphaOf('{"n":1}\n{"n":100}\n{"m":1}\n{"n":2,"q":"bad"}\n{"n":\n{"n":3}\n', sender, { rules });
		alpha.events.on('recordTerminal', (event) => terminals.push(event));
		await alpha.start();
		expect(await alpha.finished()).toEqual({
			fetched: 6,
			ingested: 6,
			parseFailed: 1,
			rejected: 2,
			quarantined: 1,
			handedOff: 2,
			lost: 0,
		});
		expect([valuesOf(sender.batches), terminals.map(({ outcome, queue }) => `${outcome} ${queue}`)]).toEqual([
			[[1, 3]],
			['REJECTED VALIDATION', 'REJECTED CRITICAL', 'QUARANTINED VALIDATION', 'DROPPED PARSE'],
		]);
		expect(alpha.errorQueue.list().map(({ queue, errorCode }) => [queue, errorCode.slice(0, 7)])).toEqual([
			['VALIDATION', 'VAL_004'],
			['CRITICAL', 'VAL_002'],
			['VALIDATION', 'VAL_014'],
			['PARSE', 'PARSE_0'],
		]);
	});

	it('cuts batches by size, and the last by the end', async () => {
		const sender = new FakeSender();
		const alpha = alphaOf(rows(25), sender, { config: { defaultBatchSize: 10 } });
		await alpha.start();
		await alpha.finished();
		expect(sender.batches.map(({ records, validationSummary }) => [records.length, validationSummary])).toEqual([
			[10, { totalRecordsValidated: 10, recordsPassed: 10, recordsFailed: 0, averageQualityScore: 1 }],
			[10, { totalRecordsValidated: 10, recordsPassed: 10, recordsFailed: 0, averageQualityScore: 1 }],
			[5, { totalRecordsValidated: 5, recordsPassed: 5, recordsFailed: 0, averageQualityScore: 1 }],
		]);
	});

	it('a seeded run is the same again, byte for byte', async () => {
		const file = fileWith('a.ndjson', `${rows(30)}{"n":\n`);
		const run = async () => {
			const sender = new FakeSender();
			const alpha = alphaOf('', sender, {
				source: sourceOf(file),
				rules: [belowHundred],
				config: { defaultBatchSize: 7 },
			});
			await alpha.start();
			await alpha.finished();
			const entries = alpha.errorQueue.list();
			return JSON.stringify([sender.batches, entries], (_key, value) =>
				typeof value === 'bigint' ? `${value}n` : value,
			);
		};
		expect(await run()).toBe(await run());
	});

	it.each([
		['refused', () => 'REJECTED' as const, 'INT_BETA_001'],
		['never acknowledged', () => new TransferError('INT_ALPHA_002', 'b', 5, 'gave up'), 'INT_ALPHA_002'],
		['lost to another error', () => new Error('bug'), 'INT_999_UNKNOWN'],
	])('the records of a batch that is %s go to the CRITICAL queue', async (_name, answer, errorCode) => {
		const sender = new FakeSender((_batch, at) => (at === 0 ? answer() : 'RECEIVED'));
		const alpha = alphaOf(rows(5), sender, { config: { defaultBatchSize: 3 } });
		await alpha.start();
		expect(await alpha.finished()).toMatchObject({ ingested: 5, handedOff: 2, lost: 3 });
		expect(alpha.errorQueue.list().map(({ queue, errorCode: code }) => [queue, code])).toEqual(
			numbers(3).map(() => ['CRITICAL', errorCode]),
		);
	});

	it('stops fetching while the next module is slow, and loses nothing', async () => {
		const sender = new FakeSender(undefined, true);
		const alpha = alphaOf(rows(400), sender, {
			config: { defaultBatchSize: 20, bufferCapacity: 100, maxBatchesInFlight: 4 },
		});
		const backPressure: string[] = [];
		alpha.events.on('backPressure', ({ eventType }) => backPressure.push(eventType));
		await alpha.start();
		await vi.waitUntil(() => sender.waiting === 4);
		await new Promise((resolve) => setImmediate(resolve));
		expect(alpha.totals.fetched).toBeLessThanOrEqual(120);
		const answering = setInterval(() => sender.answer(), 1);
		const totals = await alpha.finished();
		clearInterval(answering);
		expect([totals.handedOff, valuesOf(sender.batches).flat(), backPressure.includes('ACTIVATED')]).toEqual([
			400,
			numbers(400),
			true,
		]);
	});

	it('stop() hands over what was read', async () => {
		const sender = new FakeSender();
		const alpha = alphaOf(rows(5_000), sender, { config: { defaultBatchSize: 100 } });
		await alpha.start();
		await alpha.stop();
		const { fetched, handedOff } = alpha.totals;
		expect([handedOff, alpha.buffer.depth]).toEqual([fetched, 0]);
	});

	it('start() rejects when the source cannot be connected', async () => {
		const config = { maxRetryCount: 0 };
		await expect(
			alphaOf('', new FakeSender(), { source: sourceOf('/nowhere/x.ndjson'), config }).start(),
		).rejects.toThrow();
	});

	it('says how full the memory is', async () => {
		const levels: number[] = [];
		const alpha = alphaOf(rows(1), new FakeSender(), {
			memoryUsage: () => 900,
			config: { memoryLimitBytes: 1_048_576 },
		});
		const pressed = alphaOf(rows(1), new FakeSender(), {
			memoryUsage: () => 0.91 * 1_048_576,
			config: { memoryLimitBytes: 1_048_576 },
		});
		for (const module of [alpha, pressed]) {
			module.events.on('degradationChanged', ({ level }) => levels.push(level));
			await module.start();
			await module.finished();
		}
		expect(levels).toEqual([3]);
	});

	it('a batch larger than the buffer takes does not stall a seeded run', async () => {
		const sender = new FakeSender();
		const alpha = alphaOf(rows(300), sender, { config: { defaultBatchSize: 1_000, bufferCapacity: 100 } });
		await alpha.start();
		await alpha.finished();
		expect(sender.batches.map(({ records }) => records.length)).toEqual([80, 80, 80, 60]);
	});

	it('acknowledges records to the source once they are handed over or queued, so that a new run reads none of them again', async () => {
		const folder = temporaryFolder();
		const [file, checkpointFile] = [fileWith('a.ndjson', `${rows(5)}{"n":\n`, folder), join(folder, 'checkpoint.txt')];
		const alpha = alphaOf('', new FakeSender(), { source: sourceOf(file, { checkpointFile }) });
		await alpha.start();
		await alpha.finished();
		expect(await readAll(sourceOf(file, { checkpointFile }))).toEqual([]);
	});

	it('never acknowledges a record before those that came earlier', async () => {
		const folder = temporaryFolder();
		const [file, checkpointFile] = [fileWith('a.ndjson', rows(6), folder), join(folder, 'checkpoint.txt')];
		const sender = new FakeSender(undefined, true);
		const alpha = alphaOf('', sender, { source: sourceOf(file, { checkpointFile }), config: { defaultBatchSize: 3 } });
		await alpha.start();
		await vi.waitUntil(() => sender.waiting === 2);
		sender.answer(1);
		await vi.waitUntil(() => alpha.totals.handedOff === 3);
		expect(await readAll(sourceOf(file, { checkpointFile }))).toHaveLength(6);
		sender.answer();
		await alpha.finished();
		expect(await readAll(sourceOf(file, { checkpointFile }))).toEqual([]);
	});

	it('a corrected record is replayed into the pipeline; one that fails again keeps its count', async () => {
		const sender = new FakeSender();
		const alpha = alphaOf('{"n":\n{"n":100}\n', sender, { rules: [belowHundred] });
		await alpha.start();
		await alpha.finished();
		const [broken, rejected] = alpha.errorQueue.list();
		if (!broken || !rejected) throw new Error('two entries are expected');
		alpha.errorQueue.correct(broken.entryId, { rawBytes: Buffer.from('{"n":7}') }, 'ann', 'completed');
		await alpha.replay(broken.entryId, 'ann', 'corrected');
		await alpha.replay(rejected.entryId, 'ann', 'try again');
		expect([
			valuesOf(sender.batches),
			alpha.errorQueue.list().map(({ queue, replayCount }) => [queue, replayCount]),
		]).toEqual([[[7]], [['VALIDATION', 1]]]);
	});
});
