import type { StoreDatabase } from '../connection/store-database.ts';
import { StoreError } from '../connection/store-error.ts';
import { NO_TENANT, type TenantScope } from '../tenancy/tenant-scope.ts';
import { checkedRange, instantOf } from '../traces/time-range.ts';

const MAX_DAYS = 36_600;
const MAX_RECORDS = 1_000;
const DEFAULT_RECORDS = 50;
/** Beyond, a record says no more of its failures. */
const MAX_REASONS = 20;

export interface FailedRecordsRequest {
	/** ISO 8601, UTC; before `to`. */
	readonly from: string;
	readonly to: string;
	/** 1 to 1,000. @default 50 */
	readonly limit?: number;
}

/** What went wrong with a record, as its audit tells. */
export interface FailureReason {
	/** ISO 8601, UTC. */
	readonly at: string;
	readonly module: string;
	/** Name of the audit event. */
	readonly name: string;
	/** Code of the error taxonomy. */
	readonly error?: string;
	readonly rule?: string;
	readonly field?: string;
	readonly destination?: string;
}

/** A record that came to an end other than its delivery. */
export interface FailedRecord {
	readonly tenant: string;
	readonly recordId: string;
	/** When it last failed: ISO 8601, UTC. */
	readonly at: string;
	/** Each different one: DROPPED, REJECTED, DLQ, ... */
	readonly outcomes: readonly string[];
	/** Error queues that it waits in, or waited; `DLQ` is that of dead letters. */
	readonly queues: readonly string[];
	readonly traceId?: string;
	readonly batchId?: string;
	/** The same record was delivered too: to another destination, or by a replay. */
	readonly isDeliveredToo: boolean;
	/** Oldest first. */
	readonly reasons: readonly FailureReason[];
}

interface RecordRow {
	readonly tenant_id: string;
	readonly record_id: string;
	readonly at: string;
	readonly outcomes: readonly string[];
	readonly queues: readonly string[];
	readonly trace_id: string;
	readonly batch_id: string;
	readonly delivered: string;
}

interface ReasonRow {
	readonly tenant_id: string;
	readonly record_id: string;
	readonly at: string;
	readonly module: string;
	readonly name: string;
	readonly error: string;
	readonly rule: string;
	readonly field: string;
	readonly destination: string;
}

const ISO = "'%Y-%m-%dT%H:%i:%S.%fZ', 'UTC'";
const HAS_FAILED = "trace_outcome NOT IN ('', 'DELIVERED')";
/** Dead letters are in a queue of their own, which the end of a record does not name. */
const QUEUE = "if(dimensions['pipeline.queue'] = '' AND trace_outcome = 'DLQ', 'DLQ', dimensions['pipeline.queue'])";

/** The records that failed last, newest first, and why. @throws StoreError */
export async function failedRecords(
	database: StoreDatabase,
	scope: TenantScope,
	request: FailedRecordsRequest,
): Promise<readonly FailedRecord[]> {
	const { limit = DEFAULT_RECORDS } = request;
	const { fromNs, toNs } = checkedRange(request, MAX_DAYS);
	if (!Number.isInteger(limit) || limit < 1 || limit > MAX_RECORDS) {
		throw new StoreError('QUERY_INVALID', `The limit is a number from 1 to ${MAX_RECORDS}.`);
	}
	const records = await database.query<RecordRow>(
		`SELECT tenant_id, record_id, formatDateTime(maxIf(timestamp, ${HAS_FAILED}) AS failed, ${ISO}) AS at,
			groupUniqArrayIf(10)(toString(trace_outcome), ${HAS_FAILED}) AS outcomes,
			arrayFilter(queue -> queue != '', groupUniqArray(10)(${QUEUE})) AS queues,
			argMaxIf(trace_id, timestamp, ${HAS_FAILED}) AS trace_id, argMaxIf(batch_id, timestamp, ${HAS_FAILED}) AS batch_id,
			countIf(trace_outcome = 'DELIVERED') AS delivered
		FROM telemetry_events
		WHERE ${scope.condition()} AND event_type = 'TRACE' AND record_id != '' AND trace_outcome != ''
			AND timestamp >= parseDateTime64BestEffort({from:String}, 6, 'UTC')
			AND timestamp < parseDateTime64BestEffort({to:String}, 6, 'UTC')
		GROUP BY tenant_id, record_id HAVING length(outcomes) > 0
		ORDER BY failed DESC, record_id LIMIT {limit:UInt32}`,
		{ ...scope.parameters, from: instantOf(fromNs), to: instantOf(toNs), limit },
	);
	if (records.length === 0) return [];
	const reasons = await reasonsOf(database, scope, records);
	return records.map((row) => failedRecord(row, reasons.get(keyOf(row)) ?? []));
}

async function reasonsOf(
	database: StoreDatabase,
	scope: TenantScope,
	records: readonly RecordRow[],
): Promise<ReadonlyMap<string, readonly FailureReason[]>> {
	const rows = await database.query<ReasonRow>(
		`SELECT tenant_id, record_id, formatDateTime(timestamp, ${ISO}) AS at, module, name,
			if(dimensions['error.type'] != '', dimensions['error.type'], dimensions['pipeline.error_code']) AS error,
			dimensions['pipeline.rule_id'] AS rule, dimensions['pipeline.field_name'] AS field, destination_id AS destination
		FROM audit_events
		WHERE ${scope.condition()} AND record_id IN {records:Array(String)} AND outcome = 'FAILURE'
		ORDER BY timestamp, event_id LIMIT {reasons:UInt32} BY tenant_id, record_id LIMIT {all:UInt32}`,
		{
			...scope.parameters,
			records: records.map(({ record_id }) => record_id),
			reasons: MAX_REASONS,
			all: MAX_REASONS * records.length,
		},
	);
	const byRecord = new Map<string, FailureReason[]>();
	for (const row of rows) {
		const known = byRecord.get(keyOf(row)) ?? [];
		byRecord.set(keyOf(row), [...known, reasonOf(row)]);
	}
	return byRecord;
}

const keyOf = (row: { readonly tenant_id: string; readonly record_id: string }) =>
	JSON.stringify([row.tenant_id, row.record_id]);

function failedRecord(row: RecordRow, reasons: readonly FailureReason[]): FailedRecord {
	return {
		tenant: row.tenant_id || NO_TENANT,
		recordId: row.record_id,
		at: row.at,
		outcomes: row.outcomes.toSorted(),
		queues: row.queues.toSorted(),
		...(row.trace_id === '' ? {} : { traceId: row.trace_id }),
		...(row.batch_id === '' ? {} : { batchId: row.batch_id }),
		isDeliveredToo: row.delivered !== '0',
		reasons,
	};
}

function reasonOf({ at, module, name, error, rule, field, destination }: ReasonRow): FailureReason {
	const optional = { error, rule, field, destination };
	return { at, module, name, ...Object.fromEntries(Object.entries(optional).filter(([, text]) => text !== '')) };
}
