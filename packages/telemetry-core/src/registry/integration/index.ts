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
import { integrationAttributes } from './attributes.ts';
import { integrationAuditEvents } from './audit-events.ts';
import { integrationErrors } from './errors.ts';
import { integrationErrorEvents, integrationLogEvents } from './events.ts';
import { integrationMetrics } from './metrics.ts';
import { integrationSpanEvents } from './span-events.ts';
import { integrationSpans } from './spans.ts';

/** Everything that Integration may say, as data. */
export const integrationEntries = {
	attributes: integrationAttributes,
	spans: integrationSpans,
	spanEvents: integrationSpanEvents,
	// The kinds of events in the order in which new ones may be appended: error events follow the error codes, last.
	events: { ...integrationAuditEvents, ...integrationLogEvents, ...integrationErrorEvents },
	errors: integrationErrors,
	metrics: integrationMetrics,
} as const;

/** Registry base of Integration's definitions. */
export const base = BASES.integration;
export const attribute = { ...commonAttribute, ...defineAttributes(base, integrationAttributes) };
export const span = defineSpans(base, integrationSpans);
export const spanEvent = { ...commonSpanEvent, ...defineSpanEvents(base, integrationSpanEvents) };
export const event = defineEvents(base, integrationEntries.events);
export const error = defineErrors(base, integrationErrors);
export const metric = defineMetrics(base, integrationMetrics);
