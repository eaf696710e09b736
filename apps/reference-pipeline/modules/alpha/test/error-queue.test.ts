import { join } from 'node:path';
import { JOURNAL, QueueError, STAGE } from '@pipeline/model';
import { describe, expect, it } from 'vitest';
import { AlphaErrorQueue } from '../src/index.ts';
import { rawOf, runtime, temporaryFolder } from './fixtures.ts';

function queueOf(options: { capacity?: number; file?: string; maxReplayAttempts?: number } = {}) {
	return new AlphaErrorQueue({ runtime: runtime(), ...options });
}

function entryIn(queue: AlphaErrorQueue, text = '{') {
	const raw = rawOf(text);
	const entry = queue.entryOf({
		queue: 'PARSE',
		item: raw,
		errorCode: 'PARSE_001_INVALID_JSON',
		errorMessage: 'bad',
		batchId: raw.batchId,
		retentionHours: 72,
	});
	queue.enqueue(entry);
	return entry;
}

describe('AlphaErrorQueue', () => {
	it('keeps where an item came from, its lineage and its carrier', () => {
		const queue = queueOf();
		const { entryId, item, ...entry } = entryIn(queue);
		expect([entry, queue.size]).toEqual([
			{
				queue: 'PARSE',
				errorCode: 'PARSE_001_INVALID_JSON',
				errorMessage: 'bad',
				enqueuedAt: '2026-01-01T00:00:00.000000Z',
				expiresAt: '2026-01-04T00:00:00.000000Z',
				replayCount: 0,
				lineageId: 'lineage-1',
				batchId: 'batch-1',
				[JOURNAL]: 41,
				[STAGE]: 42,
			},
			1,
		]);
	});

	it('evicts the oldest beyond its capacity, and says so', () => {
		const queue = queueOf({ capacity: 2 });
		const reasons: string[] = [];
		queue.events.on('entryRemoved', ({ reason }) => reasons.push(reason));
		const [first, second, third] = [entryIn(queue), entryIn(queue), entryIn(queue)];
		expect([queue.list().map(({ entryId }) => entryId), reasons]).toEqual([
			[second.entryId, third.entryId],
			['EVICTED'],
		]);
		expect(() => queue.inspect(first.entryId)).toThrow(QueueError);
	});

	it('corrects the item of an entry and gives it out again', () => {
		const queue = queueOf();
		const { entryId } = entryIn(queue);
		queue.correct(entryId, { rawBytes: Buffer.from('{"a":1}') }, 'ann', 'a brace was missing');
		const { item, replayCount } = queue.replay(entryId, 'ann', 'fixed');
		expect([Buffer.from((item as { rawBytes: Uint8Array }).rawBytes).toString(), replayCount, queue.size]).toEqual([
			'{"a":1}',
			1,
			0,
		]);
	});

	it.each([
		[2, true],
		[3, false],
	])('an entry replayed %d times of 3 may be replayed again: %s', (replayCount, isAllowed) => {
		const queue = queueOf({ maxReplayAttempts: 3 });
		const { entryId } = entryIn(queue);
		queue.enqueue({ ...queue.inspect(entryId), replayCount });
		const replay = () => queue.replay(entryId, 'ann', 'again');
		if (isAllowed) expect(replay().replayCount).toBe(3);
		else expect(replay).toThrow(QueueError);
	});

	it.each([
		[-1, 0],
		[0, 1],
	])('%d ms after its time an entry is expired: %d', (offsetMs, count) => {
		const queue = queueOf();
		entryIn(queue);
		expect(queue.expire(Date.parse('2026-01-04T00:00:00Z') + offsetMs)).toHaveLength(count);
	});

	it('survives a restart', () => {
		const file = join(temporaryFolder(), 'errors.ndjson');
		const { entryId } = entryIn(queueOf({ file }));
		expect(queueOf({ file }).inspect(entryId)).toMatchObject({
			entryId,
			errorCode: 'PARSE_001_INVALID_JSON',
			lineageId: 'lineage-1',
		});
	});
});
