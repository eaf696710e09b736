import type { RequirementList } from '../requirement.ts';

/** Compliance specification, chapter 8: transformation. */
export const transformationRequirements: RequirementList = {
	'8.1': {
		title: 'Compliance-sensitive fields are logged before and after a change',
		kinds: ['C'],
		scope: 'IN',
		proof: [
			'packages/instrumentation-beta/test/records.test.ts > follows every kind of failure to its queue, and shows no value of any field',
		],
	},
	'8.2': {
		title: 'Changed rules are logged with version, author and start',
		kinds: ['C'],
		scope: 'IN',
		proof: ['packages/instrumentation-beta/test/signals.test.ts > audits changes of profiles, schemas and sources'],
	},
	'8.3': {
		title: 'A failed transformation keeps the original and what led to it',
		kinds: ['C'],
		scope: 'PART',
		reason: 'the module keeps, the event refers to it',
		proof: [
			'packages/instrumentation-beta/test/records.test.ts > follows every kind of failure to its queue, and shows no value of any field',
			'apps/reference-pipeline/modules/beta/test/module.test.ts > queues failures: %s',
		],
	},
	'8.4': {
		title: 'Each enrichment query is logged with masked parameters and a summary of the answer',
		kinds: ['C'],
		scope: 'IN',
		proof: [
			'apps/reference-pipeline/test/journeys.test.ts > leave one audit entry per enrichment, with source, hashed key and what came back',
			'packages/instrumentation-beta/test/signals.test.ts > links a cached answer to the trace that fetched it, and shows keys as hashes',
		],
	},
	'8.5': {
		title: 'Checksums are taken around each stage',
		kinds: ['C'],
		scope: 'IN',
		proof: [
			'packages/telemetry-store/test/lineage/check-lineage.test.ts > a record that changed between two steps',
			'packages/telemetry-store/test/lineage/lineage-record.test.ts > tells a record from its source to its destinations',
			'packages/instrumentation-beta/test/signals.test.ts > shows checksums where the module takes them',
			'apps/reference-pipeline/test/observatory.test.ts > tells each step of a record under its lineage id, with what it was before and after',
			'apps/reference-pipeline/modules/beta/test/transform-engine.test.ts > takes checksums around the stage when they are switched on',
		],
	},
	'8.6': {
		title: 'A transformation run twice gives the same result',
		kinds: ['C'],
		scope: 'PART',
		reason: 'a property of the module; telemetry detects when it does not hold',
		proof: ['packages/instrumentation-beta/test/signals.test.ts > tells a replay that gave another result'],
	},
	'8.7': {
		title: 'A changed schema is logged and lineage goes on across it',
		kinds: ['C'],
		scope: 'IN',
		proof: ['packages/instrumentation-beta/test/signals.test.ts > audits changes of profiles, schemas and sources'],
	},
	'8.8': {
		title: 'Enrichment sources are registered with their classification',
		kinds: ['C'],
		scope: 'PART',
		reason: "the registration event; registering is the module's part",
		proof: ['packages/instrumentation-beta/test/signals.test.ts > audits changes of profiles, schemas and sources'],
	},
	'8.9': {
		title: 'The cache keeps nothing longer than its source allows',
		kinds: ['C'],
		scope: 'PART',
		reason: 'a report compares lifetimes with retention; the cache enforces',
		proof: 'later',
	},
	'8.10': {
		title: 'An unavailable source is logged with its effect and what was done instead',
		kinds: ['C'],
		scope: 'IN',
		proof: [
			'packages/instrumentation-beta/test/signals.test.ts > tells an opened circuit, what it means, and the calls that it refused',
			'packages/instrumentation-beta/test/edges.test.ts > says that a source is unavailable once its retries are exhausted',
		],
	},
};
