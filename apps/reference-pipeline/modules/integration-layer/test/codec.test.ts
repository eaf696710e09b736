import { fromPlain, JOURNAL, STAGE } from '@pipeline/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	createHeader,
	FrameReader,
	frame,
	type Message,
	MessageCodec,
	ProtocolError,
	transferOf,
} from '../src/index.ts';
import { batch, record, runtime } from './fixtures.ts';

const codec = new MessageCodec();

function messageWith(...records: ReturnType<typeof record>[]): Message {
	return transferOf({ ...batch(), records }, 'ALPHA_BETA', 0, runtime);
}

/** The wire form of a good message, to be damaged. */
function wire(): Record<string, Record<string, unknown>> {
	return JSON.parse(Buffer.from(codec.encode(messageWith(record('a')))).toString());
}
const decoded = (value: unknown): Message => codec.decode(Buffer.from(JSON.stringify(value)));

describe('MessageCodec', () => {
	it('writes snake_case names and leaves the keys of data alone', () => {
		const sent = { ...record('a'), fields: { camelCase_key: fromPlain(1), __proto__x: fromPlain('y') } };
		const json = JSON.parse(Buffer.from(codec.encode(messageWith(sent))).toString());
		expect(Object.keys(json.records[0])).toContain('quality_score');
		expect(Object.keys(json.records[0].fields)).toEqual(['camelCase_key', '__proto__x']);
	});

	it('gives back every record, with empty slots', () => {
		fc.assert(
			fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 5 }), { noNullPrototype: true }), (plain) => {
				const fields = Object.fromEntries(Object.entries(plain).map(([key, value]) => [key, fromPlain(value)]));
				const sent = { ...record('a'), fields, [JOURNAL]: 3, [STAGE]: 4 };
				const received = codec.decode(codec.encode(messageWith(sent)));
				expect('records' in received && received.records).toEqual([{ ...sent, [JOURNAL]: 0, [STAGE]: 0 }]);
			}),
		);
	});

	it('takes members that it does not know, and later minor versions', () => {
		const message = wire();
		message['header'] = { ...message['header'], protocol_version: '1.9.0', not_known_here: { a_b: 1 } };
		expect(decoded(message)).toMatchObject({ header: { protocolVersion: '1.9.0', notKnownHere: { aB: 1 } } });
	});

	it('refuses bytes that are no message with a typed error, whatever they are', () => {
		const text = (value: string): Uint8Array => Buffer.from(value);
		const hostile = fc.oneof(
			fc.uint8Array(),
			fc.json().map(text),
			fc
				.constantFrom(
					'',
					'null',
					'{"header":null}',
					'{"header":{"__proto__":{}}}',
					'[]',
					'['.repeat(100_000),
					`${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`,
				)
				.map(text),
		);
		fc.assert(
			fc.property(hostile, (bytes) => {
				expect(() => codec.decode(bytes)).toThrow(ProtocolError);
			}),
		);
	});

	it('takes a good message with any one part replaced by any JSON as a message or a typed error', () => {
		const paths = [
			'header',
			'metadata',
			'records',
			'validation_summary',
			'header.message_type',
			'metadata.batch_id',
			'records.0',
			'records.0.fields',
			'records.0.fields.name',
		];
		fc.assert(
			fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, json) => {
				const message: Record<string, unknown> = wire();
				const keys = path.split('.');
				const last = keys.pop() as string;
				const owner = keys.reduce<Record<string, unknown>>((at, key) => at[key] as Record<string, unknown>, message);
				owner[last] = json;
				try {
					expect(decoded(message)).toHaveProperty('header.messageId');
				} catch (error) {
					expect(error).toBeInstanceOf(ProtocolError);
				}
			}),
		);
	});

	it.each([
		['header.protocol_version', '2.0.0', 'PROTOCOL_VERSION'],
		['header.message_type', 'constructor', 'PROTOCOL_TYPE'],
		['header.message_id', '', 'PROTOCOL_HEADER'],
		['header.source_module', 'OMEGA', 'PROTOCOL_HEADER'],
		['metadata.record_count', -1, 'PROTOCOL_SHAPE'],
		['metadata.sequence_number', 1.5, 'PROTOCOL_SHAPE'],
		['validation_summary', undefined, 'PROTOCOL_SHAPE'],
		['validation_summary.average_quality_score', 1.01, 'PROTOCOL_SHAPE'],
		['records', [null], 'PROTOCOL_SHAPE'],
		['records.0.record_id', 5, 'PROTOCOL_SHAPE'],
		['records.0.fields.name', { field_type: 'STRING', integer_value: 1, is_null: false }, 'PROTOCOL_SHAPE'],
		['records.0.fields.name', { field_type: 'NULL', is_null: false }, 'PROTOCOL_SHAPE'],
		['records.0.fields.name', { field_type: 'toString', is_null: false }, 'PROTOCOL_SHAPE'],
		['records.0.fields.name', { field_type: 'INTEGER', integer_value: 'x', is_null: false }, 'FRAME_MALFORMED'],
	])('refuses %s = %j', (path, value, code) => {
		const message: Record<string, unknown> = wire();
		const keys = path.split('.');
		const last = keys.pop() as string;
		const owner = keys.reduce<Record<string, unknown>>((at, key) => at[key] as Record<string, unknown>, message);
		owner[last] = value;
		expect(() => decoded(message)).toThrow(expect.objectContaining({ code }));
	});

	it.each([
		[
			'BACKPRESSURE',
			{ signalType: 'ACTIVATE', currentQueueDepth: 1, recommendedDelayMs: 60_000 },
			{ recommendedDelayMs: 60_001 },
		],
		[
			'JOB_STATUS',
			{ jobId: 'j', executionId: 'e', status: 'RUNNING', progressPercent: 100, recordsProcessed: 0 },
			{ progressPercent: 100.5 },
		],
		[
			'CACHE_ACCESS',
			{ operation: 'PUT', cacheKey: 'k', cacheNamespace: 'n', value: new Uint8Array([1]) },
			{ operation: 'DROP' },
		],
		['CACHE_ACCESS', { status: 'HIT', value: new Uint8Array(), latencyMs: 0.5 }, { latencyMs: -1 }],
		['CACHE_WARM_UP', { cacheNamespace: 'n', keyPatterns: ['a*'], priority: 'HIGH' }, { keyPatterns: [1] }],
		['JOB_CONTROL', { operation: 'PAUSE', jobId: 'j', parameters: {} }, { jobId: '' }],
		['DEPENDENCY_SIGNAL', { signalType: 'DATA_READY', jobId: 'j', downstreamJobs: [] }, { downstreamJobs: 'x' }],
		['SCHEDULE_NOTIFICATION', { jobId: 'j', scheduledTime: 't', parameters: { a: [1] } }, { parameters: null }],
		['HEALTH_CHECK', { checkType: 'LIVENESS' }, { checkType: 'X' }],
		['HEALTH_CHECK', { status: 'HEALTHY', checks: [], uptimeSeconds: 0 }, { uptimeSeconds: -1 }],
		[
			'CIRCUIT_STATE_CHANGE',
			{ circuitId: 'c', previousState: 'OPEN', newState: 'CLOSED', affectedModules: ['BETA'] },
			{ newState: 'AJAR' },
		],
	] as const)('carries %s and refuses a wrong one', (type, body, wrong) => {
		const message = {
			header: createHeader(runtime, { source: 'PHI', target: 'BETA', type, correlationId: 'c' }),
			...body,
		} as unknown as Message;
		expect(codec.decode(codec.encode(message))).toEqual(message);
		expect(() => codec.decode(codec.encode({ ...message, ...wrong } as Message))).toThrow(ProtocolError);
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
