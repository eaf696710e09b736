import { systemRuntime, TransferError } from '@pipeline/model';
import { describe, expect, it } from 'vitest';
import { numbers, setUp, valuesOf } from './module-support.ts';
import { batchIdOf, type MemorySender, profileOf, transferOf } from './support.ts';

describe('handoff', () => {
	it('closes batches by size and at the end of an input batch', async () => {
		const { module, sender, seen, watch } = setUp({ config: { betaGammaBatchSize: 2 } });
		watch('batchAssembled');
		module.start();
		await module.accept(transferOf(numbers(3), batchIdOf(1)));
		await module.accept(transferOf(numbers(1), batchIdOf(2)));
		await module.stop();
		expect(sender.batches.map(({ records }) => records.length)).toEqual([2, 1, 1]);
		expect(seen.map(({ payload }) => (payload as { flushReason: string }).flushReason)).toEqual([
			'SIZE',
			'BATCH_END',
			'BATCH_END',
		]);
	});

	it('closes batches by time, when time may decide', async () => {
		const { module, seen, watch } = setUp({ runtime: systemRuntime(), config: { betaGammaFlushTimeoutMs: 1 } });
		watch('batchAssembled');
		module.start();
		const receipt = await module.accept(transferOf(numbers(1), batchIdOf(1)));
		await receipt.processed;
		expect(seen.map(({ payload }) => (payload as { flushReason: string }).flushReason)).toEqual(['TIMEOUT']);
	});

	it('sends what is left when it stops', async () => {
		const { module, sender } = setUp({ runtime: systemRuntime() });
		module.start();
		const receipt = await module.accept(transferOf(numbers(5), batchIdOf(1)));
		await module.stop();
		expect(valuesOf(sender)).toEqual([0, 1, 2, 3, 4]);
		expect(await receipt.processed).toMatchObject({ recordsAccepted: 5 });
		await expect(module.accept(transferOf(numbers(1), batchIdOf(2)))).rejects.toMatchObject({
			code: 'BETA_INTAKE_CLOSED',
		});
	});

	it('takes no more records while too many batches wait', async () => {
		const { module, sender } = setUp({ config: { betaGammaBatchSize: 1, transformParallelism: 1 } });
		let open: () => void = () => undefined;
		const gate = new Promise<void>((resolve) => {
			open = resolve;
		});
		sender.answer = () => gate.then(() => 'RECEIVED' as const);
		module.start();
		const receipt = await module.accept(transferOf(numbers(20), batchIdOf(1)));
		await new Promise(setImmediate);
		expect([module.outputDepth, module.queueDepth]).toEqual([4, 16]);
		open();
		expect(await receipt.processed).toMatchObject({ recordsAccepted: 20 });
	});

	it.each<[string, MemorySender['answer'], string]>([
		['was refused', async () => 'REJECTED', 'INT_GAMMA_REJECTED'],
		[
			'got no answer',
			async ({ batchId }) => Promise.reject(new TransferError('INT_GAMMA_002', batchId, 5, 'exhausted')),
			'INT_GAMMA_002',
		],
	])('queues the records of a batch that %s, and hands them over on replay', async (_, answer, errorCode) => {
		const { module, sender } = setUp();
		sender.answer = answer;
		module.start();
		const receipt = await module.accept(transferOf(numbers(2), batchIdOf(1)));
		expect(await receipt.processed).toMatchObject({ recordsAccepted: 0, recordsRejected: 2 });
		const entries = module.errorQueues.CRITICAL.list();
		expect(entries.map((entry) => [entry.errorCode, entry.itemKind, entry.failureSeverity])).toEqual([
			[errorCode, 'TRANSFORMED', 'CRITICAL'],
			[errorCode, 'TRANSFORMED', 'CRITICAL'],
		]);
		sender.batches.length = 0;
		sender.answer = async () => 'RECEIVED';
		module.replay('CRITICAL', entries[1]!.entryId, { operator: 'ann', justification: 'gamma is back' });
		await module.stop();
		expect([valuesOf(sender), module.errorQueueSizes.CRITICAL]).toEqual([[1], 1]);
	});

	describe('a batch that is refused after it was received', () => {
		const twoTargets = profileOf(
			{},
			{ targetSchemas: ['a', 'b'].map((schemaId) => ({ schemaId, passUnmapped: true })) },
		);

		it('goes to the CRITICAL queue, once, and changes nothing of what its sender was told', async () => {
			const { module, sender } = setUp({ profile: twoTargets, config: { betaGammaBatchSize: 1 } });
			const told: unknown[] = [];
			module.events.on('batchProcessed', ({ recordsAccepted }) => told.push(recordsAccepted));
			sender.answer = async () => {
				// The second target schema is still on its way when the first is refused.
				const [first] = sender.batches;
				if (first !== undefined) sender.end(first.batchId, 'REJECTED');
				return 'RECEIVED';
			};
			module.start();
			const receipt = await module.accept(transferOf(numbers(1), batchIdOf(1)));
			await receipt.processed;
			for (const { batchId } of sender.batches) sender.end(batchId, 'PROCESSED');
			for (const { batchId } of sender.batches) sender.end(batchId, 'REJECTED');
			await module.stop();
			const entries = module.errorQueues.CRITICAL.list();
			expect([told, entries.map(({ targetSchema, errorCode }) => [targetSchema, errorCode])]).toEqual([
				[1],
				[['a', 'INT_GAMMA_REJECTED']],
			]);
		});

		it('may be refused before the answer to its sending was looked at', async () => {
			const { module, sender } = setUp();
			sender.answer = async ({ batchId }) => {
				sender.end(batchId, 'REJECTED');
				return 'RECEIVED';
			};
			module.start();
			await (await module.accept(transferOf(numbers(2), batchIdOf(1)))).processed;
			await module.stop();
			expect(module.errorQueueSizes.CRITICAL).toBe(2);
		});

		it('can be handed over on replay', async () => {
			const { module, sender } = setUp();
			module.start();
			await (await module.accept(transferOf(numbers(1), batchIdOf(1)))).processed;
			sender.end(sender.batches[0]?.batchId ?? '', 'REJECTED');
			const [entry] = module.errorQueues.CRITICAL.list();
			module.replay('CRITICAL', entry?.entryId ?? '', { operator: 'ann', justification: 'gamma is back' });
			await module.stop();
			expect([valuesOf(sender), module.errorQueueSizes.CRITICAL]).toEqual([[0, 0], 0]);
		});
	});
});
