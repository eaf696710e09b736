import type { RequirementList } from './requirement.ts';

/** Design document 4, OpenTelemetry: success criteria. */
export const openTelemetryCriteria: RequirementList = {
	'S4-SC-001': {
		title: 'One trace from ingestion to use',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'apps/reference-pipeline/test/journeys.test.ts > are one connected trace each, from the source to every destination',
			'apps/reference-pipeline/test/journeys.test.ts > keeps every record in its trace across three processes',
			'apps/reference-pipeline/test/journeys.test.ts > complete once for each end of a record, and say how long the whole way took',
		],
	},
	'S4-SC-002': {
		title: 'Every important operation has a span',
		kinds: ['F'],
		scope: 'IN',
		note: 'where every trace is kept',
		proof: 'later',
	},
	'S4-SC-003': {
		title: 'A cause is found within 5 minutes',
		kinds: ['O'],
		scope: 'PART',
		reason: 'measured with scripted faults',
		proof: 'later',
	},
	'S4-SC-004': { title: 'Less than 5 % more latency', kinds: ['P'], scope: 'IN', proof: 'later' },
	'S4-SC-005': {
		title: 'A backend that fails changes nothing for the pipeline',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/telemetry-sdk/test/provider/outages.test.ts > costs records neither time nor memory, and audit nothing; flush and shutdown keep to their time',
			'apps/reference-pipeline/test/soak.test.ts > loses nothing uncounted while the endpoint is killed and restarted',
		],
	},
	'S4-SC-006': { title: 'From a log line to its trace within 30 s', kinds: ['P'], scope: 'IN', proof: 'later' },
	'S4-SC-007': {
		title: 'Conventions let any OTLP backend be used',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/telemetry-core/test/registry/lint.test.ts > the built-in tables',
			'apps/reference-pipeline/test/journeys.test.ts > use the names, kinds, units and buckets of the registry only',
			'packages/telemetry-sdk/test/export/span-transport.test.ts > sends JSON that says the same',
		],
	},
	'S4-SC-008': {
		title: 'Another backend is a matter of configuration',
		kinds: ['O'],
		scope: 'IN',
		proof: [
			'packages/telemetry-sdk/test/provider/manifest.test.ts > chooses the backend',
			'packages/telemetry-sdk/test/provider/manifest.test.ts > says where each signal goes and with which credentials',
		],
	},
};
