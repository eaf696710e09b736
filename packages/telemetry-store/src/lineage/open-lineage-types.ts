/** Parts of OpenLineage 2-0-2 that are written here. @see https://openlineage.io/spec/2-0-2/OpenLineage.json */
export interface OpenLineageRunEvent {
	readonly eventType: 'START' | 'COMPLETE' | 'FAIL';
	readonly eventTime: string;
	readonly producer: string;
	readonly schemaURL: string;
	readonly run: { readonly runId: string; readonly facets: Readonly<Record<string, OpenLineageFacet>> };
	readonly job: OpenLineageJob;
	readonly inputs: readonly OpenLineageDataset[];
	readonly outputs: readonly OpenLineageDataset[];
}

export interface OpenLineageJob {
	readonly namespace: string;
	readonly name: string;
	readonly facets: Readonly<Record<string, OpenLineageFacet>>;
}

export interface OpenLineageDataset {
	readonly namespace: string;
	readonly name: string;
	readonly facets?: Readonly<Record<string, OpenLineageFacet>>;
}

export interface OpenLineageFacet {
	readonly _producer: string;
	readonly _schemaURL: string;
	readonly [field: string]: unknown;
}

/** The package as a package URL: a URI that names it without naming a host. */
const PRODUCER = 'pkg:npm/%40pipeline/telemetry-store';
const SPECIFICATION = 'https://openlineage.io/spec';

export const EVENT_BASE = {
	producer: PRODUCER,
	schemaURL: `${SPECIFICATION}/2-0-2/OpenLineage.json#/$defs/RunEvent`,
} as const;

/** Versions of the facets that are written. */
const FACET_VERSIONS = {
	JobTypeJobFacet: '2-0-3',
	ErrorMessageRunFacet: '1-0-1',
	ColumnLineageDatasetFacet: '1-2-0',
} as const;

export function facet(type: keyof typeof FACET_VERSIONS, fields: Readonly<Record<string, unknown>>): OpenLineageFacet {
	const schema = `${SPECIFICATION}/facets/${FACET_VERSIONS[type]}/${type}.json#/$defs/${type}`;
	return { _producer: PRODUCER, _schemaURL: schema, ...fields };
}
