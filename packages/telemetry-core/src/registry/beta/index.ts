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
import { betaAttributes } from './attributes.ts';
import { betaAuditEvents } from './audit-events.ts';
import { betaErrors } from './errors.ts';
import { betaErrorEvents, betaLogEvents } from './events.ts';
import { betaMetrics } from './metrics.ts';
import { betaQueueEvents } from './queue-events.ts';
import { betaSpanEvents } from './span-events.ts';
import { betaSpans } from './spans.ts';

/** Everything that Beta may say, as data. */
export const betaEntries = {
	attributes: betaAttributes,
	spans: betaSpans,
	spanEvents: betaSpanEvents,
	// In the order of their numbers. What is new goes into a table behind these, the events of new error codes too.
	events: { ...betaAuditEvents, ...betaLogEvents, ...betaErrorEvents, ...betaQueueEvents },
	errors: betaErrors,
	metrics: betaMetrics,
} as const;

/** Registry base of Beta's definitions. */
export const base = BASES.beta;
export const attribute = { ...commonAttribute, ...defineAttributes(base, betaAttributes) };
export const span = defineSpans(base, betaSpans);
export const spanEvent = { ...commonSpanEvent, ...defineSpanEvents(base, betaSpanEvents) };
export const event = defineEvents(base, betaEntries.events);
export const error = defineErrors(base, betaErrors);
export const metric = defineMetrics(base, betaMetrics);
