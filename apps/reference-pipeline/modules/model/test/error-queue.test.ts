import { appendFileSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import {
	ErrorQueue,
	type ErrorQueueOptions,
	integerValue,
	JOURNAL,
	type QueueEntry,
	QueueError,
	STAGE,
	seededRuntime,
} from '../src/index.ts';

const runtime = seededRuntime(1, 'queue');
const NOW_MS = runtime.now();

function entry(id: string, changes: Partial<QueueEntry> = {}): QueueEntry {
	return {
		entryId: id,
		queue: 'PARSE',
		errorCode: 'PARSE_001_INVALID_JSON',
		errorMessage: 'no',
		enqueuedAt: '2025-12-31T23:59:50.000000Z',
		expiresAt: '2026-01-02T00:00:00.000000Z',
		replayCount: 0,
		item: {
			recordId: `r-${id}`,
			fields: { n: integerValue(2n ** 60n) },
			rawBytes: new Uint8Array([1]),
			[JOURNAL]: 0,
			[STAGE]: 0,
		},
		[JOURNAL]: 0,
		[STAGE]: 0,
		...changes,
	};
}

function observed(options: Partial<ErrorQueueOptions> = {}) {
	const queue = new ErrorQueue({ runtime, ...options });
	const told: unknown[] = [];
	queue.events.on('entryAdded', (event) => told.push(['added', event.entry.entryId]));
	queue.events.on('entryInspected', (event) => told.push(['inspected', event.entry.entryId, event.operator]));
	queue.events.on('entryCorrected', (event) =>
		told.push(['corrected', event.entry.entryId, event.changed, event.operator]),
	);
	queue.events.on('entryReplayed', (event) => told.push(['replayed', event.entry.entryId, event.entry.replayCount]));
	queue.events.on('entryRemoved', (event) =>
		told.push(['removed', event.entry.entryId, event.reason, event.ageSeconds, event.operator]),
	);
	return { queue, told };
}

describe('error queue', () => {
	it('takes as many as it holds, then evicts the oldest and says so', () => {
		const { queue, told } = observed({ capacity: 2 });
		for (const id of ['a', 'b', 'c']) queue.enqueue(entry(id));
		expect(queue.list().map(({ entryId }) => entryId)).toEqual(['b', 'c']);
		expect(told).toEqual([
			['added', 'a'],
			['added', 'b'],
			['removed', 'a', 'EVICTED', 10, undefined],
			['added', 'c'],
		]);
	});

	it('lets an operator inspect, correct, replay and purge, and tells each', () => {
		const { queue, told } = observed();
		for (const id of ['a', 'b', 'c']) queue.enqueue(entry(id));
		told.length = 0;
		queue.inspect('a', 'ann');
		queue.correct('a', { recordId: 'fixed' }, 'ann', 'typo');
		expect(queue.replay('a', 'ann', 'corrected')).toMatchObject({ replayCount: 1, item: { recordId: 'fixed' } });
		queue.purge('b', { operator: 'ann', justification: 'test data' });
		queue.purge('all', { operator: 'bob', justification: 'reset' });
		expect(queue.size).toBe(0);
		expect(told).toEqual([
			['inspected', 'a', 'ann'],
			['corrected', 'a', ['recordId'], 'ann'],
			['removed', 'a', 'REPLAYED', 10, undefined],
			['replayed', 'a', 1],
			['removed', 'b', 'PURGED', 10, 'ann'],
			['removed', 'c', 'PURGED', 10, 'bob'],
		]);
	});

	it('replays up to the limit', () => {
		const { queue } = observed({ maxReplayAttempts: 2 });
		queue.enqueue(entry('last', { replayCount: 1 }));
		queue.enqueue(entry('spent', { replayCount: 2 }));
		expect(queue.replay('last', 'ann', 'x').replayCount).toBe(2);
		expect(() => queue.replay('spent', 'ann', 'x')).toThrow(expect.objectContaining({ code: 'QUEUE_REPLAY_LIMIT' }));
		expect(queue.size).toBe(1);
	});

	it('refuses what it does not know and what has no properties to correct', () => {
		const { queue } = observed();
		queue.enqueue(entry('text', { item: 'just text' }));
		expect(() => queue.inspect('none')).toThrow(QueueError);
		expect(() => queue.correct('text', { a: 1 }, 'ann', 'x')).toThrow(
			expect.objectContaining({ code: 'QUEUE_CORRECTION_INVALID' }),
		);
	});

	it('expires at the very millisecond', () => {
		const { queue, told } = observed();
		queue.enqueue(entry('now', { expiresAt: '2026-01-01T00:00:00.000000Z' }));
		queue.enqueue(entry('later', { expiresAt: '2026-01-01T00:00:00.001000Z' }));
		told.length = 0;
		expect(queue.expire(NOW_MS).map(({ entryId }) => entryId)).toEqual(['now']);
		expect(told).toEqual([['removed', 'now', 'EXPIRED', 10, undefined]]);
		expect(queue.expire(NOW_MS + 1)).toHaveLength(1);
	});
});

describe('error queue with a file', () => {
	let file: string;
	beforeEach(() => {
		file = join(mkdtempSync(join(tmpdir(), 'queue-')), 'deep', 'errors.ndjson');
	});
	const open = (): ErrorQueue => new ErrorQueue({ runtime, file });

	it('comes back as it was, carriers included', () => {
		const before = open();
		for (const id of ['a', 'b', 'c']) before.enqueue(entry(id, { traceId: '1'.repeat(32), baggage: { k: 'v' } }));
		before.correct('b', { recordId: 'fixed' }, 'ann', 'x');
		before.replay('a', 'ann', 'x');
		expect(open().export()).toEqual(before.export());
	});

	it('outlives a torn last line, and so does what is written after it', () => {
		open().enqueue(entry('a'));
		appendFileSync(file, '{"put":{"entry_id":"tor');
		const after = open();
		expect([after.size, after.unreadableLines]).toEqual([1, 1]);
		after.enqueue(entry('b'));
		expect(
			open()
				.list()
				.map(({ entryId }) => entryId),
		).toEqual(['a', 'b']);
	});

	it('counts lines that are no entries', () => {
		open().enqueue(entry('a'));
		appendFileSync(file, '[]\nnull\n{"put":{"constructor":1}}\n{"put":{}}\n{"remove":1}\n');
		expect([open().size, open().unreadableLines]).toEqual([1, 5]);
	});

	it('rewrites the file when most of it is stale', () => {
		const queue = open();
		queue.enqueue(entry('kept'));
		for (let at = 0; at < 501; at++) {
			queue.enqueue(entry(`e${at}`));
			queue.purge(`e${at}`, { operator: 'ann', justification: 'x' });
		}
		expect(readFileSync(file, 'utf8').trimEnd().split('\n')).toHaveLength(1);
		expect(open().export()).toEqual(queue.export());
	});
});
