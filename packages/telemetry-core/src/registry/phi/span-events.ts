import type { SpanEventEntry } from '../entries.ts';

/** Span events of Phi alone. Append only: a position is a definition's number. */
export const phiSpanEvents = {
	'state.transition': {
		description: 'The run changed its state.',
		attributes: ['pipeline.from', 'pipeline.to', 'pipeline.reason'],
	},
	'job.skipped': { description: 'A run was skipped.', attributes: ['pipeline.reason'] },
	'heartbeat.missed': { description: 'A heartbeat did not come.', attributes: ['pipeline.count'] },
	'checkpoint.saved': { description: 'A checkpoint was saved.', attributes: ['pipeline.stage'] },
	'timeout.extended': { description: 'The attempt got more time.', attributes: ['pipeline.timeout_seconds'] },
	'schedule.catchup': { description: 'Missed runs are made up for.', attributes: ['pipeline.count'] },
	'dependency.satisfied': { description: 'A dependency is met.', attributes: ['pipeline.dependency_type'] },
	'dependency.waiting': { description: 'A dependency is not met yet.', attributes: ['pipeline.dependency_type'] },
	'dependency.timeout': { description: 'A dependency was not met in time.', attributes: ['pipeline.dependency_type'] },
	'cycle.detected': { description: 'Jobs depend on each other in a circle.', attributes: ['pipeline.cycle_path'] },
	'priority.boosted': { description: 'Waiting raised the priority.', attributes: ['pipeline.priority_boost'] },
	'state.corruption': { description: 'Saved state was damaged.', attributes: ['pipeline.corruption_type'] },
} as const satisfies Readonly<Record<string, SpanEventEntry>>;
