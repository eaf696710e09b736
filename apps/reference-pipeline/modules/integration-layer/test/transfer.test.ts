import { once } from 'node:events';
import { type AcknowledgmentPayload, type BatchTransfer, systemRuntime, TransferError } from '@pipeline/model';
import { afterEach, describe, expect, it } from 'vitest';
import {
	type FaultInjector,
	type IntegrationConfig,
	MemoryTransport,
	type Message,
	type ProcessedBatch,
	ReceivingEnd,
	SendingEnd,
	TcpTransport,
	type Transport,
} from '../src/index.ts';
import { batch } from './fixtures.ts';

const CONFIG: Partial<IntegrationConfig> = { ackTimeoutMs: 50, retryDelayMs: 1, maxRetries: 3 };
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
	for (const close of closing.splice(0)) await close();
});

interface Ends {
	readonly sending: SendingEnd;
	readonly receiving: ReceivingEnd;
	readonly received: BatchTransfer[];
	readonly seen: string[];
}

function connect(
	[out, into]: readonly [Transport, Transport],
	config = CONFIG,
	handler?: (transfer: BatchTransfer) => Promise<ProcessedBatch>,
): Ends {
	const runtime = systemRuntime();
	const received: BatchTransfer[] = [];
	const seen: string[] = [];
	const sending = new SendingEnd({ edge: 'ALPHA_BETA', transport: out, runtime, config });
	const receiving = new ReceivingEnd({
		edge: 'ALPHA_BETA',
		transport: into,
		runtime,
		config,
		handler: async (transfer) => {
			received.push(transfer);
			return handler?.(transfer) ?? { recordsAccepted: transfer.records.length, recordsRejected: 0 };
		},
	});
	for (const end of [sending, receiving]) {
		end.events.on('transferResolved', ({ outcome, attempts }) => seen.push(`${outcome} after ${attempts}`));
		end.events.on('integrityFailed', ({ check }) => seen.push(`integrity ${check}`));
		end.events.on('ackTimedOut', () => seen.push('ack timeout'));
		end.start();
	}
	return { sending, receiving, received, seen };
}

function processed(end: SendingEnd): Promise<AcknowledgmentPayload> {
	return new Promise((resolve) => end.sender.onProcessed(resolve));
}

describe('batch transfer', () => {
	it('is acknowledged twice: received, then processed', async () => {
		const { sending, received } = connect(MemoryTransport.pair());
		const sent = batch('a', 'b');
		const done = processed(sending);
		expect(await sending.sender.send(sent)).toMatchObject({ batchId: sent.batchId, status: 'RECEIVED' });
		expect(await done).toMatchObject({
			batchId: sent.batchId,
			status: 'PROCESSED',
			recordsAccepted: 2,
			recordsRejected: 0,
		});
		expect(received[0]?.records).toBe(sent.records);
		expect(sending.sender.unprocessed).toBe(0);
	});

	it('encodes and decodes to an equal batch', async () => {
		const { sending, received } = connect(MemoryTransport.pair({ encodes: true }));
		const sent = batch('a', 'b');
		await sending.sender.send(sent);
		expect(received[0]?.records).toEqual(sent.records);
		expect(received[0]?.records).not.toBe(sent.records);
	});

	it('is sent again when no acknowledgment comes, and processed once', async () => {
		let dropped = 0;
		const faults: FaultInjector = (message) => ('payload' in message && dropped++ === 0 ? [] : [message]);
		const { sending, received, seen } = connect(MemoryTransport.pair({ faults }));
		const done = processed(sending);
		await sending.sender.send(batch('a'));
		await done;
		expect(received).toHaveLength(1);
		expect(seen.filter((line) => line.startsWith('ACKED'))).toEqual(['ACKED after 1']);
	});

	it('a duplicate gets the last answer again and is not processed', async () => {
		const faults: FaultInjector = (message) => ('records' in message ? [message, message] : [message]);
		const { sending, received, seen } = connect(MemoryTransport.pair({ faults }));
		const done = processed(sending);
		await sending.sender.send(batch('a'));
		await done;
		await new Promise(setImmediate);
		expect(received).toHaveLength(1);
		expect(seen).toContain('integrity DUPLICATE');
	});

	it.each([
		[
			'CHECKSUM',
			(message: BatchTransfer) => ({ ...message, metadata: { ...message.metadata, checksum: 'f'.repeat(64) } }),
		],
		['COUNT', (message: BatchTransfer) => ({ ...message, metadata: { ...message.metadata, recordCount: 7 } })],
	])('a batch that fails %s is refused after one more attempt', async (check, damage) => {
		const faults: FaultInjector = (message) => ('records' in message ? [damage(message) as Message] : [message]);
		const { sending, received, seen } = connect(MemoryTransport.pair({ faults }));
		expect(await sending.sender.send(batch('a'))).toMatchObject({ status: 'REJECTED', recordsRejected: 1 });
		expect(received).toHaveLength(0);
		expect(seen).toEqual([`integrity ${check}`, `integrity ${check}`, 'REJECTED after 2']);
	});

	it('gives up after the last retry with a typed error', async () => {
		const { sending, seen } = connect(MemoryTransport.pair({ faults: () => [] }), {
			...CONFIG,
			ackTimeoutMs: 1,
			maxRetries: 2,
		});
		const failure = await sending.sender.send(batch('a')).catch((error: unknown) => error);
		expect(failure).toBeInstanceOf(TransferError);
		expect(failure).toMatchObject({ code: 'INT_ALPHA_002', attempts: 3 });
		expect(seen.at(-1)).toBe('EXHAUSTED after 3');
	});

	it('opens the circuit at the threshold', async () => {
		const { sending } = connect(MemoryTransport.pair({ faults: () => [] }), {
			...CONFIG,
			ackTimeoutMs: 1,
			maxRetries: 4,
			circuitFailureThreshold: 2,
		});
		const changes: string[] = [];
		sending.events.on('circuitChanged', ({ newState }) => changes.push(newState));
		await expect(sending.sender.send(batch('a'))).rejects.toThrow('is open');
		expect(changes).toEqual(['OPEN']);
	});
});

describe('over TCP', () => {
	async function pair(): Promise<[TcpTransport, TcpTransport]> {
		const into = await TcpTransport.listen();
		const out = TcpTransport.connect(into.port, { reconnectDelayMs: 5 });
		closing.push(
			() => out.close(),
			() => into.close(),
		);
		await once(out.events, 'connected');
		return [out, into];
	}

	it('carries batches, acknowledgments and confirmations', async () => {
		const { sending, receiving, received } = connect(await pair(), { ackTimeoutMs: 5_000 });
		const sent = batch('a', 'b');
		const done = processed(sending);
		await sending.sender.send(sent);
		await done;
		expect(received[0]?.records).toEqual(sent.records);
		const confirmed = once(sending.events, 'confirmed');
		await receiving.confirmations.send(sent.batchId, 'run-1', []);
		expect((await confirmed)[0]).toMatchObject({ confirmation: { batchId: sent.batchId } });
	});

	it('sends again what a receiver that died had not processed', async () => {
		const first = await TcpTransport.listen();
		const { port } = first;
		const out = TcpTransport.connect(port, { reconnectDelayMs: 5 });
		closing.push(() => out.close());
		await once(out.events, 'connected');
		// Received, never processed.
		const { sending } = connect([out, first], { ackTimeoutMs: 5_000 }, () => new Promise(() => {}));
		const sent = batch('a');
		await sending.sender.send(sent);
		await first.close();
		const second = await TcpTransport.listen(port);
		closing.push(() => second.close());
		const done = processed(sending);
		const received: BatchTransfer[] = [];
		const receiving = new ReceivingEnd({
			edge: 'ALPHA_BETA',
			transport: second,
			runtime: systemRuntime(),
			handler: async (transfer) => {
				received.push(transfer);
				return { recordsAccepted: 1, recordsRejected: 0 };
			},
		});
		receiving.start();
		expect(await done).toMatchObject({ batchId: sent.batchId, status: 'PROCESSED' });
		expect(received.map(({ metadata }) => metadata.batchId)).toEqual([sent.batchId]);
	});
});
