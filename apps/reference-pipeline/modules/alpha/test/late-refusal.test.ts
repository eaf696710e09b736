import { describe, expect, it } from 'vitest';
import { type AlphaEvents, AlphaModule } from '../src/index.ts';
import { FakeSender, fileWith, runtime, sourceOf } from './fixtures.ts';

async function run(sender: FakeSender) {
	const source = sourceOf(fileWith('a.ndjson', '{"n":1}\n{"n":2}\n{"n":3}\n'));
	const config = { defaultBatchSize: 2 };
	const alpha = new AlphaModule({ source, rules: [], sender, runtime: runtime(), config });
	const terminals: AlphaEvents['recordTerminal'][] = [];
	alpha.events.on('recordTerminal', (event) => terminals.push(event));
	await alpha.start();
	await alpha.finished();
	return { alpha, terminals };
}

describe('a batch that is refused after it was received', () => {
	it('goes to the CRITICAL queue, once', async () => {
		const sender = new FakeSender();
		const { alpha, terminals } = await run(sender);
		const [first, second] = sender.batches;
		sender.end(second?.batchId ?? '', 'PROCESSED');
		for (let time = 0; time < 2; time++) sender.end(first?.batchId ?? '', 'REJECTED');
		sender.end(second?.batchId ?? '', 'REJECTED');
		expect(alpha.totals).toMatchObject({ ingested: 3, handedOff: 1, lost: 2 });
		expect(alpha.errorQueue.list().map(({ queue, errorCode, recordId }) => [queue, errorCode, recordId])).toEqual(
			first?.records.map(({ recordId }) => ['CRITICAL', 'INT_BETA_001', recordId]),
		);
		expect(terminals.map(({ outcome }) => outcome)).toEqual(['DROPPED', 'DROPPED']);
	});

	it('may be refused before the answer to its sending was looked at', async () => {
		const sender = new FakeSender((batch, at) => {
			if (at === 0) sender.end(batch.batchId, 'REJECTED');
			return 'RECEIVED';
		});
		const { alpha } = await run(sender);
		expect([alpha.totals, alpha.errorQueue.size]).toMatchObject([{ handedOff: 1, lost: 2 }, 2]);
	});

	it('can be replayed', async () => {
		const sender = new FakeSender();
		const { alpha } = await run(sender);
		sender.end(sender.batches[0]?.batchId ?? '', 'REJECTED');
		for (const { entryId } of alpha.errorQueue.list()) await alpha.replay(entryId, 'ann', 'beta is back');
		expect([alpha.errorQueue.size, sender.batches.length]).toEqual([0, 4]);
	});
});
