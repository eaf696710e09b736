export {
	ACTOR_TYPES,
	AUDIT_ACTIONS,
	AUDIT_OUTCOMES,
	auditDimensionsSchema,
	missingAuditDimensions,
	REQUIRED_AUDIT_DIMENSIONS,
} from './audit-dimensions.ts';
export { acceptTelemetryEvent, checkTelemetryEvent, type EventCheck } from './check-telemetry-event.ts';
export { COMPONENTS, isModule, MODULES, type Module } from './components.ts';
export { createDuplicateWindow, type DuplicateWindowOptions } from './duplicate-window.ts';
export type { CheckOptions, EventFinding, EventRule, MetricFacts } from './event-draft.ts';
export { ESCAPE_PREFIX, EVENT_ATTRIBUTES, type EventLogRecord } from './event-log-record.ts';
export { fromLogRecord } from './from-log-record.ts';
export { type LineageEdge, lineageEdgesOf } from './lineage-edges.ts';
export { redactDimensions } from './redact-dimensions.ts';
export {
	isSeverity,
	SEVERITIES,
	SEVERITY_MAPPINGS,
	type Severity,
	type SeverityMapping,
	severityFromNumber,
	severityFromText,
} from './severity.ts';
export { MAX_EVENT_BYTES } from './size-rule.ts';
export {
	EVENT_TYPES,
	type EventType,
	fromWire,
	type TelemetryEvent,
	type TelemetryEventWire,
	toWire,
	WIRE_NAMES,
} from './telemetry-event.ts';
export { TelemetryEventError, type TelemetryEventErrorCode } from './telemetry-event-error.ts';
export {
	MAX_DIMENSION_LENGTH,
	MAX_DIMENSIONS,
	MAX_ID_LENGTH,
	MAX_STACKTRACE_LENGTH,
	parseTelemetryEvent,
	telemetryEventSchema,
	telemetryEventWireSchema,
} from './telemetry-event-schema.ts';
export { toLogRecord } from './to-log-record.ts';
