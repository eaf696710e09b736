import type { RequirementList } from '../requirement.ts';

/** Compliance specification, chapter 10: reports and alerts. */
export const reportingRequirements: RequirementList = {
	'10.1': { title: 'A summary every day', kinds: ['C'], scope: 'IN', proof: 'later' },
	'10.2': { title: 'A check of lineage every week', kinds: ['C'], scope: 'IN', proof: 'later' },
	'10.3': {
		title: 'A check every month that audit is complete, with the gaps',
		kinds: ['C'],
		scope: 'IN',
		proof: 'later',
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
