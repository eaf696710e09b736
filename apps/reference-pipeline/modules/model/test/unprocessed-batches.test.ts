import { describe, expect, it } from 'vitest';
import { UnprocessedBatches } from '../src/index.ts';

const batch = (batchId: string) => ({ batchId });
const ended = (batchId: string, status: string) => ({ batchId, status });

describe('UnprocessedBatches', () => {
	it('gives out a batch that is refused after it was received, once', () => {
		const batches = new UnprocessedBatches();
		batches.sent(batch('a'));
		expect(batches.received(batch('a'))).toBeUndefined();
		expect([batches.ended(ended('a', 'REJECTED')), batches.ended(ended('a', 'REJECTED'))]).toEqual([
			batch('a'),
			undefined,
		]);
	});

	it('keeps a refusal that comes first until the batch is received', () => {
		const batches = new UnprocessedBatches();
		batches.sent(batch('a'));
		expect(batches.ended(ended('a', 'REJECTED'))).toBeUndefined();
		expect(batches.received(batch('a'))).toEqual(batch('a'));
	});

	it('forgets what was processed, what was lost and what it never knew', () => {
		const batches = new UnprocessedBatches();
		for (const id of ['a', 'b', 'c']) batches.sent(batch(id));
		batches.received(batch('a'));
		batches.ended(ended('a', 'PROCESSED'));
		batches.lost(batch('b'));
		batches.ended(ended('c', 'RECEIVED'));
		batches.received(batch('c'));
		expect(['a', 'b', 'never', 'c'].map((id) => batches.ended(ended(id, 'REJECTED')))).toEqual([
			undefined,
			undefined,
			undefined,
			batch('c'),
		]);
	});

	it('remembers the newest 1,024', () => {
		const batches = new UnprocessedBatches();
		for (let id = 0; id <= 1_024; id++) {
			batches.sent(batch(`${id}`));
			batches.received(batch(`${id}`));
		}
		expect(['0', '1', '1024'].map((id) => batches.ended(ended(id, 'REJECTED')))).toEqual([
			undefined,
			batch('1'),
			batch('1024'),
		]);
	});
});
