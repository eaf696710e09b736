import { availableParallelism } from 'node:os';
import type { StoreDatabase } from '../src/connection/store-database.ts';

/** How much there is: of every ten records one was traced, eight spans a trace. */
export interface DataPlan {
	/** Audit entries: eight a record, in 90 days. */
	readonly events: number;
}

export const DAYS = 90;
export const BEGIN = Date.parse('2026-08-01T00:00:00Z');
const TENANTS = 20;
const PER_RECORD = 8;
const PER_LINEAGE = 10;
const ROWS_PER_INSERT = 2_000_000;
/** What writes rows is the slow part, and one thread of its own unless told. Each holds a few hundred MB. */
const INSERT_THREADS = Math.min(4, availableParallelism());
const US_PER_DAY = 86_400_000_000;

/** Microseconds between two events. */
export const stepUs = ({ events }: DataPlan): number => Math.floor((DAYS * US_PER_DAY) / events);

const hash = (salt: string, of: string) => `lower(hex(sipHash128('${salt}', toUInt64(${of}))))`;
const recordId = (record: string) => hash('record', record);
const traceId = (record: string) => hash('trace', record);
const lineageId = (record: string) => hash('lineage', `intDiv(${record}, ${PER_LINEAGE})`);
/** One for all records of a lineage. */
const tenant = (record: string) =>
	`concat('t_', leftPad(lower(hex(sipHash64(toUInt64(intDiv(${record}, ${PER_LINEAGE}))) % ${TENANTS})), 16, '0'))`;
const timeAt = (plan: DataPlan, number: string) =>
	`fromUnixTimestamp64Micro(toInt64(${BEGIN * 1_000} + (${number}) * ${stepUs(plan)}), 'UTC')`;
const chosen = (texts: readonly string[], by: string) =>
	`[${texts.map((text) => `'${text}'`).join(', ')}][${by} % ${texts.length} + 1]`;

const MODULES = ['ALPHA', 'ALPHA', 'BETA', 'BETA', 'BETA', 'GAMMA', 'GAMMA', 'GAMMA'];
const COMPONENTS = ['validation', 'adapter', 'mapping', 'enrichment', 'quality', 'routing', 'delivery', 'delivery'];
const ENTRIES = [
	...['rule_evaluated', 'record_ingested', 'record_mapped', 'source_queried', 'record_scored'],
	...['record_routed', 'delivery_attempted', 'delivery_confirmed'],
];
const NAMES = ENTRIES.map(
	(entry, index) => `pipeline.${MODULES[index]?.toLowerCase()}.${COMPONENTS[index]}.audit.${entry}`,
);
const SPANS = [
	...['alpha.record.ingest', 'alpha.parser.parse', 'alpha.validation.validate', 'beta.record.transform'],
	...['beta.mapping.map', 'beta.enrichment.lookup', 'gamma.record.deliver', 'gamma.delivery.attempt'],
];
const SOURCE = (record: string) => `concat('FILE:flights-', toString(${record} % 7))`;

type Columns = Readonly<Record<string, string>>;

/** Of the number of an event: where questions come from, too. */
export function eventColumns(plan: DataPlan): Columns {
	const record = `intDiv(number, ${PER_RECORD})`;
	return {
		tenant_id: tenant(record),
		timestamp: timeAt(plan, 'number'),
		event_id: 'generateUUIDv7()',
		service: "'pipeline'",
		module: chosen(MODULES, 'number'),
		component: chosen(COMPONENTS, 'number'),
		event_type: "'AUDIT'",
		severity: 'toUInt8(2)',
		name: chosen(NAMES, 'number'),
		trace_id: traceId(record),
		span_id: "leftPad(lower(hex(sipHash64(number))), 16, '0')",
		record_id: recordId(record),
		batch_id: `concat('batch-', toString(intDiv(${record}, 100)))`,
		correlation_id: `concat('run-', toString(intDiv(${record}, 1000)))`,
		dimensions: `map('audit.action', 'UPDATE', 'audit.actor_id', concat('actor-', toString(${record} % 50)), 'audit.actor_type', 'SERVICE',
			'audit.outcome', if(${record} % 100 = 0, 'FAILURE', 'SUCCESS'), 'audit.resource_id', ${recordId(record)}, 'audit.resource_type', 'RECORD',
			'pipeline.source_id', ${SOURCE(record)}, 'pipeline.lineage_id', ${lineageId(record)}, 'pipeline.tenant', ${tenant(record)})`,
		received_at: 'timestamp',
		chain_id: "'main'",
		seq: 'toUInt64(number + 1)',
		block_id: 'toUInt64(intDiv(number, 10000) + 1)',
		checksum: 'lower(hex(SHA256(toString(number))))',
	};
}

function completionColumns(plan: DataPlan): Columns {
	return {
		tenant_id: tenant('number'),
		timestamp: timeAt(plan, `number * ${PER_RECORD} + 7`),
		event_id: 'generateUUIDv7()',
		service: "'pipeline'",
		module: "'GAMMA'",
		component: "'trace'",
		event_type: "'TRACE'",
		severity: 'toUInt8(2)',
		name: "'pipeline.gamma.trace.trace.completed'",
		trace_id: traceId('number'),
		record_id: recordId('number'),
		correlation_id: "concat('run-', toString(intDiv(number, 1000)))",
		dimensions: `map('pipeline.trace.outcome', if(number % 100 = 0, 'DLQ', 'DELIVERED'),
			'pipeline.trace.duration_ms', toString(sipHash64(number) % 5000), 'pipeline.source_id', ${SOURCE('number')}, 'pipeline.tenant', ${tenant('number')})`,
		received_at: 'timestamp',
	};
}

/** A record comes from the one before it, ten in a row, and is split once. */
function edgeColumns(plan: DataPlan): Columns {
	const record = 'intDiv(number, 2)';
	const own = `concat('record:', ${recordId(record)})`;
	const before = `if(${record} % ${PER_LINEAGE} = 0, concat('source:', ${SOURCE(record)}), concat('record:', ${recordId(`greatest(${record}, 1) - 1`)}))`;
	return {
		tenant_id: tenant(record),
		parent_id: `if(number % 2 = 0, ${before}, ${own})`,
		child_id: `if(number % 2 = 0, ${own}, concat(${own}, '-leg'))`,
		relation: "if(number % 2 = 0, 'derive', 'split')",
		timestamp: timeAt(plan, `${record} * ${PER_RECORD}`),
		module: "'BETA'",
		operation: "'map'",
		step_id: 'generateUUIDv7()',
		record_id: recordId(record),
		lineage_id: lineageId(record),
		batch_id: `concat('batch-', toString(intDiv(${record}, 100)))`,
		trace_id: traceId(record),
		resulting_checksum: 'lower(hex(SHA256(toString(number))))',
	};
}

function spanColumns(plan: DataPlan): Columns {
	const record = `intDiv(number, ${PER_RECORD}) * 10`;
	const spanId = (number: string) => `leftPad(lower(hex(sipHash64(toUInt64(${number}), 1))), 16, '0')`;
	return {
		Timestamp: `${timeAt(plan, `${record} * ${PER_RECORD}`)} + toIntervalMillisecond(number % 8 * 10)`,
		TraceId: traceId(record),
		SpanId: spanId('number'),
		ParentSpanId: `if(number % 8 = 0, '', ${spanId('number - number % 8')})`,
		SpanName: chosen(SPANS, 'number'),
		SpanKind: "'Internal'",
		ServiceName: "'pipeline'",
		ResourceAttributes: "map('service.name', 'pipeline', 'service.version', '1.0.0')",
		SpanAttributes: `map('pipeline.module', upper(splitByChar('.', ${chosen(SPANS, 'number')})[1]), 'pipeline.record_id', ${recordId(record)},
			'pipeline.lineage_id', ${lineageId(record)}, 'pipeline.source_id', ${SOURCE(record)}, 'pipeline.tenant', ${tenant(record)})`,
		Duration: 'toUInt64(1000000 * (1 + sipHash64(number) % 200 * if(sipHash64(number) % 100 = 7, 50, 1)))',
		StatusCode: "if(sipHash64(number) % 100 = 3, 'Error', 'Unset')",
	};
}

export interface Loaded {
	readonly rows: number;
	readonly seconds: number;
}

/** Makes all rows inside the engine, in the order of time. */
export async function loadStore(database: StoreDatabase, plan: DataPlan): Promise<Loaded> {
	const parts: readonly (readonly [table: string, columns: Columns, rows: number])[] = [
		['audit_events', eventColumns(plan), plan.events],
		['telemetry_events', completionColumns(plan), Math.floor(plan.events / PER_RECORD)],
		['lineage_edges', edgeColumns(plan), Math.floor(plan.events / 4)],
		['otel_traces', spanColumns(plan), Math.floor(plan.events / 10)],
	];
	const startedMs = performance.now();
	for (const [table, columns, rows] of parts) {
		const select = Object.entries(columns).map(([column, expression]) => `${expression} AS ${column}`);
		for (let from = 0; from < rows; from += ROWS_PER_INSERT) {
			const count = Math.min(ROWS_PER_INSERT, rows - from);
			await database.administer(({ execute }) =>
				execute(
					`INSERT INTO telemetry.${table} (${Object.keys(columns).join(', ')}) SELECT ${select.join(', ')} FROM numbers_mt({from:UInt64}, {count:UInt64})
					SETTINGS max_insert_threads = ${INSERT_THREADS}`,
					{ from, count },
				),
			);
			const seconds = Math.round((performance.now() - startedMs) / 1_000);
			process.stderr.write(`\r${table} ${from + count} of ${rows}, ${seconds} s   `);
		}
	}
	process.stderr.write('\n');
	return { rows: parts.reduce((sum, [, , rows]) => sum + rows, 0), seconds: (performance.now() - startedMs) / 1_000 };
}

/** An event that there is: what is asked for is taken from it. */
export interface Sample {
	readonly tenant: string;
	readonly record: string;
	readonly trace: string;
	readonly correlation: string;
	readonly actor: string;
	readonly component: string;
	readonly source: string;
	/** Milliseconds since 1970. */
	readonly time: number;
}

/** Of records that were traced. Computed, not read: nothing of the tables gets warm by it. */
export async function samples(
	database: StoreDatabase,
	plan: DataPlan,
	numbers: readonly number[],
): Promise<readonly Sample[]> {
	const columns = eventColumns(plan);
	const wanted = numbers.map((number) => number - (number % (PER_RECORD * PER_LINEAGE)) + (number % PER_RECORD));
	return await database.query<Sample>(
		`SELECT ${columns['tenant_id']} AS tenant, ${columns['record_id']} AS record, ${columns['trace_id']} AS trace, ${columns['correlation_id']} AS correlation,
			concat('actor-', toString(intDiv(number, ${PER_RECORD}) % 50)) AS actor, ${columns['component']} AS component,
			${SOURCE(`intDiv(number, ${PER_RECORD})`)} AS source, toUnixTimestamp64Milli(${columns['timestamp']})::Float64 AS time
		FROM (SELECT arrayJoin({wanted:Array(UInt64)}) AS number)`,
		{ wanted },
	);
}
