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
		proof: 'later',
	},
	'4.3': {
		title: 'Lineage can be walked from source to destination and back',
		kinds: ['C'],
		scope: 'IN',
		proof: ['apps/reference-pipeline/test/audit.test.ts > leads from every source to every destination, and back'],
	},
	'4.4': { title: 'Lineage stays at least seven years', kinds: ['C'], scope: 'IN', proof: 'later' },
	'4.5': {
		title: "A record's history of 90 days is answered within 10 s",
		kinds: ['C', 'P'],
		scope: 'IN',
		proof: 'later',
	},
	'4.6': {
		title: 'Lineage can be looked at as a picture and step by step',
		kinds: ['C'],
		scope: 'IN',
		note: 'graph data with HTML, DOT and Mermaid renderings',
		proof: 'later',
	},
	'4.7': { title: 'Lineage can be exported for machines', kinds: ['C'], scope: 'IN', proof: 'later' },
};
