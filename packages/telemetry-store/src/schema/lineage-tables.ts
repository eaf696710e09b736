import { MERGE_BASE, type TableDefinition, type ViewDefinition } from './table.ts';

const ZSTD = 'CODEC(ZSTD(1))';
const TEXT = `String ${ZSTD}`;
const NAME = `LowCardinality(String) ${ZSTD}`;

/** `LineageEdge`, with its tenant. Ids are nodes: `record:<id>`, `source:<id>`, ... */
const EDGE_COLUMNS = {
	tenant_id: NAME,
	parent_id: TEXT,
	child_id: TEXT,
	relation: NAME,
	timestamp: "DateTime64(6, 'UTC') CODEC(Delta(8), ZSTD(1))",
	module: NAME,
	operation: NAME,
	step_id: `UUID ${ZSTD}`,
	record_id: TEXT,
	lineage_id: TEXT,
	batch_id: TEXT,
	trace_id: TEXT,
	span_id: TEXT,
	rule_id: NAME,
	previous_checksum: TEXT,
	resulting_checksum: TEXT,
} as const;

/** Copies of every edge, each found by one of its ids at once. */
const COPIES = { lineage_edges: 'parent_id', lineage_by_child: 'child_id', lineage_by_lineage: 'lineage_id' } as const;

export const LINEAGE_TABLES: readonly TableDefinition[] = Object.entries(COPIES).map(([name, key]) => ({
	name,
	columns: EDGE_COLUMNS,
	indexes: {
		// An id is looked for in every part, and in few of them it is found: its filter is a fraction of what would be read to tell.
		idx_key: `${key} TYPE bloom_filter(0.001) GRANULARITY 1`,
		idx_batch: 'batch_id TYPE bloom_filter(0.01) GRANULARITY 4',
		idx_record: 'record_id TYPE bloom_filter(0.01) GRANULARITY 4',
	},
	partition: 'toYYYYMM(timestamp)',
	order: `(tenant_id, ${key}, timestamp)`,
	shardBy: `cityHash64(${key})`,
	settings: { index_granularity: 1_024, merge_selector_base: MERGE_BASE },
}));

export const LINEAGE_VIEWS: readonly ViewDefinition[] = [
	{ name: 'lineage_by_child_mv', from: 'lineage_edges', to: 'lineage_by_child', select: '*' },
	{
		name: 'lineage_by_lineage_mv',
		from: 'lineage_edges',
		to: 'lineage_by_lineage',
		select: '*',
		rest: "WHERE lineage_id != ''",
	},
];
