import type { RequirementList } from '../requirement.ts';

/** Compliance specification, chapter 5: ingestion. */
export const ingestionRequirements: RequirementList = {
	'5.1': {
		title: 'Connecting to a source, authenticating and leaving it are logged with their times',
		kinds: ['C'],
		scope: 'IN',
		proof: 'later',
	},
	'5.2': {
		title: 'Each ingested record is logged with source, time and outcome',
		kinds: ['C'],
		scope: 'IN',
		proof: 'later',
	},
	'5.3': {
		title: 'Each validation failure is logged with its rule and the values',
		kinds: ['C'],
		scope: 'IN',
		note: 'values are masked',
		proof: 'later',
	},
	'5.4': {
		title: 'Overflow and back-pressure are logged with depth, duration and effect',
		kinds: ['C'],
		scope: 'IN',
		proof: 'later',
	},
	'5.5': {
		title: 'Source credentials lie encrypted in an approved store',
		kinds: ['C'],
		scope: 'OUT',
		reason: 'keeping secrets is not a concern of telemetry',
	},
	'5.6': {
		title: 'Access to credentials is logged',
		kinds: ['C'],
		scope: 'PART',
		reason: 'the event and its hook are supplied; the credential provider calls the hook',
		proof: 'later',
	},
	'5.7': {
		title: 'Sources are entered with several factors where they support it',
		kinds: ['C'],
		scope: 'OUT',
		reason: 'authentication is not a concern of telemetry; `mfa_used` is recorded',
	},
	'5.8': {
		title: "Each record's quality score is computed and logged",
		kinds: ['C'],
		scope: 'IN',
		note: 'logging; the reference module computes',
		proof: 'later',
	},
	'5.9': {
		title: 'Records below the quality threshold are quarantined with their details',
		kinds: ['C'],
		scope: 'PART',
		reason: 'the module quarantines, telemetry gives the evidence',
		proof: 'later',
	},
	'5.10': { title: 'Quality is reported over time by source', kinds: ['C'], scope: 'IN', proof: 'later' },
};
