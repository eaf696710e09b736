import { MAX_DIMENSION_LENGTH, type TelemetryEvent } from '@pipeline/telemetry-core/schema';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PlainEvents } from '../../src/ingest/plain-event.ts';
import { readEvent } from '../../src/ingest/read-event.ts';
import { decodeOtlp } from '../../src/otlp/decode-otlp.ts';
import type { LogRecord } from '../../src/otlp/otlp-types.ts';
import { jsonBytes } from '../otlp/otlp-bytes.ts';
import { COMPLETED, INGESTED, logsRequest, NOW_MS, recordOf, TIMED_OUT } from './event-requests.ts';

const OPTIONS = { now: NOW_MS, mode: 'prod' } as const;
const plain = new PlainEvents();
const decoded = (record: object): LogRecord =>
	decodeOtlp('logs', 'json', jsonBytes(logsRequest([record]))).groups[0]?.items[0] as LogRecord;

it('reads what the SDK writes', () => {
	for (const event of [INGESTED, TIMED_OUT, COMPLETED])
		expect(plain.read(decoded(recordOf(event)), OPTIONS)).toEqual(event);
});

it('has no answer when the redaction is another one', () => {
	const record = decoded(recordOf(TIMED_OUT));
	expect(plain.read(record, { ...OPTIONS, redact: () => ({}) })).toBeUndefined();
});

const key = fc.oneof(
	fc.constantFrom('a', 'pipeline.note', 'audit.outcome'),
	fc.constantFrom(
		...[
			'pipeline.tenant',
			'tenant',
			'password',
			'audit.outcome',
			'audit.actor_id',
			'audit.incomplete',
			'exception.stacktrace',
		],
		...[
			'pipeline.event.module',
			'pipeline.event.id',
			'pipeline.event.value',
			'pipeline.event.type',
			'pipeline.correlation_id',
		],
		...['pipeline.dimension.pipeline.record_id', 'pipeline.parent_span_id', 'Key', '__proto__', 'constructor', 'a'],
	),
	fc.string({ maxLength: 6 }),
);
const text = fc.oneof(
	fc.constantFrom('a@example.com', 'password=hunter2', 'harmless'),
	fc.constantFrom(
		...['ALPHA', 'BETA', 'AUDIT', 'TRACE', 'METRIC', 'SUCCESS', '', 'x'.repeat(128), 'x'.repeat(129), 'a@example.com'],
		...['t_0123456789abcdef', 'acme', '00f067aa0ba902b7', '4111 1111 1111 1111', 'x'.repeat(MAX_DIMENSION_LENGTH + 1)],
	),
	fc.string({ maxLength: 8 }),
);
const value = fc.oneof(
	text.map((stringValue) => ({ stringValue })),
	fc.double({ noNaN: true, noDefaultInfinity: true }).map((doubleValue) => ({ doubleValue })),
	fc.integer().map((intValue) => ({ intValue })),
	fc.boolean().map((boolValue) => ({ boolValue })),
	fc.constant({ arrayValue: { values: [{ intValue: 1 }] } }),
	fc.constant({}),
);
/** One step beyond what a rule allows, and on it. */
const bound = fc.constantFrom(
	...(
		[
			['pipeline.correlation_id', 'x'.repeat(128)],
			['pipeline.correlation_id', 'x'.repeat(129)],
			['pipeline.correlation_id', ''],
			['pipeline.event.unit', 'no unit'],
			['pipeline.event.unit', 'u'.repeat(63)],
			['pipeline.event.unit', 'u'.repeat(64)],
			['note', 'x'.repeat(MAX_DIMENSION_LENGTH)],
			['note', 'x'.repeat(MAX_DIMENSION_LENGTH + 1)],
			['tenant', 'acme'],
			['audit.actor_type', 'NOBODY'],
			['pipeline.parent_span_id', '00f067aa0ba902b7'],
		] as const
	).map(([name, stringValue]) => ({ key: name, value: { stringValue } })),
);
const changes = fc.record(
	{
		timeUnixNano: fc.constantFrom('0', '1', String((NOW_MS + 60_001) * 1_000_000), String(2n ** 64n - 1n)),
		severityNumber: fc.integer({ min: -1, max: 26 }),
		eventName: fc.constantFrom(
			...[
				'',
				'pipeline.alpha.adapter.audit.other',
				'pipeline.alpha.nowhere.audit.other',
				'pipeline.beta.enrichment.log.x',
			],
			...['pipeline.alpha.adapter.log.x', 'other', INGESTED.name.toUpperCase()],
		),
		traceId: fc.constantFrom('', 'ab', 'f'.repeat(32), '0'.repeat(32)),
		spanId: fc.constantFrom('', 'ab', 'f'.repeat(16), INGESTED.spanId),
	},
	{ requiredKeys: [] },
);

it('says nothing but what the rules say, of events with any change', () => {
	let answers = 0;
	fc.assert(
		fc.property(
			fc.constantFrom<TelemetryEvent>(INGESTED, TIMED_OUT, COMPLETED),
			fc.oneof({ weight: 1, arbitrary: fc.constant({}) }, { weight: 2, arbitrary: changes }),
			fc.array(fc.oneof(fc.record({ key, value }), bound), { maxLength: 3 }),
			fc.array(fc.nat({ max: 20 }), { maxLength: 2 }),
			(event, fields, added, removed) => {
				const { attributes, ...record } = recordOf(event);
				const kept = attributes.filter((_, index) => !removed.includes(index));
				const changed = decoded({ ...record, ...fields, attributes: [...kept, ...added] });
				const answer = plain.read(changed, OPTIONS);
				if (answer === undefined) return;
				answers++;
				expect(readEvent(changed, OPTIONS)).toEqual({ event: answer, findings: [] });
			},
		),
		{ numRuns: 3_000 },
	);
	expect(answers).toBeGreaterThan(100);
});

it.each([64, 65])('leaves an event with %i dimensions to the rules if these are too many', (count) => {
	const dimensions = Object.fromEntries(Array.from({ length: count }, (_, index) => [`key${index}`, 'x']));
	const read = plain.read(decoded(recordOf({ ...TIMED_OUT, dimensions })), OPTIONS);
	expect(read === undefined).toBe(count > 64);
});
