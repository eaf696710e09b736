import { attribute as commonAttribute, spanEvent as commonSpanEvent } from '../common/index.ts';
import {
	BASES,
	defineAttributes,
	defineErrors,
	defineEvents,
	defineMetrics,
	defineSpanEvents,
	defineSpans,
} from '../define.ts';
import { telemetryAttributes } from './attributes.ts';
import { telemetryAuditEvents } from './audit-events.ts';
import { telemetryErrors } from './errors.ts';
import { telemetryErrorEvents, telemetryLogEvents } from './events.ts';
import { telemetryMetrics } from './metrics.ts';
import { telemetrySpanEvents } from './span-events.ts';
import { telemetrySpans } from './spans.ts';

/** Everything that Telemetry may say, as data. */
export const telemetryEntries = {
	attributes: telemetryAttributes,
	spans: telemetrySpans,
	spanEvents: telemetrySpanEvents,
	// The kinds of events in the order in which new ones may be appended: error events follow the error codes, last.
	events: { ...telemetryAuditEvents, ...telemetryLogEvents, ...telemetryErrorEvents },
	errors: telemetryErrors,
	metrics: telemetryMetrics,
} as const;

/** Registry base of Telemetry's definitions. */
export const base = BASES.telemetry;
export const attribute = { ...commonAttribute, ...defineAttributes(base, telemetryAttributes) };
export const span = defineSpans(base, telemetrySpans);
export const spanEvent = { ...commonSpanEvent, ...defineSpanEvents(base, telemetrySpanEvents) };
export const event = defineEvents(base, telemetryEntries.events);
export const error = defineErrors(base, telemetryErrors);
export const metric = defineMetrics(base, telemetryMetrics);
