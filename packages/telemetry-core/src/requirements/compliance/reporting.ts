import type { RequirementList } from '../requirement.ts';

/** Compliance specification, chapter 10: reports and alerts. */
export const reportingRequirements: RequirementList = {
	'10.1': { title: 'A summary every day', kinds: ['C'], scope: 'IN', proof: 'later' },
	'10.2': {
		title: 'A check of lineage every week',
		kinds: ['C'],
		scope: 'IN',
		note: "the check; running it every week is the operator's part",
		proof: [
			'packages/telemetry-store/test/lineage/check-lineage.test.ts > finds nothing wrong with records that were split, merged, dead, replayed and delivered',
			'packages/telemetry-store/test/lineage/check-lineage.test.ts > finds',
			'packages/telemetry-store/test/lineage/check-lineage.test.ts > goes over several days, and says when there is more than it may tell',
			'apps/observatory/test/routes/answers.test.ts > gives lineage as a diagram and for other tools',
		],
	},
	'10.3': {
		title: 'A check every month that audit is complete, with the gaps',
		kinds: ['C'],
		scope: 'IN',
		note: "the check; running it every month is the operator's part",
		proof: [
			'packages/telemetry-store/test/audit/verify-audit.test.ts > finds entries that were deleted, in the middle and with a whole block',
			'packages/telemetry-store/test/audit/verify-audit.test.ts > says which entries of producers have not come, and what was lost or changed before the store',
			'packages/telemetry-store/test/audit/verify-audit.test.ts > looks into the time that it is asked for',
			'packages/telemetry-store/test/audit/verify-audit.test.ts > takes no offence at what retention has taken away, and at nothing else',
		],
	},
	'10.4': {
		title: 'A review of access every quarter',
		kinds: ['C'],
		scope: 'PART',
		reason: 'from recorded access; who holds which right is access management',
		proof: 'later',
	},
	'10.5': {
		title: 'Crossed thresholds raise an alert within five minutes',
		kinds: ['C', 'P'],
		scope: 'IN',
		proof: 'later',
	},
	'10.6': { title: 'Serious security events raise an alert at once', kinds: ['C', 'P'], scope: 'IN', proof: 'later' },
	'10.7': { title: 'Grouping and tuning keep alerts few', kinds: ['C'], scope: 'IN', proof: 'later' },
	'10.8': { title: 'A live dashboard of compliance', kinds: ['C'], scope: 'IN', proof: 'later' },
	'10.9': { title: 'Past trends with a way down to the details', kinds: ['C'], scope: 'IN', proof: 'later' },
	'10.10': { title: 'A summary for management on demand', kinds: ['C'], scope: 'IN', proof: 'later' },
};
