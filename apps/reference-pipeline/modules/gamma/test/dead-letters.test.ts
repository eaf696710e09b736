import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DeadLetterEntry, integerValue, JOURNAL, STAGE, stringValue } from '@pipeline/model';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeadLetterQueue, gammaConfig } from '../src/index.ts';
import { registrationOf, startGamma } from './support/module-under-test.ts';
import { batchOf, recordOf } from './support/records.ts';
import { PERMANENT, ScriptedAdapter, SUCCESS } from './support/scripted-adapter.ts';
import { turn, until, VirtualRuntime } from './support/virtual-runtime.ts';

const DAY_MS = 86_400_000;

function letter(entryId: string, runtime: VirtualRuntime, retentionMs = 30 * DAY_MS): DeadLetterEntry {
	return {
		entryId,
		recordId: `record-${entryId}`,
		destinationId: 'out',
		originalRecord: recordOf(`record-${entryId}`, { n: 9007199254740993n }),
		renderedContent: Buffer.from('{}'),
		failureReason: 'DELIV_002_REJECTED',
		failureDetails: 'bad',
		attemptHistory: [],
		createdAt: runtime.timestamp(),
		expiresAt: new Date(runtime.now() + retentionMs).toISOString(),
		replayCount: 0,
		lineageId: 'l',
		traceId: 'a'.repeat(32),
		[JOURNAL]: 0,
		[STAGE]: 0,
	};
}

describe('the queue', () => {
	it('evicts the oldest entry beyond its capacity, and says so', () => {
		const runtime = new VirtualRuntime();
		const queue = new DeadLetterQueue(gammaConfig({ dlqMaxEntries: 1000 }), runtime);
		const removed: string[] = [];
		queue.events.on('entryRemoved', ({ entry, reason }) => removed.push(`${entry.entryId} ${reason}`));
		for (let index = 0; index < 1000; index++) queue.enqueue(letter(`e${index}`, runtime));
		expect([queue.size, removed]).toEqual([1000, []]);
		queue.enqueue(letter('e1000', runtime));
		expect([queue.size, removed]).toEqual([1000, ['e0 EVICTED']]);
	});

	it('expires an entry at the end of its retention, not before', async () => {
		const runtime = new VirtualRuntime();
		const queue = new DeadLetterQueue(gammaConfig(), runtime);
		queue.enqueue(letter('e1', runtime));
		await runtime.advance(30 * DAY_MS - 1);
		expect(queue.expire()).toEqual([]);
		await runtime.advance(1);
		expect(queue.expire().map(({ entryId }) => entryId)).toEqual(['e1']);
	});

	it('shows its ages', async () => {
		const runtime = new VirtualRuntime();
		const queue = new DeadLetterQueue(gammaConfig(), runtime);
		for (const [id, gapMs] of [
			['e1', DAY_MS * 23],
			['e2', DAY_MS * 6],
			['e3', DAY_MS - 3_600_000],
			['e4', 3_600_000 - 1],
			['e5', 1],
		] as const) {
			queue.enqueue(letter(id, runtime));
			await runtime.advance(gapMs);
		}
		expect(queue.ages).toEqual({
			buckets: { LT_1H: 1, LT_1D: 1, LT_7D: 1, LT_30D: 1, GE_30D: 1 },
			oldestAgeSeconds: 30 * 86_400,
		});
	});

	it('inspects, corrects and purges, each with its event', () => {
		const runtime = new VirtualRuntime();
		const queue = new DeadLetterQueue(gammaConfig(), runtime);
		const seen: string[] = [];
		queue.events.on('entryInspected', ({ operator }) => seen.push(`inspected by ${operator}`));
		queue.events.on('entryCorrected', ({ changed, justification }) => seen.push(`${changed} ${justification}`));
		queue.events.on('entryRemoved', ({ reason }) => seen.push(reason));
		queue.enqueue(letter('e1', runtime));
		queue.inspect('e1', 'ann');
		const corrected = queue.correct('e1', { name: stringValue('x') }, 'ann', 'typo');
		expect(corrected.item).toMatchObject({
			entryId: 'e1',
			traceId: 'a'.repeat(32),
			originalRecord: { fields: { n: integerValue(9007199254740993n), name: stringValue('x') } },
		});
		queue.purge('e1', { operator: 'ann', justification: 'done' });
		expect([seen, queue.size]).toEqual([['inspected by ann', 'originalRecord typo', 'PURGED'], 0]);
		expect(() => queue.inspect('e1', 'ann')).toThrow(expect.objectContaining({ code: 'QUEUE_ENTRY_UNKNOWN' }));
		expect(() => queue.correct('e1', {}, 'ann', '')).toThrow(expect.objectContaining({ code: 'QUEUE_ENTRY_UNKNOWN' }));
	});
});

describe('entries on disk', () => {
	let directory: string;
	beforeEach(async () => {
		directory = await mkdtemp(join(tmpdir(), 'gamma-dlq-'));
	});
	afterEach(() => rm(directory, { recursive: true, force: true }));

	it('survive a restart whole, a torn last line and a compaction', async () => {
		const runtime = new VirtualRuntime();
		const file = join(directory, 'dlq.ndjson');
		const first = new DeadLetterQueue(gammaConfig(), runtime, file);
		for (const id of ['e1', 'e2', 'e3']) first.enqueue(letter(id, runtime));
		first.purge('e2', { operator: 'ann', justification: '' });
		await appendFile(file, '{"put":{"entry_id":"e4"');
		const second = new DeadLetterQueue(gammaConfig(), runtime, file);
		second.compact();
		const third = new DeadLetterQueue(gammaConfig(), runtime, file);
		expect(third.list().map(({ entryId }) => entryId)).toEqual(['e1', 'e3']);
		const { item } = third.inspect('e1', 'ann');
		expect(item).toMatchObject({ traceId: 'a'.repeat(32), failureReason: 'DELIV_002_REJECTED' });
		expect(Buffer.from(item.renderedContent ?? []).toString()).toBe('{}');
		expect(item.originalRecord.fields).toEqual({ n: integerValue(9007199254740993n) });
	});
});

describe('replay', () => {
	async function startWithLetter(changes = {}) {
		const harness = await startGamma({ config: { maxReplayAttempts: 2, ...changes }, script: () => PERMANENT });
		harness.gamma.accept(batchOf('b1', [recordOf('r1', undefined, { traceId: 'a'.repeat(32) })]));
		await harness.gamma.idle();
		const entryId = harness.gamma.parts.deadLetters.list()[0]!.entryId;
		return { ...harness, entryId };
	}

	it('delivers the corrected record without ending it a second time', async () => {
		const { gamma, adapter, of, entryId } = await startWithLetter();
		adapter.script = () => SUCCESS;
		const { deadLetters } = gamma.parts;
		deadLetters.correct(entryId, { name: stringValue('fixed') }, 'ann', 'typo');
		const results = await deadLetters.replay(entryId, 'ann', 'fixed');
		expect(results).toMatchObject([
			{ recordId: 'r1', destinationId: 'out', finalStatus: 'DELIVERED', lineageId: 'lineage-r1' },
		]);
		expect(Buffer.from(adapter.calls.at(-1)![0]!.rendered.renderedContent).toString()).toBe('{"name":"fixed"}');
		expect(adapter.calls.at(-1)![0]!.rendered[JOURNAL]).toBe(0);
		expect([of('recordTerminal').length, gamma.dlqDepth]).toEqual([1, 0]);
		expect(of('replayCompleted')).toEqual([{ entryId, recordId: 'r1', replayCount: 1, results }]);
		expect(of('deliveryResult').map(({ isReplay }) => isReplay)).toEqual([false, true]);
	});

	it('puts what fails again back with its count, and stops at the limit', async () => {
		const { gamma, runtime, entryId } = await startWithLetter();
		const { deadLetters } = gamma.parts;
		for (const count of [1, 2]) {
			const replay = deadLetters.replay(entryId, 'ann', 'again');
			await until(() => runtime.sleepersIn(100) > 0);
			await runtime.advance(100);
			await replay;
			expect(deadLetters.list()).toMatchObject([{ entryId, replayCount: count, item: { replayCount: count } }]);
		}
		await expect(deadLetters.replay(entryId, 'ann', 'again')).rejects.toMatchObject({ code: 'QUEUE_REPLAY_LIMIT' });
		expect(deadLetters.size).toBe(1);
	});

	it('uses the routing of now: the same destination while it is named, else the new ones', async () => {
		const { gamma, adapter, runtime, entryId } = await startWithLetter();
		const other = new ScriptedAdapter();
		gamma.parts.destinations.register({ registration: registrationOf('other'), adapter: other }, 'test');
		gamma.parts.router.useTable({ rules: [], defaultDestinations: ['other', 'out'] });
		await gamma.parts.deadLetters.replay(entryId, 'ann', '');
		expect([adapter.sent.length, other.sent.length]).toEqual([2, 0]);
		gamma.parts.router.useTable({ rules: [], defaultDestinations: ['other'] });
		await runtime.advance(100);
		await gamma.parts.deadLetters.replay(entryId, 'ann', '');
		expect([adapter.sent.length, other.sent.length, gamma.dlqDepth]).toEqual([2, 1, 0]);
	});

	it('starts no more replays a second than allowed', async () => {
		const { gamma, runtime, adapter } = await startGamma({
			config: { replayRatePerSecond: 2 },
			script: () => PERMANENT,
		});
		gamma.accept(
			batchOf(
				'b1',
				['r1', 'r2', 'r3'].map((id) => recordOf(id)),
			),
		);
		await gamma.idle();
		adapter.script = () => SUCCESS;
		const ids = gamma.parts.deadLetters.list().map(({ entryId }) => entryId);
		const startedMs = runtime.now();
		const ends = ids.map((id) => gamma.parts.deadLetters.replay(id, 'ann', '').then(() => runtime.now() - startedMs));
		await turn();
		await runtime.advance(499);
		expect(adapter.sent.length).toBe(4);
		await runtime.advance(1);
		await until(() => adapter.sent.length === 5);
		await runtime.advance(500);
		expect(await Promise.all(ends)).toEqual([0, 500, 1000]);
	});

	it('loses no entry when the module stops meanwhile', async () => {
		const { gamma, adapter, entryId } = await startWithLetter();
		adapter.script = () => new Promise(() => undefined);
		const replay = gamma.parts.deadLetters.replay(entryId, 'ann', '');
		await until(() => adapter.sent.length === 2);
		await Promise.all([expect(replay).rejects.toMatchObject({ code: 'GAMMA_STOPPED' }), gamma.stop(0)]);
		expect(gamma.parts.deadLetters.list()).toMatchObject([{ entryId, replayCount: 1 }]);
	});

	it('also delivers entries of the error queues', async () => {
		const { gamma, of } = await startGamma({ routing: { rules: [] } });
		gamma.accept(batchOf('b1', [recordOf('r1')]));
		await gamma.idle();
		const [entry] = gamma.parts.errorQueue.list();
		expect(entry).toMatchObject({
			queue: 'ROUTING',
			errorCode: 'ROUTE_002_NO_MATCHING_RULE',
			batchId: 'b1',
			recordId: 'r1',
		});
		await gamma.replayError(entry!.entryId, 'ann', 'no rule yet');
		expect(gamma.parts.errorQueue.list()).toMatchObject([{ entryId: entry!.entryId, replayCount: 1 }]);
		gamma.parts.router.useTable({ rules: [], defaultDestinations: ['out'] });
		const results = await gamma.replayError(entry!.entryId, 'ann', 'rule added');
		expect(results).toMatchObject([{ finalStatus: 'DELIVERED' }]);
		expect([gamma.parts.errorQueue.size, of('recordTerminal').length]).toEqual([0, 1]);
	});
});
