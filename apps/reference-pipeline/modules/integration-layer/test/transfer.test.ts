import { once } from 'node:events';
import { arrayValue, type BatchTransfer, type FieldValue, stringValue } from '@pipeline/model';
import { describe, expect, it } from 'vitest';
import { type FaultInjector, MemoryTransport, type Message, transferOf } from '../src/index.ts';
import { batch, connectEnds, FAST, isAck, isBatch, losing, PATIENT, processed, record, runtime } from './fixtures.ts';

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
