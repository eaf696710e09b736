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
			'packages/telemetry-store/test/ingest/events.test.ts > keeps audit that a rule refuses under another name, marked as incomplete',
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
			'packages/telemetry-store/test/connection/embedded-database.test.ts > lets readers change nothing, and no settings either',
			'packages/telemetry-store/test/connection/server-database.test.ts > lets readers change nothing',
			'packages/telemetry-store/test/audit/verify-audit.test.ts > finds and locates whatever was edited, deleted and moved, all at once',
		],
	},
	'3.3': {
		title: 'Audit entries stay at least seven years',
		kinds: ['C'],
		scope: 'IN',
		note: "the retention logic; disk space is the operator's part",
		proof: [
			'packages/telemetry-store/test/audit/audit-retention.test.ts > keeps audit for seven years, then lets it go a month at a time, and can tell that from deletion',
			'packages/telemetry-store/test/schema/table-retention.test.ts > keeps what the profile %s says',
		],
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
			'packages/telemetry-store/test/audit/verify-audit.test.ts > finds and locates whatever was edited, deleted and moved, all at once',
			'packages/telemetry-store/test/audit/verify-audit.test.ts > finds a block that was changed, deleted, doubled, or sealed anew',
			'packages/telemetry-store/test/audit/verify-audit.test.ts > finds that the end is missing, if checkpoints are kept, and keeps seeing it',
		],
	},
	'3.6': {
		title: 'A day of audit answers within 5 s by time, component, actor, resource and correlation',
		kinds: ['C', 'P'],
		scope: 'IN',
		note: 'the time is a limit of the bench `store-query`, which fails beyond it; tests show what it asks',
		proof: [
			'packages/telemetry-store/test/audit/query-audit.test.ts > finds by every filter',
			'packages/telemetry-store/test/audit/query-audit.test.ts > gives the same in pages of any size, either way, as in one',
			'apps/observatory/test/routes/answers.test.ts > answers who did what',
			'packages/telemetry-store/test/bench/store-query-kinds.test.ts > asks for a day of audit by every filter, and for the lineage of 90 days',
			'packages/telemetry-store/test/bench/store-query-kinds.test.ts > finds what it measures, wherever that is',
		],
	},
	'3.7': {
		title: 'Audit can be exported as JSON, as CSV and to security monitoring',
		kinds: ['C'],
		scope: 'IN',
		proof: [
			'packages/telemetry-store/test/audit/export-audit.test.ts > writes everything that is found, in pieces, and nothing of other tenants',
			'apps/observatory/test/routes/answers.test.ts > writes out what was found, in every format',
		],
	},
};
