import { MERGE_BASE, type TableDefinition } from './table.ts';

const ZSTD = 'CODEC(ZSTD(1))';
const TEXT = `String ${ZSTD}`;
const NAME = `LowCardinality(String) ${ZSTD}`;
const MICROS = "DateTime64(6, 'UTC') CODEC(Delta(8), ZSTD(1))";

/** What is asked for often, read from the dimensions when a row is added: it cannot say anything else than they do. */
const fromDimension = (key: string, type = 'String') => `${type} MATERIALIZED dimensions['${key}'] ${ZSTD}`;

/** Every telemetry event: `TelemetryEvent`, with who sent it and when it came. */
const EVENT_COLUMNS = {
	tenant_id: NAME,
	timestamp: MICROS,
	/** UUIDs compare by their second half: order by them in SQL only. */
	event_id: `UUID ${ZSTD}`,
	service: NAME,
	module: NAME,
	component: NAME,
	event_type: NAME,
	/** Place in SEVERITIES, from 1. */
	severity: `UInt8 ${ZSTD}`,
	name: NAME,
	trace_id: TEXT,
	span_id: TEXT,
	parent_span_id: TEXT,
	record_id: TEXT,
	batch_id: TEXT,
	correlation_id: TEXT,
	value: `Nullable(Float64) ${ZSTD}`,
	unit: NAME,
	dimensions: `Map(LowCardinality(String), String) ${ZSTD}`,
	received_at: MICROS,
	lineage_id: fromDimension('pipeline.lineage_id'),
	source_id: fromDimension('pipeline.source_id', 'LowCardinality(String)'),
	destination_id: fromDimension('pipeline.destination_id', 'LowCardinality(String)'),
	trace_outcome: fromDimension('pipeline.trace.outcome', 'LowCardinality(String)'),
	duration_ms: `Float64 MATERIALIZED toFloat64OrZero(dimensions['pipeline.trace.duration_ms']) ${ZSTD}`,
} as const;

const EVENT_INDEXES = {
	idx_trace: 'trace_id TYPE bloom_filter(0.001) GRANULARITY 1',
	idx_record: 'record_id TYPE bloom_filter(0.001) GRANULARITY 1',
	idx_batch: 'batch_id TYPE bloom_filter(0.01) GRANULARITY 1',
	idx_correlation: 'correlation_id TYPE bloom_filter(0.01) GRANULARITY 1',
	idx_lineage: 'lineage_id TYPE bloom_filter(0.001) GRANULARITY 1',
	idx_values: 'mapValues(dimensions) TYPE bloom_filter(0.01) GRANULARITY 1',
	idx_duration: 'duration_ms TYPE minmax GRANULARITY 1',
} as const;

const TELEMETRY_EVENTS: TableDefinition = {
	name: 'telemetry_events',
	columns: EVENT_COLUMNS,
	indexes: EVENT_INDEXES,
	partition: 'toDate(timestamp)',
	order: '(tenant_id, timestamp, event_id)',
	shardBy: 'cityHash64(trace_id)',
};

const AUDIT_EVENTS: TableDefinition = {
	name: 'audit_events',
	columns: {
		...EVENT_COLUMNS,
		/** Whoever added it: entries of a chain are numbered without gaps, from 1. */
		chain_id: NAME,
		seq: 'UInt64 CODEC(Delta(8), ZSTD(1))',
		block_id: 'UInt64 CODEC(Delta(8), ZSTD(1))',
		/** SHA-256 of the canonical form, hexadecimal. */
		checksum: TEXT,
		actor_id: fromDimension('audit.actor_id'),
		actor_type: fromDimension('audit.actor_type', 'LowCardinality(String)'),
		resource_type: fromDimension('audit.resource_type', 'LowCardinality(String)'),
		resource_id: fromDimension('audit.resource_id'),
		action: fromDimension('audit.action', 'LowCardinality(String)'),
		outcome: fromDimension('audit.outcome', 'LowCardinality(String)'),
		producer_id: fromDimension('audit.producer_id', 'LowCardinality(String)'),
		producer_seq: `UInt64 MATERIALIZED toUInt64OrZero(dimensions['audit.producer_seq']) CODEC(Delta(8), ZSTD(1))`,
	},
	indexes: {
		...EVENT_INDEXES,
		idx_actor: 'actor_id TYPE bloom_filter(0.01) GRANULARITY 1',
		idx_resource: 'resource_id TYPE bloom_filter(0.001) GRANULARITY 1',
		idx_seq: 'seq TYPE minmax GRANULARITY 1',
		idx_producer_seq: 'producer_seq TYPE minmax GRANULARITY 1',
	},
	partition: 'toYYYYMM(timestamp)',
	order: '(tenant_id, timestamp, event_id)',
	shardBy: 'cityHash64(tenant_id, correlation_id)',
	settings: { merge_selector_base: MERGE_BASE },
};

const AUDIT_BLOCKS: TableDefinition = {
	name: 'audit_blocks',
	columns: {
		chain_id: NAME,
		block_id: 'UInt64',
		first_seq: 'UInt64',
		last_seq: 'UInt64',
		/** Of the entries in it; retention takes entries away by their time. */
		first_time: "DateTime64(6, 'UTC')",
		last_time: "DateTime64(6, 'UTC')",
		/** SHA-256 over the checksums in order, hexadecimal; the next three are hexadecimal too. */
		digest: TEXT,
		merkle_root: TEXT,
		previous_hash: TEXT,
		block_hash: TEXT,
		sealed_at: "DateTime64(6, 'UTC')",
		/** Ed25519 over the block hash, base64, and the first 16 digits of the SHA-256 of its public key; empty without a key. */
		signature: TEXT,
		key_id: NAME,
	},
	order: '(chain_id, block_id)',
	shardBy: 'cityHash64(chain_id)',
};

/** Which entries of a producer are here for good. */
const AUDIT_PRODUCERS: TableDefinition = {
	name: 'audit_producers',
	columns: {
		producer_id: NAME,
		chain_id: NAME,
		/** Who sent the first of its entries; nobody else moves what follows. Empty when senders are not told apart. */
		sender: TEXT,
		/** All entries up to it are here. */
		durable_seq: 'UInt64',
		/** Further entries, from and to, that came before those in front of them. */
		later: 'Array(Tuple(UInt64, UInt64))',
		/** Newest entry of the chain that this takes account of. */
		seq: 'UInt64',
		updated_at: "DateTime64(6, 'UTC')",
	},
	engine: 'ReplacingMergeTree(seq)',
	order: '(producer_id, chain_id)',
	shardBy: 'cityHash64(producer_id)',
};

export const EVENT_TABLES: readonly TableDefinition[] = [TELEMETRY_EVENTS, AUDIT_EVENTS, AUDIT_BLOCKS, AUDIT_PRODUCERS];
