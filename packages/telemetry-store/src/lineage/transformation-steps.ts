import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import { definedFields } from './defined-fields.ts';

/** What a module did to a record. */
export interface TransformationStep {
	/** Id of the audit event that says so. */
	readonly stepId: string;
	readonly timestamp: string;
	readonly module: string;
	/** Name of that event. */
	readonly operation: string;
	/** Of one rule, or how many of each kind: `DIRECT 2,COMPOSITE 1`. */
	readonly ruleId?: string;
	/** Only where the event names fields. */
	readonly fieldsAffected: readonly string[];
	/** SHA-256 of the record before and after, where they were taken. */
	readonly previousChecksum?: string;
	readonly resultingChecksum?: string;
	readonly spanId?: string;
	readonly stage: string;
	readonly schema?: string;
	/** What was asked, where it is an enrichment. */
	readonly enrichmentSource?: string;
	readonly outcome?: string;
	readonly errorCode?: string;
}

/** Names of what changes a record, without their `pipeline.` and module. */
const STEPS: ReadonlySet<string> = new Set([
	...['parser.audit.record_split', 'mapping.audit.records_merged', 'mapping.audit.record_mapped'],
	...['transform.audit.field_transformed', 'transform.audit.transformation_failed', 'enrichment.audit.source_queried'],
	...['error_queue.audit.entry_corrected', 'dlq.audit.entry_corrected'],
]);

/** @param events of one record, in the order of time */
export function transformationSteps(events: readonly TelemetryEvent[]): readonly TransformationStep[] {
	return events.filter(({ name }) => STEPS.has(name.split('.').slice(2).join('.'))).map(stepOf);
}

function stepOf({
	eventId,
	timestamp,
	module,
	component,
	name,
	spanId,
	dimensions,
}: TelemetryEvent): TransformationStep {
	const known = definedFields({
		ruleId: dimensions['pipeline.rule_id'] ?? dimensions['pipeline.rules'],
		previousChecksum: dimensions['pipeline.checksum_before'],
		resultingChecksum: dimensions['pipeline.checksum_after'],
		spanId,
		schema: dimensions['pipeline.target_schema'],
		enrichmentSource: dimensions['pipeline.enrichment_source'],
		outcome: dimensions['audit.outcome'],
		errorCode: dimensions['error.type'] ?? dimensions['pipeline.error_code'],
	});
	const field = dimensions['pipeline.field_name'];
	return {
		...{ stepId: eventId, timestamp, module, operation: name, stage: component },
		fieldsAffected: field === undefined ? [] : field.split(',').map((part) => part.trim()),
		...known,
	};
}
