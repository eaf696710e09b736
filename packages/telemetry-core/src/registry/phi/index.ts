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
import { phiAttributes } from './attributes.ts';
import { phiAuditEvents } from './audit-events.ts';
import { phiErrors } from './errors.ts';
import { phiErrorEvents, phiLogEvents } from './events.ts';
import { phiMetrics } from './metrics.ts';
import { phiSpanEvents } from './span-events.ts';
import { phiSpans } from './spans.ts';

/** Everything that Phi may say, as data. */
export const phiEntries = {
	attributes: phiAttributes,
	spans: phiSpans,
	spanEvents: phiSpanEvents,
	// The kinds of events in the order in which new ones may be appended: error events follow the error codes, last.
	events: { ...phiAuditEvents, ...phiLogEvents, ...phiErrorEvents },
	errors: phiErrors,
	metrics: phiMetrics,
} as const;

/** Registry base of Phi's definitions. */
export const base = BASES.phi;
export const attribute = { ...commonAttribute, ...defineAttributes(base, phiAttributes) };
export const span = defineSpans(base, phiSpans);
export const spanEvent = { ...commonSpanEvent, ...defineSpanEvents(base, phiSpanEvents) };
export const event = defineEvents(base, phiEntries.events);
export const error = defineErrors(base, phiErrors);
export const metric = defineMetrics(base, phiMetrics);
