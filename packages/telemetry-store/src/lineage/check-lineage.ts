import type { StoreDatabase } from '../connection/store-database.ts';
import { StoreError } from '../connection/store-error.ts';
import type { TenantScope } from '../tenancy/tenant-scope.ts';
import { CHECKS, type FindingKind } from './lineage-checks.ts';
import { checkTimeRange, type LineageTimeRange, within } from './lineage-request.ts';
import { timeCondition } from './time-condition.ts';

export interface LineageCheckRequest {
	/** What is looked at: at most 366 days. */
	readonly timeRange: LineageTimeRange;
	/** Milliseconds that a record may be on its way. @default 3,600,000 */
	readonly graceMs?: number;
	/** The time of the check, ISO 8601 with a zone. @default now */
	readonly now?: string;
	/** 1 to 10,000. @default 1,000 */
	readonly maxFindings?: number;
}

export interface LineageFinding {
	readonly kind: FindingKind;
	readonly tenant: string;
	/** Of the audit event, which is the step; of the node, where a node has no origin; of the record, where it has no end. */
	readonly id: string;
	readonly at: string;
	readonly detail: string;
}

/** What a check of lineage found, and how much it looked at. */
export interface LineageCheck {
	readonly timeRange: LineageTimeRange;
	/** In the order of the days, and of the checks of a day. */
	readonly findings: readonly LineageFinding[];
	/** There are more. */
	readonly isTruncated: boolean;
	readonly steps: number;
	readonly records: number;
}

interface FindingRow {
	readonly tenant: string;
	readonly id: string;
	readonly found_at: string;
	readonly detail: string;
}

const MAX_DAYS = 366;
const DAY_MS = 86_400_000;
const DEFAULT_GRACE_MS = 3_600_000;
const MAX_FINDINGS = 10_000;
const DEFAULT_FINDINGS = 1_000;

/**
 * Whether lineage and audit say the same, and lineage is whole: steps without their audit event and the other way round, records without an
 * origin or an end, and records that changed between two steps. A day at a time, so that memory stays bounded.
 *
 * @throws StoreError `QUERY_INVALID` for a request out of bounds, and whatever a query throws
 */
export async function checkLineage(
	database: StoreDatabase,
	scope: TenantScope,
	request: LineageCheckRequest,
): Promise<LineageCheck> {
	const timeRange = checkTimeRange(request.timeRange);
	const maxFindings = within('number of findings', request.maxFindings ?? DEFAULT_FINDINGS, MAX_FINDINGS);
	const ended = { ended_before: endedBefore(request) };
	const findings: LineageFinding[] = [];
	let [steps, records] = [0, 0];
	for (const day of daysOf(timeRange)) {
		const counted = await count(database, scope, day);
		steps += counted.steps;
		records += counted.records;
		for (const [kind, checkOf] of Object.entries(CHECKS) as [FindingKind, (typeof CHECKS)[FindingKind]][]) {
			const left = maxFindings - findings.length;
			const time = timeCondition(day);
			const { sql, parameters = {} } = checkOf(scope, time);
			const rows = await database.query<FindingRow>(
				`SELECT tenant, id, formatDateTime(at, '%Y-%m-%dT%H:%i:%S.%fZ', 'UTC') AS found_at, detail FROM (${sql})` +
					' ORDER BY at, tenant, id LIMIT {limit:UInt32}',
				{ ...scope.parameters, ...time.parameters, ...ended, ...parameters, limit: left + 1 },
			);
			findings.push(...rows.slice(0, left).map((row) => findingOf(kind, row)));
			if (rows.length > left) return { timeRange, findings, isTruncated: true, steps, records };
		}
	}
	return { timeRange, findings, isTruncated: false, steps, records };
}

function findingOf(kind: FindingKind, { tenant, id, found_at, detail }: FindingRow): LineageFinding {
	return { kind, tenant, id, at: found_at, detail };
}

function endedBefore({ now = new Date().toISOString(), graceMs = DEFAULT_GRACE_MS }: LineageCheckRequest): string {
	const at = Date.parse(now);
	if (Number.isNaN(at) || !Number.isFinite(graceMs) || graceMs < 0 || graceMs > MAX_DAYS * DAY_MS) {
		throw new StoreError(
			'QUERY_INVALID',
			`The time of grace is 0 to ${MAX_DAYS} days, in milliseconds, before an instant.`,
		);
	}
	return new Date(at - graceMs).toISOString();
}

function daysOf({ from, to }: LineageTimeRange): readonly LineageTimeRange[] {
	const [begin, end] = [Date.parse(from), Date.parse(to)];
	if (end - begin > MAX_DAYS * DAY_MS)
		throw new StoreError('QUERY_INVALID', `Lineage is checked for at most ${MAX_DAYS} days.`);
	const days: LineageTimeRange[] = [];
	// What is finer than a millisecond stays with the ends as they were given.
	for (let at = begin; at < end || days.length === 0; at += DAY_MS) {
		const isLast = at + DAY_MS >= end;
		days.push({
			from: at === begin ? from : new Date(at).toISOString(),
			to: isLast ? to : new Date(at + DAY_MS).toISOString(),
		});
	}
	return days;
}

async function count(
	database: StoreDatabase,
	scope: TenantScope,
	day: LineageTimeRange,
): Promise<{ readonly steps: number; readonly records: number }> {
	const time = timeCondition(day);
	const [row] = await database.query<{ steps: string; records: string }>(
		`SELECT uniqExact(tenant_id, step_id) AS steps, uniqExactIf((tenant_id, record_id), record_id != '') AS records` +
			` FROM lineage_edges WHERE ${scope.condition()} AND ${time.sql}`,
		{ ...scope.parameters, ...time.parameters },
	);
	return { steps: Number(row?.steps ?? 0), records: Number(row?.records ?? 0) };
}
