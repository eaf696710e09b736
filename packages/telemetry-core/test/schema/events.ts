import fc from 'fast-check';
import { formatInstant } from '../../src/runtime/timestamp.ts';
import {
	COMPONENTS,
	EVENT_ATTRIBUTES,
	MODULES,
	type Module,
	SEVERITIES,
	type TelemetryEvent,
} from '../../src/schema/index.ts';

/** When the tests happen. */
export const NOW_MS = Date.UTC(2026, 2, 1, 12, 0, 0);
export const NOW = '2026-03-01T12:00:00.000000Z';
export const EVENT_ID = '01890a5d-ac96-774b-bcce-b302099a8057';
export const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
export const SPAN_ID = '00f067aa0ba902b7';

export const AUDIT_DIMENSIONS = {
	'audit.actor_type': 'SERVICE',
	'audit.actor_id': 'pipeline-alpha-1',
	'audit.resource_type': 'RECORD',
	'audit.resource_id': 'r-1',
	'audit.action': 'CREATE',
	'audit.outcome': 'SUCCESS',
};

export const logEvent: TelemetryEvent = {
	eventId: EVENT_ID,
	timestamp: NOW,
	module: 'BETA',
	component: 'enrichment',
	eventType: 'LOG',
	severity: 'WARN',
	name: 'pipeline.beta.enrichment.log.source_timeout',
	dimensions: { message: 'slow source' },
};

export const auditEvent: TelemetryEvent = {
	eventId: EVENT_ID,
	timestamp: NOW,
	module: 'ALPHA',
	component: 'adapter',
	eventType: 'AUDIT',
	severity: 'INFO',
	name: 'pipeline.alpha.adapter.audit.record_ingested',
	recordId: 'r-1',
	correlationId: 'b-1',
	dimensions: AUDIT_DIMENSIONS,
};

export const traceEvent: TelemetryEvent = {
	eventId: EVENT_ID,
	traceId: TRACE_ID,
	spanId: SPAN_ID,
	timestamp: NOW,
	module: 'GAMMA',
	component: 'trace',
	eventType: 'TRACE',
	severity: 'INFO',
	name: 'pipeline.gamma.trace.trace.completed',
	value: 12.5,
	unit: 'ms',
	dimensions: {},
};

export const metricEvent: TelemetryEvent = {
	eventId: EVENT_ID,
	timestamp: NOW,
	module: 'ALPHA',
	component: 'parser',
	eventType: 'METRIC',
	severity: 'INFO',
	name: 'pipeline.alpha.parser.counter.parse_errors_total',
	value: 3,
	unit: '{error}',
	dimensions: { 'error.type': 'PARSE_001_INVALID_JSON' },
};

const hex = (length: number) =>
	fc
		.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length })
		.filter((text) => /[^0]/.test(text));
const id = fc.string({ minLength: 1, maxLength: 128 });
const dimensionKey = fc.oneof(
	fc.stringMatching(/^[a-z][a-z0-9_.]{0,20}$/).filter((key) => key !== 'constructor' && key !== 'prototype'),
	// Names that are attributes of the event itself, and ones that look escaped.
	fc.constantFrom(
		...Object.values(EVENT_ATTRIBUTES),
		'pipeline.dimension.x',
		`pipeline.dimension.${EVENT_ATTRIBUTES.eventId}`,
	),
);
const timestamp = fc
	.record({ seconds: fc.integer({ min: 0, max: 253_402_300_799 }), micros: fc.integer({ min: 0, max: 999_999 }) })
	.map(formatInstant);
const finite = fc.double({ noNaN: true, noDefaultInfinity: true });

const TYPE_SEGMENT = { METRIC: 'counter', LOG: 'log', TRACE: 'trace', AUDIT: 'audit' } as const;

/** Any event that `telemetryEventSchema` accepts. */
export const anyEvent: fc.Arbitrary<TelemetryEvent> = fc
	.record({
		module: fc.constantFrom(...MODULES) as fc.Arbitrary<Module>,
		eventType: fc.constantFrom('METRIC', 'LOG', 'TRACE', 'AUDIT'),
		severity: fc.constantFrom(...SEVERITIES),
		componentIndex: fc.nat(),
		word: fc.stringMatching(/^[a-z][a-z0-9_]{0,10}$/),
		eventId: fc.uuid({ version: [4, 7] }),
		timestamp,
		ids: fc.option(
			fc.record({ traceId: hex(32), spanId: hex(16), parentSpanId: fc.option(hex(16), { nil: undefined }) }),
			{ nil: undefined },
		),
		subjects: fc.record({ recordId: id, batchId: id, correlationId: id }, { requiredKeys: [] }),
		measurement: fc.record({ value: finite, unit: fc.constantFrom('1', 'ms', '{record}') }),
		dimensions: fc.dictionary(dimensionKey, fc.string({ unit: 'grapheme', maxLength: 30 }), { maxKeys: 8 }),
	})
	.map(({ componentIndex, word, ids, subjects, measurement, dimensions, ...fields }) => {
		const { module, eventType } = fields;
		const component = COMPONENTS[module][componentIndex % COMPONENTS[module].length] ?? '';
		const traceIds = ids ?? (eventType === 'TRACE' ? { traceId: TRACE_ID, spanId: SPAN_ID } : {});
		const event = {
			...fields,
			...subjects,
			...traceIds,
			component,
			name: `pipeline.${module.toLowerCase()}.${component}.${TYPE_SEGMENT[eventType]}.${word}`,
			...(eventType === 'METRIC' || eventType === 'TRACE' ? measurement : {}),
			...(eventType === 'AUDIT' ? { correlationId: subjects.correlationId ?? 'b-1' } : {}),
			dimensions: eventType === 'AUDIT' ? { ...dimensions, ...AUDIT_DIMENSIONS } : dimensions,
		};
		const entries = Object.entries(event).filter(([, value]) => value !== undefined);
		return Object.fromEntries(entries) as unknown as TelemetryEvent;
	})
	.filter((event) => event.parentSpanId === undefined || event.parentSpanId !== event.spanId);
