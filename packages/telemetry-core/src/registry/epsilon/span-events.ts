import type { SpanEventEntry } from '../entries.ts';

/** Span events of Epsilon alone. Append only: a position is a definition's number. */
export const epsilonSpanEvents = {
	'tier.hit': { description: 'A tier had the value.', attributes: ['pipeline.tier'] },
	'tier.miss': { description: 'A tier did not have the value.', attributes: ['pipeline.tier', 'pipeline.reason'] },
	'stale.served': { description: 'An expired value was served.', attributes: ['pipeline.tier', 'pipeline.reason'] },
	'corruption.detected': {
		description: 'A stored value was damaged.',
		attributes: ['pipeline.tier', 'pipeline.reason'],
	},
	'policy.rejected': {
		description: 'A policy refused the operation.',
		attributes: ['pipeline.tier', 'pipeline.reason'],
	},
	'entry.evicted': { description: 'Entries made room.', attributes: ['pipeline.count'] },
	'conflict.resolved': { description: 'Two nodes disagreed.', attributes: ['pipeline.resolution'] },
} as const satisfies Readonly<Record<string, SpanEventEntry>>;
