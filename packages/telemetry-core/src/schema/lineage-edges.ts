import { eventNamed, lookUpEvent } from '../registry/define.ts';
import type { LineageNodeRule, LineageRelation } from '../registry/entries.ts';
import type { Module } from './components.ts';
import type { TelemetryEvent } from './telemetry-event.ts';

/** One step of a record's way: from where it came to what it became. */
export interface LineageEdge {
	/** `record:<id>`, `source:<id>`, `schema:<record id>/<schema>`, `destination:<id>`, `entry:<id>` (of a queue), `raw:<reference>`. */
	readonly parentId: string;
	readonly childId: string;
	readonly relation: LineageRelation;
	readonly timestamp: string;
	readonly module: Module;
	/** Name of the audit event that says so. */
	readonly operation: string;
	/** Id of that event. */
	readonly stepId: string;
	readonly recordId?: string;
	readonly lineageId?: string;
	readonly batchId?: string;
	readonly traceId?: string;
	readonly spanId?: string;
	readonly ruleId?: string;
	/** SHA-256 of the record before and after, where the step changed it. */
	readonly previousChecksum?: string;
	readonly resultingChecksum?: string;
}

/** Parents of one step that are believed. */
const MAX_PARENTS = 1_024;

/**
 * The steps of lineage that an audit entry tells; none for entries about anything else. Which event tells which step is registry data
 * (`EventEntry.lineage`), so audit and lineage cannot contradict each other.
 */
export function lineageEdgesOf(event: Readonly<TelemetryEvent>): readonly LineageEdge[] {
	const definition = eventNamed(event.name);
	const rule = definition === undefined ? undefined : lookUpEvent(definition)?.entry.lineage;
	if (rule === undefined) return [];
	const [childId] = nodesOf(rule.child, event);
	if (childId === undefined) return [];
	const shared = sharedFields(event);
	return nodesOf(rule.parent, event).map((parentId) => ({ parentId, childId, relation: rule.relation, ...shared }));
}

function nodesOf(rule: LineageNodeRule, { recordId, dimensions }: Readonly<TelemetryEvent>): readonly string[] {
	if (rule.kind === 'record') {
		const raw = rule.raw === undefined ? undefined : dimensions[rule.raw];
		return recordId !== undefined ? [`record:${recordId}`] : raw ? [`raw:${raw}`] : [];
	}
	const value = dimensions[rule.key];
	if (value === undefined || value === '') return [];
	if (rule.kind === 'records') return value.split(',', MAX_PARENTS).map((id) => `record:${id.trim()}`);
	if (rule.kind === 'schema') return recordId === undefined ? [] : [`schema:${recordId}/${value}`];
	return [`${rule.kind}:${value}`];
}

function sharedFields(event: Readonly<TelemetryEvent>): Omit<LineageEdge, 'parentId' | 'childId' | 'relation'> {
	const { recordId, batchId, traceId, spanId, dimensions } = event;
	const optional = {
		recordId,
		batchId,
		traceId,
		spanId,
		lineageId: dimensions['pipeline.lineage_id'],
		ruleId: dimensions['pipeline.rule_id'] ?? dimensions['pipeline.rules'],
		previousChecksum: dimensions['pipeline.checksum_before'],
		resultingChecksum: dimensions['pipeline.checksum_after'],
	};
	return {
		timestamp: event.timestamp,
		module: event.module,
		operation: event.name,
		stepId: event.eventId,
		...(Object.fromEntries(
			Object.entries(optional).filter(([, value]) => value !== undefined),
		) as Partial<LineageEdge>),
	};
}
