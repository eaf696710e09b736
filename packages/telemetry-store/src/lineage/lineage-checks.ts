import type { LineageNodeRule } from '@pipeline/telemetry-core/registry';
import type { TenantScope } from '../tenancy/tenant-scope.ts';
import { lineageOperations, originOperations } from './lineage-operations.ts';
import type { Condition } from './time-condition.ts';

/**
 * `EDGE_WITHOUT_EVENT` a step of which no audit entry tells. `EVENT_WITHOUT_EDGE` an audit entry whose step, or a parent of it, is missing.
 * `NO_ORIGIN` a record that was worked on and never came in. `NO_END` a record that came in and has no end, after the time of grace.
 * `CHECKSUM_BREAK` a record that was not what the step before had left.
 */
export type FindingKind = 'EDGE_WITHOUT_EVENT' | 'EVENT_WITHOUT_EDGE' | 'NO_ORIGIN' | 'NO_END' | 'CHECKSUM_BREAK';

/** A query of `tenant`, `id`, `at` and `detail`. */
interface Check {
	readonly sql: string;
	readonly parameters?: Readonly<Record<string, unknown>>;
}

type CheckOf = (scope: TenantScope, time: Condition) => Check;

export const CHECKS: Readonly<Record<FindingKind, CheckOf>> = {
	EDGE_WITHOUT_EVENT: (scope, time) => ({
		sql: `SELECT tenant_id AS tenant, toString(step_id) AS id, timestamp AS at, concat(operation, ' of ', record_id) AS detail
			FROM lineage_edges WHERE ${scope.condition()} AND ${time.sql} AND (tenant_id, step_id) NOT IN
				(SELECT tenant_id, event_id FROM audit_events WHERE ${scope.condition()} AND ${time.sql})
			LIMIT 1 BY tenant_id, step_id`,
	}),
	EVENT_WITHOUT_EDGE: eventsWithoutEdge,
	NO_ORIGIN: (scope, time) => ({
		sql: `SELECT tenant_id AS tenant, node AS id, min(timestamp) AS at, any(operation) AS detail
			FROM (${recordNodes(scope, time)}) WHERE (tenant_id, node) NOT IN (
				SELECT tenant_id, child_id FROM lineage_by_child WHERE ${scope.condition()} AND operation IN {origins:Array(String)}
				AND child_id IN (SELECT node FROM (${recordNodes(scope, time)})))
			GROUP BY tenant_id, node`,
		parameters: { origins: originOperations() },
	}),
	NO_END: (scope, time) => ({
		sql: `SELECT tenant_id AS tenant, record_id AS id, min(timestamp) AS at, 'no end is known' AS detail
			FROM lineage_edges WHERE ${scope.condition()} AND ${time.sql} AND record_id != '' AND operation IN {origins:Array(String)}
				AND timestamp < parseDateTime64BestEffort({ended_before:String}, 6, 'UTC')
				AND (tenant_id, record_id) NOT IN (${endedRecords(scope)})
			GROUP BY tenant_id, record_id`,
		parameters: { origins: originOperations() },
	}),
	CHECKSUM_BREAK: checksumBreaks,
};

/** Records at either end of a step. What was split is no record yet: it has no origin of its own. */
function recordNodes(scope: TenantScope, time: Condition): string {
	const ends = `arrayFilter(end -> startsWith(end, 'record:'), [if(relation = 'SPLIT', '', parent_id), child_id])`;
	return `SELECT tenant_id, arrayJoin(${ends}) AS node, timestamp, operation FROM lineage_edges WHERE ${scope.condition()} AND ${time.sql}`;
}

/** Records with an outcome, or that became others: from the begin of the day on, because an end comes after its begin. */
function endedRecords(scope: TenantScope): string {
	const later = `${scope.condition()} AND timestamp >= parseDateTime64BestEffort({from:String}, 6, 'UTC')`;
	const outcomes = (table: string) =>
		`SELECT tenant_id, record_id FROM ${table} WHERE ${later} AND trace_outcome != '' AND record_id != ''`;
	const became = `SELECT tenant_id, substring(parent_id, 8) FROM lineage_edges WHERE ${later} AND relation IN ('SPLIT', 'MERGE')`;
	return [outcomes('audit_events'), outcomes('telemetry_events'), became].join(' UNION ALL ');
}

/** An event has as many steps as it names parents; an event that lacks what a step is made of tells none. */
function eventsWithoutEdge(scope: TenantScope, time: Condition): Check {
	const operations = [...lineageOperations()];
	const keys = (rules: readonly LineageNodeRule[]) => rules.map((rule) => ('key' in rule ? rule.key : ''));
	const parentKey = 'arrayElement({parent_keys:Array(String)}, indexOf({operations:Array(String)}, name))';
	const childKey = 'arrayElement({child_keys:Array(String)}, indexOf({operations:Array(String)}, name))';
	const lists = `has({many:Array(String)}, name)`;
	const told = (key: string) => `if(${key} = '', record_id, dimensions[${key}])`;
	const parents = `least(1024, length(arrayDistinct(arrayMap(id -> trim(id), splitByChar(',', ${told(parentKey)})))))`;
	return {
		sql: `SELECT tenant, id, at, concat(name, ': ', toString(found), ' of ', toString(wanted), ' steps') AS detail FROM (
			SELECT events.tenant_id AS tenant, toString(event_id) AS id, events.timestamp AS at, name, edges.steps AS found,
				if(${lists}, ${parents}, 1) AS wanted
			FROM (SELECT tenant_id, event_id, timestamp, name, record_id, dimensions FROM audit_events
				WHERE ${scope.condition()} AND ${time.sql} AND name IN {operations:Array(String)}) AS events
			LEFT JOIN (SELECT tenant_id, step_id, uniqExact(parent_id, child_id) AS steps FROM lineage_edges
				WHERE ${scope.condition()} AND ${time.sql} GROUP BY tenant_id, step_id) AS edges
			ON events.tenant_id = edges.tenant_id AND event_id = step_id
			WHERE ${told(parentKey)} != '' AND ${told(childKey)} != ''
		) WHERE found < wanted`,
		parameters: {
			operations: operations.map(([name]) => name),
			parent_keys: keys(operations.map(([, { parent }]) => parent)),
			child_keys: keys(operations.map(([, { child }]) => child)),
			many: operations.filter(([, { parent }]) => parent.kind === 'records').map(([name]) => name),
		},
	};
}

/** Steps to the same schema follow each other within a trace: a replay begins again with the record as it came in. */
function checksumBreaks(scope: TenantScope, time: Condition): Check {
	return {
		sql: `SELECT tenant, id, at, concat('record ', record_id, ' in ', schema) AS detail FROM (
			SELECT tenant_id AS tenant, toString(step_id) AS id, timestamp AS at, record_id, schema, previous_checksum,
				lagInFrame(resulting_checksum) OVER (
					PARTITION BY tenant_id, record_id, trace_id, schema ORDER BY timestamp, step_id
					ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS left_before
			FROM (SELECT tenant_id, step_id, timestamp, record_id, trace_id, child_id AS schema, previous_checksum, resulting_checksum
				FROM lineage_edges WHERE ${scope.condition()} AND ${time.sql} AND startsWith(child_id, 'schema:')
				LIMIT 1 BY tenant_id, step_id)
		) WHERE left_before != '' AND previous_checksum != '' AND left_before != previous_checksum`,
	};
}
