import { distinct } from './defined-fields.ts';
import type { LineageEdgeOfTenant } from './lineage-graph.ts';
import { nodeName } from './lineage-node.ts';
import type { LineageRecord } from './lineage-record.ts';
import type { LineageGraph } from './trace-lineage.ts';
import type { TransformationStep } from './transformation-steps.ts';

/** What a module did once, with data sets in place of single records. */
export interface LineageActivity {
	readonly tenant: string;
	/** `<module>.<component>`. */
	readonly job: string;
	/** What ran together: the batch, else the trace, else the step. */
	readonly run: string;
	readonly at: string;
	readonly inputs: readonly string[];
	readonly outputs: readonly string[];
	/** Field of the outputs -> rule that made it. */
	readonly fields: ReadonlyMap<string, string>;
	/** Why it failed. */
	readonly failure?: string;
}

/** Every step of the graph, and of records what no edge tells: fields that a rule changed, and transformations that failed. */
export function activitiesOf(graph: LineageGraph, records: readonly LineageRecord[]): readonly LineageActivity[] {
	const datasets = new Datasets(graph.edges);
	const told = graph.edges.map((edge) => edgeActivity(edge, datasets));
	const untold = records.flatMap((record) =>
		record.transformations
			.filter(({ fieldsAffected, outcome }) => fieldsAffected.length > 0 || outcome === 'FAILURE')
			.map((step) => stepActivity(record, step, datasets)),
	);
	return [...told, ...untold];
}

function edgeActivity(edge: LineageEdgeOfTenant, datasets: Datasets): LineageActivity {
	const { tenant, parentId, childId, relation, operation, timestamp, batchId, traceId, stepId } = edge;
	const isDelivery = nodeName(childId).kind === 'destination';
	return {
		...{ tenant, job: jobOf(operation), run: batchId ?? traceId ?? stepId, at: timestamp, fields: new Map() },
		inputs: isDelivery ? datasets.finished(tenant, parentId) : [datasets.nameOf(tenant, parentId, operation)],
		outputs: [datasets.nameOf(tenant, childId, operation)],
		...(relation === 'REJECT' ? { failure: 'The record went no further.' } : {}),
	};
}

function stepActivity(record: LineageRecord, step: TransformationStep, datasets: Datasets): LineageActivity {
	const { tenant, recordId, batchIds, traceIds } = record;
	const { operation, timestamp, stepId, schema, fieldsAffected, ruleId = '', outcome, errorCode } = step;
	const id = `record:${recordId}`;
	const hasFailed = outcome === 'FAILURE';
	const made = schema === undefined ? datasets.finished(tenant, id) : [`schema/${schema}`];
	return {
		...{ tenant, job: jobOf(operation), run: batchIds.at(-1) ?? traceIds.at(-1) ?? stepId, at: timestamp },
		inputs: [datasets.nameOf(tenant, id, operation)],
		outputs: hasFailed ? [] : made,
		fields: new Map(hasFailed ? [] : fieldsAffected.map((field) => [field, ruleId])),
		...(hasFailed ? { failure: [errorCode ?? 'FAILURE', ruleId].join(' ').trim() } : {}),
	};
}

const jobOf = (operation: string) => operation.split('.').slice(1, 3).join('.');

/** Names of the data sets that nodes belong to. */
class Datasets {
	/** Record -> its source. */
	readonly #sources = new Map<string, string>();
	/** Record -> the schemas that it was brought to. */
	readonly #schemas = new Map<string, Set<string>>();
	/** Entry -> who put it aside. */
	readonly #queues = new Map<string, string>();

	constructor(edges: readonly LineageEdgeOfTenant[]) {
		for (const { tenant, parentId, childId, operation } of edges) {
			const [parent, child] = [nodeName(parentId), nodeName(childId)];
			const [parentKey, childKey] = [`${tenant} ${parentId}`, `${tenant} ${childId}`];
			if (operation.endsWith('.record_ingested')) this.#sources.set(childKey, parent.name);
			if (child.kind === 'entry') this.#queues.set(childKey, jobOf(operation));
			if (child.kind !== 'schema') continue;
			this.#schemas.set(parentKey, (this.#schemas.get(parentKey) ?? new Set()).add(child.name));
		}
	}

	nameOf(tenant: string, id: string, operation: string): string {
		const { kind, name } = nodeName(id);
		if (kind === 'record') return ['ingested', ...distinct([this.#sources.get(`${tenant} ${id}`)])].join('/');
		if (kind === 'entry') return `queue/${this.#queues.get(`${tenant} ${id}`) ?? jobOf(operation)}`;
		return kind === 'raw' ? 'raw' : `${kind}/${name}`;
	}

	/** What is delivered of a record: its schemas, where they are known. */
	finished(tenant: string, id: string): readonly string[] {
		const schemas = [...(this.#schemas.get(`${tenant} ${id}`) ?? [])].toSorted();
		return schemas.length === 0 ? [this.nameOf(tenant, id, '')] : schemas.map((schema) => `schema/${schema}`);
	}
}
