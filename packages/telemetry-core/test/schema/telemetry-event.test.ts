import { toJsonSchema } from '@valibot/to-json-schema';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	fromWire,
	parseTelemetryEvent,
	SEVERITIES,
	SEVERITY_MAPPINGS,
	severityFromNumber,
	severityFromText,
	TelemetryEventError,
	telemetryEventSchema,
	telemetryEventWireSchema,
	toWire,
} from '../../src/schema/index.ts';
import { anyEvent, auditEvent, EVENT_ID, logEvent, metricEvent, SPAN_ID, TRACE_ID, traceEvent } from './events.ts';

describe('TelemetryEvent', () => {
	it('has snake_case names on the wire; dimension keys stay', () => {
		const wire = toWire({
			...traceEvent,
			parentSpanId: '00f067aa0ba902b8',
			recordId: 'r',
			batchId: 'b',
			correlationId: 'c',
			dimensions: { 'someKey.x': '1' },
		});
		expect(wire).toEqual({
			event_id: EVENT_ID,
			trace_id: TRACE_ID,
			span_id: SPAN_ID,
			parent_span_id: '00f067aa0ba902b8',
			timestamp: '2026-03-01T12:00:00.000000Z',
			module: 'GAMMA',
			component: 'trace',
			event_type: 'TRACE',
			severity: 'INFO',
			name: 'pipeline.gamma.trace.trace.completed',
			value: 12.5,
			unit: 'ms',
			dimensions: { 'someKey.x': '1' },
			record_id: 'r',
			batch_id: 'b',
			correlation_id: 'c',
		});
	});

	it('round-trips through the wire, JSON and the schema', () => {
		fc.assert(
			fc.property(anyEvent, (event) => {
				expect(fromWire(toWire(event))).toEqual(event);
				const value = event.value === undefined ? {} : { value: event.value + 0 || 0 };
				expect(parseTelemetryEvent(JSON.parse(JSON.stringify(toWire(event))))).toEqual({ ...event, ...value });
			}),
		);
	});

	it('is a Standard Schema', async () => {
		const { vendor, validate } = telemetryEventSchema['~standard'];
		expect(vendor).toBe('valibot');
		expect(await validate(toWire(logEvent))).toMatchObject({ value: logEvent });
		expect((await validate({})).issues).not.toBeUndefined();
	});

	it.each<[string, object, string]>([
		['an upper case id', { ...logEvent, eventId: EVENT_ID.toUpperCase() }, 'event_id'],
		['a UUID of version 1', { ...logEvent, eventId: '01890a5d-ac96-174b-bcce-b302099a8057' }, 'event_id'],
		['milliseconds', { ...logEvent, timestamp: '2026-03-01T12:00:00.000Z' }, 'timestamp'],
		['an unknown module', { ...logEvent, module: 'DELTA' }, 'module'],
		['an unknown severity', { ...logEvent, severity: 'FATAL' }, 'severity'],
		['a trace id of zeros', { ...traceEvent, traceId: '0'.repeat(32) }, 'trace_id'],
		['a TRACE event without span', { ...traceEvent, spanId: undefined }, 'span_id'],
		['a METRIC without value', { ...metricEvent, value: undefined }, 'value'],
		['an infinite value', { ...metricEvent, value: Number.POSITIVE_INFINITY }, 'value'],
		['a unit of 64 characters', { ...metricEvent, unit: 'u'.repeat(64) }, 'unit'],
		['a record id of 129 characters', { ...logEvent, recordId: 'r'.repeat(129) }, 'record_id'],
		['a number as dimension', { ...logEvent, dimensions: { n: 1 } }, 'dimensions.n'],
		[
			'65 dimensions',
			{ ...logEvent, dimensions: Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`k${index}`, ''])) },
			'dimensions',
		],
	])('refuses %s', (_, event, path) => {
		expect(() => parseTelemetryEvent(toWire(event as never))).toThrow(
			expect.objectContaining({ code: 'EVENT_INVALID', path }),
		);
	});

	it.each<[string, object]>([
		['a date that no calendar has', { ...logEvent, timestamp: '2026-02-30T12:00:00.000000Z' }],
		['a span without trace', { ...logEvent, spanId: SPAN_ID }],
		['a span that is its own parent', { ...traceEvent, parentSpanId: SPAN_ID }],
		['a dimension of 1,025 characters', { ...logEvent, dimensions: { k: 'v'.repeat(1025) } }],
		['an audit entry without actor', { ...auditEvent, dimensions: {} }],
		['an audit entry without correlation id', { ...auditEvent, correlationId: undefined }],
		['an event type that is none', { ...logEvent, eventType: 'SPAN' }],
		['nothing', {}],
	])('refuses %s', (_, event) => {
		expect(() => parseTelemetryEvent(toWire(event as never))).toThrow(TelemetryEventError);
	});

	it('accepts every limit at its last value', () => {
		const dimensions = Object.fromEntries(Array.from({ length: 62 }, (_, index) => [`k${index}`, '']));
		const event = {
			...logEvent,
			recordId: 'r'.repeat(128),
			dimensions: { ...dimensions, k: 'v'.repeat(1024), 'exception.stacktrace': 's'.repeat(8192) },
		};
		expect(parseTelemetryEvent(toWire(event))).toEqual(event);
		expect(parseTelemetryEvent(toWire({ ...metricEvent, unit: 'u'.repeat(63) })).unit).toHaveLength(63);
		expect(
			parseTelemetryEvent(toWire({ ...auditEvent, dimensions: { 'audit.incomplete': 'true' } })).dimensions,
		).toEqual({ 'audit.incomplete': 'true' });
	});

	it('gives typed errors for anything else', () => {
		const throwing = {
			get event_type(): string {
				throw new Error('no');
			},
		};
		expect(() => parseTelemetryEvent(throwing)).toThrow(expect.objectContaining({ code: 'EVENT_UNREADABLE' }));
		fc.assert(
			fc.property(fc.anything(), (value) => {
				expect(() => parseTelemetryEvent(value)).toThrow(TelemetryEventError);
			}),
		);
	});
});

describe('the published JSON Schema', () => {
	it('is current (vitest -u writes it)', async () => {
		// JSON has no infinite numbers, so nothing is lost with `finite`.
		const schema = toJsonSchema(telemetryEventWireSchema, { target: 'draft-2020-12', ignoreActions: ['finite'] });
		const titled = { ...schema, $id: 'urn:pipeline:telemetry-event', title: 'TelemetryEvent' };
		await expect(`${JSON.stringify(titled, null, 2)}\n`).toMatchFileSnapshot(
			'../../schema/telemetry-event.schema.json',
		);
	});
});

describe('severities', () => {
	it('map to OpenTelemetry and back over the whole range', () => {
		const severities = Array.from({ length: 26 }, (_, number) => severityFromNumber(number));
		expect(severities).toEqual([
			undefined,
			...Array.from({ length: 8 }, () => 'DEBUG'),
			...['INFO', 'WARN', 'ERROR', 'CRITICAL'].flatMap((severity) => [severity, severity, severity, severity]),
			undefined,
		]);
		expect(severityFromNumber(9.5)).toBeUndefined();
		for (const severity of SEVERITIES) {
			const { number, text, integration = text } = SEVERITY_MAPPINGS[severity];
			expect([severityFromNumber(number), severityFromText(text), severityFromText(integration)]).toEqual([
				severity,
				severity,
				severity,
			]);
		}
		expect([severityFromText('warning'), severityFromText('Trace'), severityFromText('loud')]).toEqual([
			'WARN',
			'DEBUG',
			undefined,
		]);
	});
});
