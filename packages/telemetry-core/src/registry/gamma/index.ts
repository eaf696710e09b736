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
import { gammaAttributes } from './attributes.ts';
import { gammaAuditEvents } from './audit-events.ts';
import { gammaErrors } from './errors.ts';
import { gammaErrorEvents, gammaLogEvents } from './events.ts';
import { gammaMetrics } from './metrics.ts';
import { gammaQueueEvents } from './queue-events.ts';
import { gammaSpanEvents } from './span-events.ts';
import { gammaSpans } from './spans.ts';

/** Everything that Gamma may say, as data. */
export const gammaEntries = {
	attributes: gammaAttributes,
	spans: gammaSpans,
	spanEvents: gammaSpanEvents,
	// In the order of their numbers. What is new goes into a table behind these, the events of new error codes too.
	events: { ...gammaAuditEvents, ...gammaLogEvents, ...gammaErrorEvents, ...gammaQueueEvents },
	errors: gammaErrors,
	metrics: gammaMetrics,
} as const;

/** Registry base of Gamma's definitions. */
export const base = BASES.gamma;
export const attribute = { ...commonAttribute, ...defineAttributes(base, gammaAttributes) };
export const span = defineSpans(base, gammaSpans);
export const spanEvent = { ...commonSpanEvent, ...defineSpanEvents(base, gammaSpanEvents) };
export const event = defineEvents(base, gammaEntries.events);
export const error = defineErrors(base, gammaErrors);
export const metric = defineMetrics(base, gammaMetrics);
