import { createHash } from 'node:crypto';
import { distinct } from './defined-fields.ts';
import { activitiesOf, type LineageActivity } from './lineage-activities.ts';
import type { LineageRecord } from './lineage-record.ts';
import {
	EVENT_BASE,
	facet,
	type OpenLineageDataset,
	type OpenLineageFacet,
	type OpenLineageRunEvent,
} from './open-lineage-types.ts';
import type { LineageGraph } from './trace-lineage.ts';

/**
 * A lineage graph in the words of OpenLineage. A job is what a component of a module does, a run is that for one batch, and a data set is a
 * source, a target schema, a destination, a queue, or what came in from a source. Each run has a START and a COMPLETE or FAIL event, from its
 * first to its last step. Tenants have namespaces of their own: `pipeline/<tenant>`.
 *
 * @param records whose fields are known: column lineage, and failures that left no edge, are told of them
 * @returns runs in the order of their begin
 * @see https://openlineage.io/docs/spec/object-model
 */
export function openLineageEvents(
	graph: LineageGraph,
	records: readonly LineageRecord[] = [],
): readonly OpenLineageRunEvent[] {
	const runs = Map.groupBy(activitiesOf(graph, records), ({ tenant, job, run }) => [tenant, job, run].join('\n'));
	return [...runs]
		.map(([key, activities]) => ({ key, activities: activities.toSorted((a, b) => (a.at < b.at ? -1 : 1)) }))
		.toSorted((a, b) => startOf(a.activities).localeCompare(startOf(b.activities)) || (a.key < b.key ? -1 : 1))
		.flatMap(({ key, activities }) => runEvents(key, activities));
}

const startOf = ([first]: readonly LineageActivity[]) => first?.at ?? '';

function runEvents(key: string, activities: readonly LineageActivity[]): readonly OpenLineageRunEvent[] {
	const [first, last] = [activities[0], activities.at(-1)];
	if (first === undefined || last === undefined) return [];
	const namespace = `pipeline/${first.tenant}`;
	const jobType = facet('JobTypeJobFacet', { processingType: 'BATCH', integration: 'PIPELINE', jobType: 'TASK' });
	const job = { namespace, name: first.job, facets: { jobType } };
	const inputs = distinct(activities.flatMap((each) => each.inputs)).map((name) => ({ namespace, name }));
	const outputs = distinct(activities.flatMap((each) => each.outputs)).map((name) =>
		outputOf(namespace, name, activities),
	);
	const failures = distinct(activities.map(({ failure }) => failure));
	const runId = runIdOf(key);
	const shared = { ...EVENT_BASE, job, inputs, outputs };
	return [
		{ eventType: 'START', eventTime: first.at, ...shared, run: { runId, facets: {} } },
		{
			eventType: failures.length > 0 ? 'FAIL' : 'COMPLETE',
			eventTime: last.at,
			...shared,
			run: { runId, facets: errorFacet(failures) },
		},
	];
}

/** Reasons of one run that are told. */
const MAX_FAILURES = 20;

function errorFacet(failures: readonly string[]): Readonly<Record<string, OpenLineageFacet>> {
	if (failures.length === 0) return {};
	const message = failures.slice(0, MAX_FAILURES).join('; ');
	return { errorMessage: facet('ErrorMessageRunFacet', { message, programmingLanguage: 'JAVASCRIPT' }) };
}

function outputOf(namespace: string, name: string, activities: readonly LineageActivity[]): OpenLineageDataset {
	const makers = activities.filter(({ outputs, fields }) => fields.size > 0 && outputs.includes(name));
	if (makers.length === 0) return { namespace, name };
	const fields = new Map<string, Map<string, object>>();
	for (const { inputs, fields: made } of makers) {
		for (const [field, rule] of made) {
			const sources = fields.get(field) ?? new Map<string, object>();
			fields.set(field, sources);
			const transformations = [{ type: 'DIRECT', subtype: 'TRANSFORMATION', description: rule }];
			for (const input of inputs) sources.set(`${input} ${rule}`, { namespace, name: input, field, transformations });
		}
	}
	const columns = Object.fromEntries(
		[...fields].map(([field, sources]) => [field, { inputFields: [...sources.values()] }]),
	);
	return { namespace, name, facets: { columnLineage: facet('ColumnLineageDatasetFacet', { fields: columns }) } };
}

/** The same run has the same id whenever it is asked for: a UUID of version 8, from what makes it that run. */
function runIdOf(key: string): string {
	const bytes = createHash('sha256').update(key).digest().subarray(0, 16);
	bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
	bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
	return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
