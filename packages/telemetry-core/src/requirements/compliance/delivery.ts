import type { RequirementList } from '../requirement.ts';

/** Compliance specification, chapter 9: delivery. */
export const deliveryRequirements: RequirementList = {
	'9.1': {
		title: 'Each delivery attempt is logged',
		kinds: ['C'],
		scope: 'IN',
		proof: [
			'packages/instrumentation-gamma/test/audit.test.ts > name each attempt with destination, time, outcome and number',
			'apps/reference-pipeline/test/journeys.test.ts > leave one audit entry per delivery attempted and per delivery confirmed',
		],
	},
	'9.2': {
		title: "A success keeps the destination's confirmation and its time",
		kinds: ['C'],
		scope: 'IN',
		proof: [
			'packages/instrumentation-gamma/test/audit.test.ts > keep the confirmation of a success and its time',
			'packages/instrumentation-gamma/test/recovery.test.ts > belong to the wait that they end, and point to the attempt',
		],
	},
	'9.3': {
		title: 'A failure is logged with reason, whether it may be retried and what became of it',
		kinds: ['C'],
		scope: 'IN',
		proof: [
			'packages/instrumentation-gamma/test/audit.test.ts > tell why a delivery failed, whether it may be tried again, and what became of the record',
		],
	},
	'9.4': {
		title: 'Dead letters carry a full diagnosis',
		kinds: ['C'],
		scope: 'IN',
		proof: [
			'packages/instrumentation-gamma/test/audit.test.ts > tell of a dead letter with its reason and every attempt',
		],
	},
	'9.5': {
		title: 'Destinations are registered with the highest classification they may get',
		kinds: ['C'],
		scope: 'PART',
		reason: 'the registration event; the module checks',
		proof: [
			'packages/instrumentation-gamma/test/audit.test.ts > tell of each destination with the highest classification that it may get',
		],
	},
	'9.6': {
		title: 'A delivery that is not permitted is blocked and reported',
		kinds: ['C'],
		scope: 'PART',
		reason: 'the module blocks, telemetry reports',
		proof: [
			'packages/instrumentation-gamma/test/records.test.ts > tells of a destination that may not have a record, and audits it once',
		],
	},
	'9.7': {
		title: 'A changed credential is logged together with the end of the old one',
		kinds: ['C'],
		scope: 'PART',
		reason: 'the event and its hook are supplied',
		proof: [
			'packages/telemetry-core/test/opentelemetry/offered-audit.test.ts > keeps that a credential was replaced, and whether the old one is revoked',
		],
	},
	'9.8': {
		title: 'A missing confirmation is logged with the action taken and the result',
		kinds: ['C'],
		scope: 'IN',
		proof: [
			'packages/instrumentation-gamma/test/audit.test.ts > tell of a missing confirmation with the action taken and its result',
			'packages/instrumentation-gamma/test/recovery.test.ts > that come too late for a record that ended are told in a trace of their own',
		],
	},
	'9.9': { title: 'Reports set what came in against what went out', kinds: ['C'], scope: 'IN', proof: 'later' },
	'9.10': { title: 'Deliveries nobody confirmed raise an alert', kinds: ['C'], scope: 'IN', proof: 'later' },
};
