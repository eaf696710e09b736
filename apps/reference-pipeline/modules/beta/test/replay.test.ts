import { describe, expect, it } from 'vitest';
import { numbers, requiringName, setUp } from './module-support.ts';
import { batchIdOf, fieldsOf, plainOf, transferOf } from './support.ts';

describe('replay', () => {
	const operator = { operator: 'ann', justification: 'fixed' };

	it('processes a corrected record again and keeps count when it fails again', async () => {
		const { module, sender } = setUp({ profile: requiringName, config: { maxReplayAttempts: 1 } });
		module.start();
		await (await module.accept(transferOf(numbers(2), batchIdOf(1)))).processed;
		const [first, second] = module.errorQueues.MAPPING.list();
		module.errorQueues.MAPPING.correct(first!.entryId, { fields: fieldsOf({ name: 'x' }) }, 'ann', 'typo');
		module.replay('MAPPING', first!.entryId, operator);
		module.replay('MAPPING', second!.entryId, operator);
		await module.stop();
		expect(sender.records.map(({ fields, recordId }) => [plainOf(fields), recordId])).toEqual([
			[{ name: 'x' }, first?.recordId],
		]);
		const [again] = module.errorQueues.MAPPING.list();
		expect(again).toMatchObject({ recordId: second?.recordId, replayCount: 1, batchIndex: 1 });
		expect(() => module.replay('MAPPING', again!.entryId, operator)).toThrow(
			expect.objectContaining({ code: 'QUEUE_REPLAY_LIMIT' }),
		);
		expect(module.errorQueues.MAPPING.size).toBe(1);
	});

	it('processes only the target schema that failed', async () => {
		const profile = { ...requiringName, targetSchemas: [{ schemaId: 'plain' }, ...requiringName.targetSchemas] };
		const { module, sender } = setUp({ profile });
		module.start();
		await (await module.accept(transferOf(numbers(1), batchIdOf(1)))).processed;
		const [entry] = module.errorQueues.MAPPING.list();
		module.errorQueues.MAPPING.correct(entry!.entryId, { fields: fieldsOf({ name: 'x' }) }, 'ann', 'typo');
		module.replay('MAPPING', entry!.entryId, operator);
		await module.stop();
		const ends = sender.records.map(({ targetSchema, targetSchemaCount }) => [targetSchema, targetSchemaCount]);
		expect(ends).toEqual([
			['plain', 2],
			['out', 2],
		]);
	});

	it('does not halt the module when everything that is replayed fails again', async () => {
		const { module } = setUp({ profile: requiringName, config: { escalationThresholds: [0.97, 0.98, 0.99, 1] } });
		module.start();
		await (await module.accept(transferOf(numbers(40), batchIdOf(1)))).processed;
		for (const { entryId } of module.errorQueues.MAPPING.list()) module.replay('MAPPING', entryId, operator);
		await module.stop();
		expect([module.queueDepth, module.escalationLevel, module.errorRate]).toEqual([0, 0, 0]);
		expect(module.errorQueues.MAPPING.list().map(({ replayCount }) => replayCount)).toEqual(Array(40).fill(1));
	});

	it('leaves an entry in its queue whose profile is gone', async () => {
		const { module } = setUp({ profile: requiringName });
		module.start();
		await (await module.accept(transferOf(numbers(1), batchIdOf(1)))).processed;
		const [entry] = module.errorQueues.MAPPING.list();
		module.errorQueues.MAPPING.enqueue({ ...entry!, entryId: 'other', profileId: 'gone' });
		expect(() => module.replay('MAPPING', 'other', operator)).toThrow(expect.objectContaining({ name: 'ConfigError' }));
		expect(module.errorQueues.MAPPING.size).toBe(2);
		expect(() => module.replay('MAPPING', 'none', operator)).toThrow(
			expect.objectContaining({ code: 'QUEUE_ENTRY_UNKNOWN' }),
		);
	});
});
