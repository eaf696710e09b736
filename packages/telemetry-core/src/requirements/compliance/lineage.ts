import type { RequirementList } from '../requirement.ts';

/** Compliance specification, chapter 4: lineage. */
export const lineageRequirements: RequirementList = {
	'4.1': {
		title: 'Each record gets a lineage id of its own when it is ingested and keeps it',
		kinds: ['C'],
		scope: 'IN',
		proof: [
			'apps/reference-pipeline/test/journeys.test.ts > have a lineage id of their own from the source to the destination',
		],
	},
	'4.2': {
		title: 'Lineage tells source, time, transformations, enrichments and destinations',
		kinds: ['C'],
		scope: 'IN',
		proof: [
			'packages/instrumentation-alpha/test/records.test.ts > begins a trace for each record that came of a raw one, and says which came of what',
			'packages/instrumentation-beta/test/records.test.ts > begins a trace for each part of a split record, and ends the whole',
			'packages/telemetry-store/test/lineage/lineage-record.test.ts > tells a record from its source to its destinations',
			'packages/telemetry-store/test/lineage/lineage-record.test.ts > names the records it was merged of, and where a record is that has not ended',
			'packages/telemetry-core/test/schema/lineage-edges.test.ts > goes through the error queue of %s, and on from there',
		],
	},
	'4.3': {
		title: 'Lineage can be walked from source to destination and back',
		kinds: ['C'],
		scope: 'IN',
		proof: [
			'apps/reference-pipeline/test/audit.test.ts > leads from every source to every destination, and back',
			'packages/telemetry-store/test/lineage/trace-lineage.test.ts > finds every step that can be reached, and never one of another tenant whose ids are the same',
			'packages/telemetry-store/test/lineage/trace-lineage.test.ts > goes from a dead letter through its replay to the destination, and ends where it came from',
			'apps/reference-pipeline/test/replay.test.ts > of %s leads from its record to the delivery',
		],
	},
	'4.4': {
		title: 'Lineage stays at least seven years',
		kinds: ['C'],
		scope: 'IN',
		proof: [
			'packages/telemetry-store/test/schema/table-retention.test.ts > keeps lineage for seven years in every copy, and then lets it go',
			'packages/telemetry-store/test/schema/table-retention.test.ts > keeps what the profile %s says',
		],
	},
	'4.5': {
		title: "A record's history of 90 days is answered within 10 s",
		kinds: ['C', 'P'],
		scope: 'IN',
		note: 'the time is a limit of the bench `store-query`, which fails beyond it; tests show what it asks',
		proof: [
			'packages/telemetry-store/test/lineage/trace-lineage.test.ts > shows schemas and both destinations, hop by hop',
			'packages/telemetry-store/test/lineage/trace-lineage.test.ts > shows all ancestors of a merge, its sources and nothing of its brothers',
			'packages/telemetry-store/test/bench/store-query-kinds.test.ts > asks for a day of audit by every filter, and for the lineage of 90 days',
			'packages/telemetry-store/test/bench/store-query-kinds.test.ts > finds what it measures, wherever that is',
		],
	},
	'4.6': {
		title: 'Lineage can be looked at as a picture and step by step',
		kinds: ['C'],
		scope: 'IN',
		note: 'graph data, a page and Mermaid',
		proof: [
			'packages/telemetry-store/test/lineage/mermaid.test.ts > draws a graph',
			'packages/telemetry-store/test/journey/journey-html.test.ts > shows every part of a journey',
			'packages/telemetry-store/test/lineage/trace-lineage.test.ts > shows schemas and both destinations, hop by hop',
			'apps/observatory/test/commands/commands.test.ts > draws where something came from and went, and its spans',
		],
	},
	'4.7': {
		title: 'Lineage can be exported for machines',
		kinds: ['C'],
		scope: 'IN',
		proof: [
			'packages/telemetry-store/test/lineage/open-lineage.test.ts > is valid by the public schemas',
			'packages/telemetry-store/test/lineage/open-lineage.test.ts > tells jobs and data sets, each run from its first to its last step',
			'apps/observatory/test/routes/answers.test.ts > gives lineage as a diagram and for other tools',
		],
	},
};
