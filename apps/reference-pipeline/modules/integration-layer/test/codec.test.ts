import { once } from 'node:events';
import { connect } from 'node:net';
import { fromPlain } from '@pipeline/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	createHeader,
	FrameReader,
	frame,
	type Message,
	MessageCodec,
	ProtocolError,
	TcpTransport,
} from '../src/index.ts';
import { batch, record, runtime } from './fixtures.ts';

const codec = new MessageCodec();
const header = createHeader(runtime, { source: 'ALPHA', target: 'BETA', type: 'BATCH_TRANSFER', correlationId: 'c' });

function transferOf(records: ReturnType<typeof record>[]): Message {
	const { validationSummary, batchId } = batch();
	const metadata = {
		batchId,
		sequenceNumber: 0,
		recordCount: records.length,
		checksum: 'x',
		createdAt: runtime.timestamp(),
	};
	return { header, metadata, records, validationSummary };
}

describe('MessageCodec', () => {
	it('writes snake_case names and leaves the keys of data alone', () => {
		const sent = { ...record('a'), fields: { camelCase_key: fromPlain(1), __proto__x: fromPlain('y') } };
		const wire = JSON.parse(Buffer.from(codec.encode(transferOf([sent]))).toString());
		expect(Object.keys(wire.records[0])).toContain('quality_score');
		expect(Object.keys(wire.records[0].fields)).toEqual(['camelCase_key', '__proto__x']);
	});

	it('round-trips every kind of value', () => {
		fc.assert(
			fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (plain) => {
				const sent = {
					...record('a'),
					fields: Object.fromEntries(Object.entries(plain).map(([key, value]) => [key, fromPlain(value)])),
				};
				const received = codec.decode(codec.encode(transferOf([sent])));
				expect('records' in received && received.records[0]).toEqual(sent);
			}),
		);
	});

	it('refuses anything that is no message, with a typed error', () => {
		const hostile = fc.oneof(
			fc.uint8Array(),
			fc.json().map((text) => Buffer.from(text)),
			fc
				.constantFrom(
					'{"header":null}',
					'{"header":{"__proto__":{}}}',
					'[]',
					`${'['.repeat(100_000)}`,
					'{"header":{"protocol_version":"2.0"}}',
				)
				.map((text) => Buffer.from(text)),
		);
		fc.assert(
			fc.property(hostile, (bytes) => {
				expect(() => codec.decode(bytes)).toThrow(ProtocolError);
			}),
		);
	});
});

describe('FrameReader', () => {
	it('finds the frames again however the bytes are cut', () => {
		fc.assert(
			fc.property(
				fc.array(fc.uint8Array({ maxLength: 300 })),
				fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }),
				(messages, cuts) => {
					const stream = Buffer.concat(messages.map(frame));
					const reader = new FrameReader(1_000);
					const found: Buffer[] = [];
					for (let at = 0, turn = 0; at < stream.length; turn++) {
						const length = cuts[turn % cuts.length] as number;
						found.push(...reader.push(stream.subarray(at, at + length)));
						at += length;
					}
					expect(found.map((bytes) => [...bytes])).toEqual(messages.map((bytes) => [...bytes]));
				},
			),
		);
	});

	it('takes a frame of the limit and refuses one byte more before reading it', () => {
		expect(new FrameReader(10).push(frame(new Uint8Array(10)))).toHaveLength(1);
		expect(() => new FrameReader(10).push(Buffer.from([0, 0, 0, 11]))).toThrow(ProtocolError);
	});
});

describe('TcpTransport', () => {
	it('drops a peer that sends garbage, says so, and serves the next', async () => {
		const transport = await TcpTransport.listen(0, { maxFrameBytes: 1_000 });
		const rejected = once(transport.events, 'rejected');
		const hostile = connect(transport.port, '127.0.0.1');
		hostile.on('error', () => {});
		hostile.write(frame(Buffer.from('{"not":"a message"}')));
		expect((await rejected)[0]).toMatchObject({ code: 'PROTOCOL_HEADER' });
		const peer = TcpTransport.connect(transport.port);
		await once(peer.events, 'connected');
		expect(peer.isConnected).toBe(true);
		await peer.close();
		await transport.close();
	});
});
