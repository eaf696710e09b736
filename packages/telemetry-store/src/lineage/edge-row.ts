import { BUILT_IN_TABLES } from '@pipeline/telemetry-core/registry';
import { type LineageEdge, lineageEdgesOf, type TelemetryEvent } from '@pipeline/telemetry-core/schema';
import { tenantOf } from '../events/event-row.ts';

// Which event tells which step stands in the tables of the modules: they are loaded by being named.
void BUILT_IN_TABLES;

/** A row of `lineage_edges`, as it is inserted. */
export interface EdgeRow {
	readonly tenant_id: string;
	readonly parent_id: string;
	readonly child_id: string;
	readonly relation: string;
	readonly timestamp: string;
	readonly module: string;
	readonly operation: string;
	readonly step_id: string;
	readonly record_id: string;
	readonly lineage_id: string;
	readonly batch_id: string;
	readonly trace_id: string;
	readonly span_id: string;
	readonly rule_id: string;
	readonly previous_checksum: string;
	readonly resulting_checksum: string;
}

/** Names of the values of a row of `edgeRows`, in their order. */
export const EDGE_COLUMNS = [
	...['tenant_id', 'parent_id', 'child_id', 'relation', 'timestamp', 'module', 'operation', 'step_id', 'record_id'],
	...['lineage_id', 'batch_id', 'trace_id', 'span_id', 'rule_id', 'previous_checksum', 'resulting_checksum'],
];

/** Select list that `edgeOf` reads. Instants come as ISO 8601. */
export const EDGE_FIELDS = [
	...['tenant_id', 'parent_id', 'child_id', 'relation', 'module', 'operation', 'record_id', 'lineage_id', 'batch_id'],
	...['trace_id', 'span_id', 'rule_id', 'previous_checksum', 'resulting_checksum'],
	'toString(step_id) AS step_id',
	"formatDateTime(timestamp, '%Y-%m-%dT%H:%i:%S.%fZ', 'UTC') AS timestamp",
].join(', ');

/** The steps of lineage that an event tells, as rows; none for most events. */
export function edgeRows(event: Readonly<TelemetryEvent>): readonly EdgeRow[] {
	return lineageEdgesOf(event).map((edge) => ({
		tenant_id: tenantOf(event),
		parent_id: edge.parentId,
		child_id: edge.childId,
		relation: edge.relation,
		timestamp: edge.timestamp,
		module: edge.module,
		operation: edge.operation,
		step_id: edge.stepId,
		record_id: edge.recordId ?? '',
		lineage_id: edge.lineageId ?? '',
		batch_id: edge.batchId ?? '',
		trace_id: edge.traceId ?? '',
		span_id: edge.spanId ?? '',
		rule_id: edge.ruleId ?? '',
		previous_checksum: edge.previousChecksum ?? '',
		resulting_checksum: edge.resultingChecksum ?? '',
	}));
}

/** The edge of a row that was read with `EDGE_FIELDS`. */
export function edgeOf(row: Readonly<EdgeRow>): LineageEdge {
	const optional = {
		recordId: row.record_id,
		lineageId: row.lineage_id,
		batchId: row.batch_id,
		traceId: row.trace_id,
		spanId: row.span_id,
		ruleId: row.rule_id,
		previousChecksum: row.previous_checksum,
		resultingChecksum: row.resulting_checksum,
	};
	return {
		parentId: row.parent_id,
		childId: row.child_id,
		relation: row.relation as LineageEdge['relation'],
		timestamp: row.timestamp,
		module: row.module as LineageEdge['module'],
		operation: row.operation,
		stepId: row.step_id,
		...Object.fromEntries(Object.entries(optional).filter(([, text]) => text !== '')),
	};
}
