import type { RequirementList } from '../requirement.ts';

/** Compliance specification, chapter 3: audit. */
export const auditRequirements: RequirementList = {
	'3.1': {
		title: 'Audit entries name time with zone, component, operation, actor and correlation',
		kinds: ['C'],
		scope: 'IN',
		proof: [
			'packages/telemetry-core/test/opentelemetry/event-sink.test.ts > every event of the registry is a valid TelemetryEvent on the wire',
			'packages/telemetry-core/test/schema/check-telemetry-event.test.ts > EV14 never drops an audit entry: it is marked',
			'packages/telemetry-core/test/schema/check-telemetry-event.test.ts > EV18 fills the correlation id of an audit entry, or marks the entry',
			'apps/reference-pipeline/test/journeys.test.ts > leave one audit entry per record ingested, with source, time and outcome',
		],
	},
	'3.2': {
		title: 'Audit entries can only be added',
		kinds: ['C'],
		scope: 'IN',
		note: "hardening the host's storage is the operator's part",
		proof: [
			'packages/telemetry-sdk/test/spool/kill.test.ts > has lost no entry that was called durable, after %i ms',
			'packages/telemetry-sdk/test/spool/verify-spool.test.ts > a group that is gone',
			'packages/telemetry-sdk/test/spool/verify-spool.test.ts > a segment that is gone',
			'packages/telemetry-sdk/test/spool/verify-spool.test.ts > the end, by groups and by segments',
		],
	},
	'3.3': {
		title: 'Audit entries stay at least seven years',
		kinds: ['C'],
		scope: 'IN',
		note: "the retention logic; disk space is the operator's part",
		proof: 'later',
	},
	'3.4': {
		title: 'Entries of different components line up within a second',
		kinds: ['C'],
		scope: 'IN',
		note: "skew is detected; synchronising clocks is the platform's part",
		proof: 'later',
	},
	'3.5': {
		title: 'Checksums taken at intervals show whether entries were changed',
		kinds: ['C'],
		scope: 'IN',
		proof: [
			'packages/telemetry-sdk/test/spool/verify-spool.test.ts > any byte of any group',
			'packages/telemetry-sdk/test/spool/verify-spool.test.ts > groups that changed places',
			'packages/telemetry-sdk/test/spool/verify-spool.test.ts > checkpoints that somebody else signed',
			'packages/telemetry-sdk/test/spool/verify-spool.test.ts > a whole chain made anew, for whoever knows the key',
		],
	},
	'3.6': {
		title: 'A day of audit answers within 5 s by time, component, actor, resource and correlation',
		kinds: ['C', 'P'],
		scope: 'IN',
		proof: 'later',
	},
	'3.7': {
		title: 'Audit can be exported as JSON, as CSV and to security monitoring',
		kinds: ['C'],
		scope: 'IN',
		proof: 'later',
	},
};
