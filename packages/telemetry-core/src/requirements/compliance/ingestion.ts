import type { RequirementList } from '../requirement.ts';

/** Compliance specification, chapter 5: ingestion. */
export const ingestionRequirements: RequirementList = {
	'5.1': {
		title: 'Connecting to a source, authenticating and leaving it are logged with their times',
		kinds: ['C'],
		scope: 'IN',
		proof: [
			'packages/instrumentation-alpha/test/signals.test.ts > tells when a source was entered, authenticated and left, and how long each took',
			'packages/instrumentation-alpha/test/signals.test.ts > tells that a source could not be entered',
		],
	},
	'5.2': {
		title: 'Each ingested record is logged with source, time and outcome',
		kinds: ['C'],
		scope: 'IN',
		proof: [
			'apps/reference-pipeline/test/journeys.test.ts > leave one audit entry per record ingested, with source, time and outcome',
			'packages/instrumentation-alpha/test/records.test.ts > follows every kind of failure to its queue, and shows no value of any field',
		],
	},
	'5.3': {
		title: 'Each validation failure is logged with its rule and the values',
		kinds: ['C'],
		scope: 'IN',
		note: 'values are masked',
		proof: [
			'packages/instrumentation-alpha/test/signals.test.ts > tells which rule a record broke and the values, masked where they are personal',
		],
	},
	'5.4': {
		title: 'Overflow and back-pressure are logged with depth, duration and effect',
		kinds: ['C'],
		scope: 'IN',
		proof: [
			'packages/instrumentation-alpha/test/signals.test.ts > tells of back-pressure with depth, duration and the sources that it holds back',
			'packages/instrumentation-alpha/test/signals.test.ts > tells of an overflow with its depth',
			'packages/instrumentation-integration-layer/test/signals.test.ts > tell of back-pressure once, where it is asked for, with depth and delay',
		],
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
		proof: [
			'packages/telemetry-core/test/opentelemetry/offered-audit.test.ts > keeps who read a credential or a key, and what for',
		],
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
		proof: [
			'apps/reference-pipeline/test/journeys.test.ts > leave one audit entry per record ingested, with source, time and outcome',
			'packages/instrumentation-alpha/test/signals.test.ts > tells of a record whose quality is too low, with its score, and where it was put',
		],
	},
	'5.9': {
		title: 'Records below the quality threshold are quarantined with their details',
		kinds: ['C'],
		scope: 'PART',
		reason: 'the module quarantines, telemetry gives the evidence',
		proof: [
			'packages/instrumentation-alpha/test/signals.test.ts > tells of a record whose quality is too low, with its score, and where it was put',
			'apps/reference-pipeline/modules/alpha/test/validation-engine.test.ts > names the quality as the reason of a quarantine',
		],
	},
	'5.10': { title: 'Quality is reported over time by source', kinds: ['C'], scope: 'IN', proof: 'later' },
};
