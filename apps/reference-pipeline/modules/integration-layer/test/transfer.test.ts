import { once } from 'node:events';
import { arrayValue, type BatchTransfer, type FieldValue, stringValue, TransferError } from '@pipeline/model';
import { describe, expect, it } from 'vitest';
import {
	type FaultInjector,
	MemoryTransport,
	type Message,
	type ProcessedBatch,
	transferOf,
	resolveConfig,
	retryDelayMs,
} from '../src/index.ts';
import { batch, connectEnds, FAST, PATIENT, processed, record, runtime } from './fixtures.ts';

/** Loses the first messages that a test picks. */
function losing(count: number, isPicked: (message: Message) => boolean): FaultInjector {
	let lost = 0;
	return (message) => (isPicked(message) && lost++ < count ? [] : [message]);
}

const isAck =
	(status: string) =>
	(message: Message): boolean =>
		'payload' in message && message.payload.status === status;
const isBatch = (message: Message): boolean => 'records' in message;

describe('a batch', () => {
	it('is acknowledged twice and goes by reference in memory', async () => {
		const { sending, received, told } = connectEnds(MemoryTransport.pair());
		const sent = batch('a', 'b');
		const done = processed(sending);
		expect(await sending.sender.send(sent)).toEqual({
			batchId: sent.batchId,
			status: 'RECEIVED',
			recordsAccepted: 2,
			recordsRejected: 0,
			processingDurationMs: 0,
		});
		expect(await done).toMatchObject({
			batchId: sent.batchId,
			status: 'PROCESSED',
			recordsAccepted: 2,
			recordsRejected: 0,
		});
		expect(received[0]?.records).toBe(sent.records);
		expect(told).toEqual(['ack: RECEIVED', 'ACKED after 1', 'ack: PROCESSED']);
		expect([sending.sender.unprocessed, sending.sender.inFlight, sending.sender.pendingAcks]).toEqual([0, 0, 0]);
	});

	it('is equal when it was encoded, and its numbers go up', async () => {
		const { sending, received } = connectEnds(MemoryTransport.pair({ encodes: true }));
		const sent = [batch('a', 'b'), batch('c')];
		for (const each of sent) await sending.sender.send(each);
		expect(received.map(({ records }) => records)).toEqual(sent.map(({ records }) => records));
		expect(received[0]?.records).not.toBe(sent[0]?.records);
		expect(received.map(({ metadata }) => metadata.sequenceNumber)).toEqual([0, 1]);
	});

	it('keeps what is written to its header and records on the way out', async () => {
		const [out, into] = MemoryTransport.pair({ encodes: true });
		const encode = out.codec.encode.bind(out.codec);
		const context = {
			traceId: 'a'.repeat(32),
			spanId: 'b'.repeat(16),
			traceFlags: 1,
			baggage: { 'pipeline.batch-id': 'x' },
		};
		out.codec.encode = (message) => {
			Object.assign(message.header, context);
			if ('records' in message) for (const item of message.records) Object.assign(item, context);
			return encode(message);
		};
		const { sending, received, told } = connectEnds([out, into]);
		await sending.sender.send(batch('a'));
		expect(received[0]).toMatchObject({ header: context, records: [context] });
		expect(told).toContain('ACKED after 1');
	});

	it('is sent again, as the same message, when no acknowledgment comes', async () => {
		const ids: string[] = [];
		const lose = losing(2, isBatch);
		const faults: FaultInjector = (message) => {
			if ('records' in message) ids.push(`${message.header.messageId} ${message.metadata.batchId}`);
			return lose(message);
		};
		const { sending, received, told } = connectEnds(MemoryTransport.pair({ faults }), FAST);
		await sending.sender.send(batch('a'));
		expect(received).toHaveLength(1);
		expect(told.slice(0, 2)).toEqual(['retry 2: INT_ALPHA_001', 'retry 3: INT_ALPHA_001']);
		expect(told).toContain('ACKED after 3');
		expect(new Set(ids).size).toBe(1);
	});

	it('is processed once when RECEIVED is lost, and ends at once when the answer to it is PROCESSED', async () => {
		const { sending, received } = connectEnds(MemoryTransport.pair({ faults: losing(1, isAck('RECEIVED')) }));
		const done = processed(sending);
		expect(await sending.sender.send(batch('a'))).toMatchObject({ status: 'PROCESSED' });
		await done;
		expect([received.length, sending.sender.unprocessed]).toEqual([1, 0]);
	});

	it('is asked for when PROCESSED is lost', async () => {
		const { sending, received, told } = connectEnds(
			MemoryTransport.pair({ faults: losing(1, isAck('PROCESSED')) }),
			FAST,
		);
		const done = processed(sending);
		await sending.sender.send(batch('a'));
		expect(sending.sender.unprocessed).toBe(1);
		expect(await done).toMatchObject({ status: 'PROCESSED' });
		expect(received).toHaveLength(1);
		expect(told).toContain('resent: NOT_PROCESSED');
		expect(told).toContain('integrity: DUPLICATE');
	});

	it('that comes twice gets the last answer again and is not processed again', async () => {
		const faults: FaultInjector = (message) => (isBatch(message) ? [message, message] : [message]);
		const { sending, received, told } = connectEnds(MemoryTransport.pair({ faults }));
		const duplicated = once(sending.events, 'acknowledged');
		const done = processed(sending);
		await sending.sender.send(batch('a'));
		await Promise.all([done, duplicated]);
		expect(received).toHaveLength(1);
		expect(told).toContain('integrity: DUPLICATE');
	});

	it('that is sent twice at the same time goes once', async () => {
		const { sending, received } = connectEnds(MemoryTransport.pair());
		const sent = batch('a');
		await Promise.all([sending.sender.send(sent), sending.sender.send(sent)]);
		expect(received).toHaveLength(1);
	});

	it('survives both acknowledgments in one piece', async () => {
		const held: Message[] = [];
		const faults: FaultInjector = (message) => {
			if (!('payload' in message)) return [message];
			held.push(message);
			return message.payload.status === 'PROCESSED' ? held.splice(0) : [];
		};
		const { sending } = connectEnds(MemoryTransport.pair({ faults }));
		const done = processed(sending);
		await sending.sender.send(batch('a'));
		expect(await done).toMatchObject({ status: 'PROCESSED' });
	});
});

describe('a damaged batch', () => {
	const damages: [string, (message: BatchTransfer) => BatchTransfer][] = [
		['CHECKSUM', (message) => ({ ...message, metadata: { ...message.metadata, checksum: 'f'.repeat(64) } })],
		['COUNT', (message) => ({ ...message, metadata: { ...message.metadata, recordCount: 2 } })],
	];

	it.each(damages)('that fails %s is refused after one more attempt', async (check, damage) => {
		const faults: FaultInjector = (message) => ('records' in message ? [damage(message) as Message] : [message]);
		const { sending, received, told } = connectEnds(MemoryTransport.pair({ faults }));
		expect(await sending.sender.send(batch('a'))).toMatchObject({
			status: 'REJECTED',
			recordsAccepted: 0,
			recordsRejected: 1,
		});
		expect(received).toHaveLength(0);
		expect(told).toEqual([
			`integrity: ${check}`,
			'ack: REJECTED',
			'retry 2: INT_BETA_001',
			`integrity: ${check}`,
			'ack: REJECTED',
			'REJECTED after 2',
			'error: INT_BETA_001',
		]);
	});

	it.each(damages)('that fails %s once is taken the second time', async (_, damage) => {
		let damaged = 0;
		const faults: FaultInjector = (message) =>
			'records' in message && damaged++ === 0 ? [damage(message) as Message] : [message];
		const { sending, received } = connectEnds(MemoryTransport.pair({ faults }));
		expect(await sending.sender.send(batch('a'))).toMatchObject({ status: 'RECEIVED' });
		expect(received).toHaveLength(1);
	});

	it('that no reader would take fails at once and does not blame the receiver', async () => {
		let deep: FieldValue = stringValue('x');
		for (let level = 0; level < 40; level++) deep = arrayValue([deep]);
		const sent = { ...batch(), records: [{ ...record('a'), fields: { deep } }] };
		const { sending, told } = connectEnds(MemoryTransport.pair({ encodes: true }), {
			...PATIENT,
			circuitFailureThreshold: 1,
		});
		await expect(sending.sender.send(sent)).rejects.toThrow(/nested/);
		expect(told).toEqual(['EXHAUSTED after 1', 'error: INT_ALPHA_002']);
		expect(sending.sender.circuit.state).toBe('CLOSED');
	});
});

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

describe('a connection that breaks', () => {
	it('loses what was on its way', async () => {
		const [out, into] = MemoryTransport.pair();
		const arrived: Message[] = [];
		into.events.on('message', (message) => arrived.push(message));
		const message = transferOf(batch('a'), 'ALPHA_BETA', 0, runtime);
		await out.send(message);
		await out.close();
		for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
		expect([arrived.length, out.isConnected, into.isConnected]).toEqual([0, false, false]);
		out.join(into);
		await out.send(message);
		for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
		expect(arrived).toEqual([message]);
	});

	it('makes a refusal of what is sent again final after one more attempt', async () => {
		let isDamaging = false;
		const faults: FaultInjector = (message) =>
			isDamaging && 'records' in message ? [{ ...message, records: [] } as Message] : [message];
		const [out, into] = MemoryTransport.pair({ faults });
		const { sending, receiving, told } = connectEnds([out, into], PATIENT, {
			handler: () => new Promise(() => undefined),
		});
		await sending.sender.send(batch('a'));
		receiving.stop();
		await into.close();
		isDamaging = true;
		const next = new MemoryTransport({ faults });
		const reborn = connectEnds([new MemoryTransport(), next]);
		const done = processed(sending);
		next.join(out);
		expect(await done).toMatchObject({ status: 'REJECTED' });
		expect(told.filter((line) => line.startsWith('resent'))).toEqual(['resent: RECONNECTED', 'resent: REJECTED']);
		expect(sending.sender.unprocessed).toBe(0);
		expect(reborn.received).toHaveLength(0);
	});
});
