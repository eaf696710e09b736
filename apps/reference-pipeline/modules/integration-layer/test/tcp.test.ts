import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type BatchTransfer, systemRuntime } from '@pipeline/model';
import { afterEach, describe, expect, it } from 'vitest';
import {
	frame,
	type IntegrationConfig,
	NotConnectedError,
	ReceivingEnd,
	TcpTransport,
	type TcpTransportOptions,
} from '../src/index.ts';
import { batch, connectEnds, PATIENT, processed, record } from './fixtures.ts';

const closing: (() => unknown)[] = [];

afterEach(async () => {
	for (const close of closing.splice(0).toReversed()) await close();
});

async function listen(port = 0, options: TcpTransportOptions = {}): Promise<TcpTransport> {
	const transport = await TcpTransport.listen(port, options);
	closing.push(() => transport.close());
	return transport;
}

function dial(port: number | (() => number), options: TcpTransportOptions = {}): TcpTransport {
	const transport = TcpTransport.connect(port, { reconnectDelayMs: 2, ...options });
	closing.push(() => transport.close());
	return transport;
}

function open(...given: Parameters<typeof connectEnds>): ReturnType<typeof connectEnds> {
	const ends = connectEnds(...given);
	closing.push(() => ends.stop());
	return ends;
}

/** A receiver as it comes back after a restart: it remembers nothing. */
function reborn(transport: TcpTransport, config: Partial<IntegrationConfig> = PATIENT): BatchTransfer[] {
	const received: BatchTransfer[] = [];
	const end = new ReceivingEnd({
		edge: 'ALPHA_BETA',
		transport,
		runtime: systemRuntime(),
		config,
		handler: async (transfer) => {
			received.push(transfer);
			return { recordsAccepted: transfer.records.length, recordsRejected: 0 };
		},
	});
	end.start();
	closing.push(() => end.stop());
	return received;
}

describe('over TCP', () => {
	it('batches, acknowledgments and confirmations arrive, also a batch of many pieces', async () => {
		const into = await listen();
		const { sending, receiving, received } = open([dial(into.port), into]);
		const sent = batch(...Array.from({ length: 3_000 }, (_, at) => `record ${at}`));
		const done = processed(sending);
		expect(await sending.sender.send(sent)).toMatchObject({ status: 'RECEIVED', recordsAccepted: 3_000 });
		await done;
		expect(received[0]?.records).toEqual(sent.records);
		const confirmed = once(sending.events, 'confirmed');
		await receiving.confirmations.send({ batchId: sent.batchId, correlationId: 'run-1', deliveryResults: [] });
		expect((await confirmed)[0]).toMatchObject({ confirmation: { batchId: sent.batchId } });
	});

	it('many batches at once end each once', async () => {
		const into = await listen();
		const { sending, received } = open([dial(into.port), into]);
		const sent = Array.from({ length: 50 }, (_, at) => batch(`${at}`));
		await Promise.all(sent.map((each) => sending.sender.send(each)));
		expect(await sending.sender.drain(60_000)).toBe(true);
		expect(received.map(({ metadata }) => metadata.batchId)).toEqual(sent.map(({ batchId }) => batchId));
	});

	it('a batch waits for a peer that is not there yet', async () => {
		const first = await listen();
		const { port } = first;
		await first.close();
		const out = dial(port);
		const { sending } = open([out, first]);
		const sent = sending.sender.send(batch('a'));
		const received = reborn(await listen(port));
		expect(await sent).toMatchObject({ status: 'RECEIVED' });
		expect(received).toHaveLength(1);
	});

	it('a receiver that died and came back on another port gets again what it had not processed', async () => {
		let port = 0;
		const first = await listen();
		port = first.port;
		const out = dial(() => port);
		const { sending, told } = open([out, first], PATIENT, { handler: () => new Promise(() => undefined) });
		const sent = [batch('a'), batch('b')];
		for (const each of sent) await sending.sender.send(each);
		expect(sending.sender.unprocessed).toBe(2);
		const second = await listen();
		port = second.port;
		const received = reborn(second);
		await first.close();
		expect(await sending.sender.drain(60_000)).toBe(true);
		expect(received.map(({ metadata }) => metadata.batchId)).toEqual(sent.map(({ batchId }) => batchId));
		expect(told.filter((line) => line === 'resent: RECONNECTED')).toHaveLength(2);
	});

	it('a receiver that dies before it answers gets the batch from the next attempt', async () => {
		const first = await listen();
		const { port } = first;
		const { sending, told } = open([dial(port), first], PATIENT, { intake: () => new Promise(() => undefined) });
		const sent = sending.sender.send(batch('a'));
		await once(first.events, 'message');
		await first.close();
		const received = reborn(await listen(port));
		expect(await sent).toMatchObject({ status: 'RECEIVED' });
		expect(received).toHaveLength(1);
		expect(told).toContain('retry 2: INT_MOD_001_UNAVAILABLE');
	});

	it('a receiver that lives through a broken connection answers with what it said last', async () => {
		const into = await listen();
		const out = dial(into.port);
		const end = Promise.withResolvers<{ recordsAccepted: number; recordsRejected: number }>();
		const { sending, received } = open([out, into], PATIENT, { handler: () => end.promise });
		await sending.sender.send(batch('a'));
		const done = processed(sending);
		// Takes the place of the sender's connection, which breaks.
		const intruder = await socketTo(into);
		const back = once(out.events, 'connected');
		intruder.destroy();
		end.resolve({ recordsAccepted: 1, recordsRejected: 0 });
		await back;
		expect(await done).toMatchObject({ status: 'PROCESSED' });
		expect(received).toHaveLength(1);
	});
});

describe('TcpTransport', () => {
	it('tells of bytes that are no message and reads on', async () => {
		const transport = await listen();
		const socket = await socketTo(transport);
		const rejected = once(transport.events, 'rejected');
		socket.write(frame(Buffer.from('{"not":"a message"}')));
		expect((await rejected)[0]).toMatchObject({ code: 'PROTOCOL_HEADER' });
		expect(transport.isConnected).toBe(true);
	});

	it('gives the newest connection the place of the one before', async () => {
		const transport = await listen();
		const first = await socketTo(transport);
		const gone = once(first, 'close');
		const second = await socketTo(transport);
		await gone;
		// The server's side of the first connection closes in its own time.
		await new Promise(setImmediate);
		expect([transport.isConnected, first.destroyed, second.destroyed]).toEqual([true, true, false]);
		const disconnected = once(transport.events, 'disconnected');
		second.destroy();
		await disconnected;
		expect(transport.isConnected).toBe(false);
	});

	it('ends a connection whose frames are too large, and serves the next', async () => {
		const transport = await listen(0, { maxFrameBytes: 100 });
		const socket = await socketTo(transport);
		const rejected = once(transport.events, 'rejected');
		socket.write(Buffer.from([0xff, 0xff, 0xff, 0xff]));
		expect((await rejected)[0]).toMatchObject({ code: 'FRAME_TOO_LARGE' });
		await once(transport.events, 'disconnected');
		const peer = dial(transport.port);
		await once(peer.events, 'connected');
		expect(peer.isConnected).toBe(true);
	});

	it('does not write what no reader takes', async () => {
		const into = await listen();
		const out = dial(into.port, { maxFrameBytes: 100 });
		const { sending, told } = open([out, into]);
		await expect(sending.sender.send({ ...batch(), records: [record('a')] })).rejects.toThrow(/100 are allowed/);
		expect(told).toEqual(['EXHAUSTED after 1', 'error: INT_ALPHA_002']);
	});

	it('refuses to send when there is no peer', async () => {
		const transport = await listen();
		await transport.close();
		const { sending } = open([transport, transport]);
		await expect(sending.health.ask('LIVENESS')).rejects.toBeInstanceOf(NotConnectedError);
	});
});

async function socketTo(transport: TcpTransport): Promise<Socket> {
	const adopted = once(transport.events, 'connected');
	const socket = connect(transport.port, '127.0.0.1');
	socket.on('error', () => undefined);
	socket.resume();
	closing.push(() => socket.destroy());
	await adopted;
	return socket;
}
