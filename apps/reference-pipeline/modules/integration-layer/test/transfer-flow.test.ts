import { TransferError } from '@pipeline/model';
import { describe, expect, it } from 'vitest';
import { MemoryTransport, type ProcessedBatch, resolveConfig, retryDelayMs } from '../src/index.ts';
import { batch, connectEnds, FAST, isBatch, losing, PATIENT, processed } from './fixtures.ts';

describe('giving up', () => {
	it('comes after the last retry, with a typed error', async () => {
		const { sending, told } = connectEnds(MemoryTransport.pair({ faults: () => [] }), {
			...FAST,
			ackTimeoutMs: 1,
			maxRetries: 2,
		});
		const failure = await sending.sender.send(batch('a')).catch((error: unknown) => error);
		expect(failure).toBeInstanceOf(TransferError);
		expect(failure).toMatchObject({ code: 'INT_ALPHA_002', attempts: 3 });
		expect(told).toEqual([
			'retry 2: INT_ALPHA_001',
			'retry 3: INT_ALPHA_001',
			'EXHAUSTED after 3',
			'error: INT_ALPHA_002',
		]);
		expect(sending.sender.inFlight).toBe(0);
	});

	it.each([
		[1, 1_000],
		[2, 2_000],
		[6, 32_000],
		[7, 60_000],
		[500, 60_000],
	])('waits before retry %i for %i ms', (retry, expected) => {
		expect(retryDelayMs(resolveConfig(), retry)).toBe(expected);
	});

	it('ends what is under way when the sender stops', async () => {
		const { sending } = connectEnds(MemoryTransport.pair({ faults: () => [] }));
		const failure = sending.sender.send(batch('a')).catch((error: unknown) => error);
		sending.stop();
		expect(await failure).toMatchObject({ code: 'INT_MOD_001_UNAVAILABLE' });
	});
});

describe('a module', () => {
	it('that fails on a batch gets it again', async () => {
		let failures = 0;
		const handler = async (): Promise<ProcessedBatch> => {
			if (failures++ === 0) throw new Error('out of luck');
			return { recordsAccepted: 1, recordsRejected: 0 };
		};
		const { sending, received, told } = connectEnds(MemoryTransport.pair(), FAST, { handler });
		const done = processed(sending);
		await sending.sender.send(batch('a'));
		expect(await done).toMatchObject({ status: 'PROCESSED' });
		expect(received).toHaveLength(2);
		expect(told).toContain('error: INT_999_UNKNOWN');
	});

	it('decides when a batch counts as received', async () => {
		const room = Promise.withResolvers<void>();
		const intake = async () => {
			await room.promise;
			return {
				acknowledgment: { status: 'RECEIVED' as const },
				processed: Promise.resolve({ recordsAccepted: 0, recordsRejected: 1 }),
			};
		};
		const { sending, receiving, told } = connectEnds(MemoryTransport.pair(), PATIENT, { intake });
		const done = processed(sending);
		const sent = sending.sender.send(batch('a'));
		while (receiving.receiver.admitting === 0) await new Promise(setImmediate);
		expect(told).toEqual([]);
		room.resolve();
		expect(await sent).toMatchObject({ status: 'RECEIVED' });
		expect(await done).toMatchObject({ recordsAccepted: 0, recordsRejected: 1 });
	});

	it('that has no room is offered the batch again, and the sender waits beyond its retries', async () => {
		let offers = 0;
		const intake = async () =>
			offers++ < 6
				? undefined
				: {
						acknowledgment: { status: 'RECEIVED' as const },
						processed: Promise.resolve({ recordsAccepted: 1, recordsRejected: 0 }),
					};
		const { sending, told } = connectEnds(MemoryTransport.pair(), { ...FAST, maxRetries: 1 }, { intake });
		const done = processed(sending);
		expect(await sending.sender.send(batch('a'))).toMatchObject({ recordsAccepted: 1 });
		await done;
		expect(offers).toBe(7);
		expect(told).toContain('integrity: DUPLICATE');
	});

	it('may refuse a batch for good', async () => {
		const intake = async () => ({
			acknowledgment: { status: 'REJECTED' as const },
			processed: Promise.reject(new Error('never')),
		});
		const { sending, told } = connectEnds(MemoryTransport.pair(), PATIENT, { intake });
		expect(await sending.sender.send(batch('a'))).toMatchObject({ status: 'REJECTED' });
		expect(told.filter((line) => line === 'ack: REJECTED')).toHaveLength(2);
	});
});

describe('the window', () => {
	it('lets as many batches be unprocessed as allowed, and the next when one is done', async () => {
		const ends: ((result: ProcessedBatch) => void)[] = [];
		const handler = () => new Promise<ProcessedBatch>((resolve) => ends.push(resolve));
		const { sending, received } = connectEnds(
			MemoryTransport.pair(),
			{ ...PATIENT, maxUnprocessedBatches: 2 },
			{ handler },
		);
		await Promise.all([sending.sender.send(batch('a')), sending.sender.send(batch('b'))]);
		const third = sending.sender.send(batch('c'));
		for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
		expect(received).toHaveLength(2);
		ends[0]?.({ recordsAccepted: 1, recordsRejected: 0 });
		await third;
		expect(received).toHaveLength(3);
	});

	it('gives the places of failed batches back', async () => {
		const config = { ...FAST, maxRetries: 0, maxUnprocessedBatches: 1 };
		const { sending } = connectEnds(MemoryTransport.pair({ faults: losing(3, isBatch) }), config);
		for (const name of ['a', 'b', 'c']) await expect(sending.sender.send(batch(name))).rejects.toThrow(TransferError);
		expect(await sending.sender.send(batch('d'))).toMatchObject({ status: 'RECEIVED' });
	});
});
