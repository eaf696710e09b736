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
import { epsilonAttributes } from './attributes.ts';
import { epsilonAuditEvents } from './audit-events.ts';
import { epsilonErrors } from './errors.ts';
import { epsilonErrorEvents, epsilonLogEvents } from './events.ts';
import { epsilonMetrics } from './metrics.ts';
import { epsilonSpanEvents } from './span-events.ts';
import { epsilonSpans } from './spans.ts';

/** Everything that Epsilon may say, as data. */
export const epsilonEntries = {
	attributes: epsilonAttributes,
	spans: epsilonSpans,
	spanEvents: epsilonSpanEvents,
	// The kinds of events in the order in which new ones may be appended: error events follow the error codes, last.
	events: { ...epsilonAuditEvents, ...epsilonLogEvents, ...epsilonErrorEvents },
	errors: epsilonErrors,
	metrics: epsilonMetrics,
} as const;

/** Registry base of Epsilon's definitions. */
export const base = BASES.epsilon;
export const attribute = { ...commonAttribute, ...defineAttributes(base, epsilonAttributes) };
export const span = defineSpans(base, epsilonSpans);
export const spanEvent = { ...commonSpanEvent, ...defineSpanEvents(base, epsilonSpanEvents) };
export const event = defineEvents(base, epsilonEntries.events);
export const error = defineErrors(base, epsilonErrors);
export const metric = defineMetrics(base, epsilonMetrics);
