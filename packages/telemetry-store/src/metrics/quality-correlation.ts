import type { StoreDatabase } from '../connection/store-database.ts';
import { StoreError } from '../connection/store-error.ts';
import type { TenantScope } from '../tenancy/tenant-scope.ts';
import { checkedRange, type TimeRange } from '../traces/time-range.ts';

export interface QualityRequest {
	/** When records were ingested; at most 31 days. */
	readonly timeRange: TimeRange;
	readonly source?: string;
	readonly schema?: string;
}

/** Records that went the same way. */
export interface QualityCell {
	/** What validation said at ingestion: `PASSED`, `FAILED`, ... */
	readonly validation: string;
	/** How it ended: `DELIVERED`, `DLQ`, ...; empty while it has not. */
	readonly delivery: string;
	readonly records: number;
	readonly meanQuality?: number;
}

/**
 * How validation and quality at ingestion go with quality after transformation and with delivery, of one source and one target schema. Numbers
 * are absent where there is nothing to compare: all values the same, or fewer than two records.
 */
export interface QualityCorrelation {
	readonly source: string;
	/** Empty for records that ended before they had one. */
	readonly schema: string;
	/** Records, each once for each schema it was mapped to. */
	readonly records: number;
	readonly delivered: number;
	readonly meanUpstreamQuality?: number;
	readonly meanQuality?: number;
	/** Pearson, from -1 to 1: score at ingestion and score after transformation. */
	readonly upstreamToQuality?: number;
	/** Pearson with delivered as 1 and all else as 0: the last score that is known and delivery. */
	readonly qualityToDelivery?: number;
	/** Cramér's V, from 0 to 1: outcome of validation and outcome of delivery. */
	readonly validationToDelivery?: number;
	readonly cells: readonly QualityCell[];
}

export interface QualityReport {
	readonly correlations: readonly QualityCorrelation[];
	/** There were more records: these are of the newest. */
	readonly isTruncated: boolean;
}

const MAX_DAYS = 31;
const MAX_RECORDS = 1_000_000;
const MAX_GROUPS = 1_000;
const MAX_CELLS = 10_000;
const MAX_TEXT = 1_024;
/** Completions come after ingestion: records still on their way at the end of the range are looked for so much longer. */
const LATEST_US = 7n * 86_400_000_000n;

/**
 * Upstream validation against quality against delivery, by source and schema: of the newest million records that were ingested in the range.
 *
 * @throws StoreError `QUERY_INVALID` for a range that is empty or longer than 31 days
 */
export async function qualityCorrelation(
	database: StoreDatabase,
	scope: TenantScope,
	{ timeRange, source, schema }: QualityRequest,
): Promise<QualityReport> {
	const { fromNs, toNs } = checkedRange(timeRange, MAX_DAYS);
	if ([source, schema].some((text) => (text?.length ?? 0) > MAX_TEXT)) {
		throw new StoreError('QUERY_INVALID', `A source or schema has up to ${MAX_TEXT} characters.`);
	}
	const parameters = {
		...scope.parameters,
		from: String(fromNs / 1_000n),
		to: String(toNs / 1_000n),
		until: String(toNs / 1_000n + LATEST_US),
		source: source ?? '',
		schema: schema ?? '',
		any_schema: schema === undefined ? 1 : 0,
	};
	const journeys = journeysOf(scope, source !== undefined);
	const [groups, cells, [ingested]] = await Promise.all([
		database.query<GroupRow>(
			`SELECT source, schema, count() AS records, countIf(delivery = 'DELIVERED') AS delivered,
				avg(upstream) AS mean_upstream, avg(quality) AS mean_quality, corr(upstream, quality) AS upstream_quality,
				corr(coalesce(quality, upstream), toFloat64(delivery = 'DELIVERED')) AS quality_delivery,
				cramersV(validation, delivery) AS validation_delivery
			FROM (${journeys}) GROUP BY source, schema ORDER BY records DESC, source, schema LIMIT ${MAX_GROUPS}`,
			parameters,
		),
		database.query<CellRow>(
			`SELECT source, schema, validation, delivery, count() AS records, avg(coalesce(quality, upstream)) AS mean_quality
			FROM (${journeys}) GROUP BY source, schema, validation, delivery
			ORDER BY records DESC, validation, delivery LIMIT ${MAX_CELLS}`,
			parameters,
		),
		database.query<{ records: string }>(
			`SELECT count() AS records FROM (${ingestedRecords(scope, source !== undefined)} LIMIT ${MAX_RECORDS + 1})`,
			parameters,
		),
	]);
	return {
		correlations: groups.map((group) => correlationOf(group, cells)),
		isTruncated: Number(ingested?.records) > MAX_RECORDS,
	};
}

interface GroupRow {
	readonly source: string;
	readonly schema: string;
	readonly records: string;
	readonly delivered: string;
	readonly mean_upstream: number | null;
	readonly mean_quality: number | null;
	readonly upstream_quality: number | null;
	readonly quality_delivery: number | null;
	readonly validation_delivery: number | null;
}

interface CellRow {
	readonly source: string;
	readonly schema: string;
	readonly validation: string;
	readonly delivery: string;
	readonly records: string;
	readonly mean_quality: number | null;
}

const SCORE = 'toFloat64OrNull';
const STAMPED = "timestamp >= fromUnixTimestamp64Micro({from:Int64}, 'UTC') AND timestamp <";

/** One row a record. One that came twice, as an entry that was sent again does, counts with what was said last. */
function ingestedRecords(scope: TenantScope, bySource: boolean): string {
	return `SELECT tenant_id, record_id, argMax(source_id, timestamp) AS source,
			argMax(dimensions['pipeline.validation_outcome'], timestamp) AS validation,
			argMax(${SCORE}(dimensions['pipeline.quality_score']), timestamp) AS upstream
		FROM audit_events
		WHERE ${scope.condition()} AND ${STAMPED} fromUnixTimestamp64Micro({to:Int64}, 'UTC') AND record_id != ''
			AND name = 'pipeline.alpha.adapter.audit.record_ingested'${bySource ? ' AND source_id = {source:String}' : ''}
		GROUP BY tenant_id, record_id`;
}

/** One row a record and schema; a record that has not ended has one with neither schema nor outcome. */
function journeysOf(scope: TenantScope, bySource: boolean): string {
	const completed = `SELECT tenant_id, record_id, dimensions['pipeline.target_schema'] AS schema, argMax(trace_outcome, timestamp) AS delivery,
			argMax(${SCORE}(dimensions['pipeline.trace.quality_score']), timestamp) AS quality
		FROM telemetry_events
		WHERE ${scope.condition()} AND ${STAMPED} fromUnixTimestamp64Micro({until:Int64}, 'UTC') AND record_id != '' AND trace_outcome != ''
		GROUP BY tenant_id, record_id, schema`;
	return `SELECT source, completed.schema AS schema, validation, upstream, toString(completed.delivery) AS delivery, completed.quality AS quality
		FROM (${ingestedRecords(scope, bySource)} ORDER BY max(timestamp) DESC LIMIT ${MAX_RECORDS}) AS ingested
		LEFT JOIN (${completed}) AS completed ON ingested.tenant_id = completed.tenant_id AND ingested.record_id = completed.record_id
		WHERE {any_schema:UInt8} OR completed.schema = {schema:String}`;
}

function correlationOf(group: GroupRow, cells: readonly CellRow[]): QualityCorrelation {
	const { source, schema } = group;
	return {
		source,
		schema,
		records: Number(group.records),
		delivered: Number(group.delivered),
		...known({
			meanUpstreamQuality: group.mean_upstream,
			meanQuality: group.mean_quality,
			upstreamToQuality: group.upstream_quality,
			qualityToDelivery: group.quality_delivery,
			validationToDelivery: group.validation_delivery,
		}),
		cells: cells
			.filter((cell) => cell.source === source && cell.schema === schema)
			.map(({ validation, delivery, records, mean_quality }) => ({
				validation,
				delivery,
				records: Number(records),
				...known({ meanQuality: mean_quality }),
			})),
	};
}

/** The engine writes what is no number as null. */
function known<Key extends string>(numbers: Readonly<Record<Key, number | null>>): Partial<Record<Key, number>> {
	return Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== null)) as Partial<
		Record<Key, number>
	>;
}
