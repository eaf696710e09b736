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
import { alphaAttributes } from './attributes.ts';
import { alphaAuditEvents } from './audit-events.ts';
import { alphaErrors } from './errors.ts';
import { alphaErrorEvents, alphaLogEvents } from './events.ts';
import { alphaMetrics } from './metrics.ts';
import { alphaQueueEvents } from './queue-events.ts';
import { alphaSpanEvents } from './span-events.ts';
import { alphaSpans } from './spans.ts';

/** Everything that Alpha may say, as data. */
export const alphaEntries = {
	attributes: alphaAttributes,
	spans: alphaSpans,
	spanEvents: alphaSpanEvents,
	// In the order of their numbers. What is new goes into a table behind these, the events of new error codes too.
	events: { ...alphaAuditEvents, ...alphaLogEvents, ...alphaErrorEvents, ...alphaQueueEvents },
	errors: alphaErrors,
	metrics: alphaMetrics,
} as const;

/** Registry base of Alpha's definitions. */
export const base = BASES.alpha;
export const attribute = { ...commonAttribute, ...defineAttributes(base, alphaAttributes) };
export const span = defineSpans(base, alphaSpans);
export const spanEvent = { ...commonSpanEvent, ...defineSpanEvents(base, alphaSpanEvents) };
export const event = defineEvents(base, alphaEntries.events);
export const error = defineErrors(base, alphaErrors);
export const metric = defineMetrics(base, alphaMetrics);
