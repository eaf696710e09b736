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
import { betaSpanEvents } from './span-events.ts';
import { betaSpans } from './spans.ts';

/** Everything that Beta may say, as data. */
export const betaEntries = {
	attributes: betaAttributes,
	spans: betaSpans,
	spanEvents: betaSpanEvents,
	// The kinds of events in the order in which new ones may be appended: error events follow the error codes, last.
	events: { ...betaAuditEvents, ...betaLogEvents, ...betaErrorEvents },
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
