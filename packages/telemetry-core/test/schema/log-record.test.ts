import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromLogRecord, TelemetryEventError, toLogRecord } from '../../src/schema/index.ts';
import { anyEvent, logEvent, SPAN_ID, TRACE_ID, traceEvent } from './events.ts';

describe('log records', () => {
	it('carry name, time, severity and ids natively and the rest as attributes', () => {
		const event = {
			...traceEvent,
			parentSpanId: '00f067aa0ba902b8',
			severity: 'CRITICAL',
			recordId: 'r',
			batchId: 'b',
			correlationId: 'c',
			dimensions: { message: 'm', x: '1' },
		} as const;
		expect(toLogRecord(event)).toEqual({
			eventName: 'pipeline.gamma.trace.trace.completed',
			timeUnixNano: 1_772_366_400_000_000_000n,
			severityNumber: 21,
			severityText: 'FATAL',
			body: 'm',
			traceId: TRACE_ID,
			spanId: SPAN_ID,
			attributes: {
				'pipeline.event.id': event.eventId,
				'pipeline.event.type': 'TRACE',
				'pipeline.event.module': 'GAMMA',
				'pipeline.event.component': 'trace',
				'pipeline.event.value': 12.5,
				'pipeline.event.unit': 'ms',
				'pipeline.record_id': 'r',
				'pipeline.batch_id': 'b',
				'pipeline.correlation_id': 'c',
				'pipeline.parent_span_id': '00f067aa0ba902b8',
				message: 'm',
				x: '1',
			},
		});
	});

	it('give back an equal event, whatever its dimensions are called', () => {
		fc.assert(
			fc.property(anyEvent, (event) => {
				expect(fromLogRecord(toLogRecord(event))).toEqual(event);
			}),
			{ numRuns: 300 },
		);
	});

	it('are read from OTLP/JSON', () => {
		const { attributes, timeUnixNano, ...record } = toLogRecord(traceEvent);
		const keyValues = Object.entries(attributes).map(([key, value]) => ({
			key,
			value: typeof value === 'number' ? { doubleValue: value } : { stringValue: value },
		}));
		const extra = [
			{ key: 'int', value: { intValue: '42' } },
			{ key: 'flag', value: { boolValue: false } },
			{ key: 'list', value: { arrayValue: { values: [{ stringValue: 'a' }, { intValue: '1' }] } } },
			{ key: 'none', value: {} },
		];
		expect(
			fromLogRecord({ ...record, timeUnixNano: String(timeUnixNano), attributes: [...keyValues, ...extra] }),
		).toEqual({
			...traceEvent,
			dimensions: { int: '42', flag: 'false', list: '["a",1]' },
		});
	});

	it('are read with ids as bytes, with zero ids as none, and with module and component from the name', () => {
		const { attributes, ...record } = toLogRecord(logEvent);
		const { 'pipeline.event.module': _, 'pipeline.event.component': __, ...rest } = attributes;
		expect(fromLogRecord({ ...record, attributes: rest, traceId: new Uint8Array(16), spanId: '' })).toEqual(logEvent);
		const traceId = Buffer.from(TRACE_ID, 'hex');
		expect(fromLogRecord({ ...record, attributes: rest, traceId, spanId: SPAN_ID.toUpperCase() })).toEqual({
			...logEvent,
			traceId: TRACE_ID,
			spanId: SPAN_ID,
		});
	});

	const record = toLogRecord(logEvent);
	const withAttribute = (key: string, value: unknown) => ({
		...record,
		attributes: { ...record.attributes, [key]: value },
	});
	it.each<[string, unknown, string, string | undefined]>([
		['no object', 7, 'LOG_RECORD_UNREADABLE', undefined],
		['null', null, 'LOG_RECORD_UNREADABLE', undefined],
		['no name', { ...record, eventName: '' }, 'LOG_RECORD_FIELD_MISSING', 'eventName'],
		['a name that is no text', { ...record, eventName: 1 }, 'LOG_RECORD_FIELD_INVALID', 'eventName'],
		['no time', { ...record, timeUnixNano: undefined }, 'LOG_RECORD_FIELD_MISSING', 'timeUnixNano'],
		['a time before the epoch', { ...record, timeUnixNano: -1n }, 'LOG_RECORD_FIELD_INVALID', 'timeUnixNano'],
		[
			'a time beyond the year 9999',
			{ ...record, timeUnixNano: 253_402_300_800_000_000_000n },
			'LOG_RECORD_FIELD_INVALID',
			'timeUnixNano',
		],
		['an unsafe number as time', { ...record, timeUnixNano: 2 ** 60 }, 'LOG_RECORD_FIELD_INVALID', 'timeUnixNano'],
		['attributes that are text', { ...record, attributes: 'x' }, 'LOG_RECORD_FIELD_INVALID', 'attributes'],
		['a key-value without key', { ...record, attributes: [{}] }, 'LOG_RECORD_FIELD_INVALID', 'attributes'],
		[
			'no event id',
			withAttribute('pipeline.event.id', undefined),
			'LOG_RECORD_FIELD_MISSING',
			'attributes.pipeline.event.id',
		],
		[
			'an event id that is a number',
			withAttribute('pipeline.event.id', 1),
			'LOG_RECORD_FIELD_INVALID',
			'attributes.pipeline.event.id',
		],
		[
			'an unknown type',
			withAttribute('pipeline.event.type', 'SPAN'),
			'LOG_RECORD_FIELD_INVALID',
			'attributes.pipeline.event.type',
		],
		[
			'an unknown module',
			withAttribute('pipeline.event.module', 'DELTA'),
			'LOG_RECORD_FIELD_INVALID',
			'attributes.pipeline.event.module',
		],
		[
			'a value that is text',
			withAttribute('pipeline.event.value', '1'),
			'LOG_RECORD_FIELD_INVALID',
			'attributes.pipeline.event.value',
		],
		[
			'no severity',
			{ ...record, severityNumber: 0, severityText: undefined },
			'LOG_RECORD_FIELD_MISSING',
			'severityNumber',
		],
		[
			'an impossible severity',
			{ ...record, severityNumber: 25, severityText: 'LOUD' },
			'LOG_RECORD_FIELD_INVALID',
			'severityNumber',
		],
		['an id that is a number', { ...record, traceId: 7 }, 'LOG_RECORD_FIELD_INVALID', 'traceId'],
		[
			'a getter that throws',
			Object.defineProperty({}, 'eventName', {
				get() {
					throw new Error('no');
				},
			}),
			'LOG_RECORD_UNREADABLE',
			undefined,
		],
	])('are refused with a code: %s', (_, hostile, code, path) => {
		expect(() => fromLogRecord(hostile)).toThrow(expect.objectContaining({ name: 'TelemetryEventError', code, path }));
	});

	it('never fail otherwise', () => {
		const field = fc.oneof(fc.anything({ withBigInt: true }), fc.constantFrom(...Object.values(record)));
		const shaped = fc.record(
			{
				eventName: field,
				timeUnixNano: field,
				severityNumber: field,
				severityText: field,
				attributes: field,
				traceId: field,
				spanId: field,
			},
			{ requiredKeys: [] },
		);
		fc.assert(
			fc.property(fc.oneof(fc.anything(), shaped), (value) => {
				try {
					fromLogRecord(value);
				} catch (error) {
					expect(error).toBeInstanceOf(TelemetryEventError);
				}
			}),
			{ numRuns: 500 },
		);
	});

	it('cannot be made of a time before the epoch', () => {
		expect(() => toLogRecord({ ...logEvent, timestamp: '1969-12-31T23:59:59.999999Z' })).toThrow(
			expect.objectContaining({ code: 'EVENT_INVALID' }),
		);
		expect(toLogRecord({ ...logEvent, timestamp: '1970-01-01T00:00:00.000000Z' }).timeUnixNano).toBe(0n);
	});
});
