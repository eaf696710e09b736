export { type AuditEntryDraft, auditEntriesOf } from './journal/audit.ts';
export { type Carrier, JOURNAL, STAGE, withoutCarrier, writeCarrier } from './journal/carrier.ts';
export { ContextIndex } from './journal/context-index.ts';
export { EpochKeys, RECORDS_PER_EPOCH } from './journal/epoch-keys.ts';
export { readHexWords, writeHexWords } from './journal/hex-words.ts';
export { Identity, type IdentityOptions, identityIdGenerator } from './journal/identity.ts';
export { noopTracer } from './journal/noop-tracer.ts';
export {
	emitAuditEntries,
	emitCompletion,
	isRecordAttribute,
	RECORD_KEYS,
	visibleAttributes,
} from './journal/record-events.ts';
export { SamplingThreshold } from './journal/sampling-threshold.ts';
export type { AttributeValue, StageAttributes, StageEventView, StageView } from './journal/stages.ts';
export {
	ENTRY_STAGE,
	isFollowed,
	type Journal,
	type KeepReason,
	LEFT_OUT,
	NO_JOURNAL,
	type Position,
	type RecordTracer,
	type Stage,
	StageStatus,
	type TraceOutcome,
	type TraceVerdicts,
} from './journal/tracer.ts';
export { OpenTelemetryBackend, openTelemetry, type Scope } from './opentelemetry/backend.ts';
export {
	type LoggerLike,
	OpenTelemetryEventSink,
	type OpenTelemetryEventSinkOptions,
} from './opentelemetry/event-sink.ts';
export { exceptionAttributes, exceptionFrames, exceptionType, failureAttributes } from './opentelemetry/failure.ts';
export { OpenTelemetryMetrics } from './opentelemetry/metrics.ts';
export { Projection, placeOf } from './opentelemetry/projection.ts';
export { OpenTelemetryRecordTracer, type OpenTelemetryTracerOptions } from './opentelemetry/record-tracer.ts';
export type { TraceFields } from './propagation/trace-fields.ts';
export type {
	AttributeDef,
	CodeDef,
	ErrorDef,
	EventDef,
	MetricDef,
	NumberDef,
	SpanDef,
	SpanEventDef,
	TextDef,
	ValueDef,
} from './registry/definitions.ts';
export { textOf, value, valueNamed } from './registry/values.ts';
export { BoundedMap } from './runtime/bounded-map.ts';
export { nowMs } from './runtime/clock.ts';
export { compactContext } from './runtime/compact-context.ts';
export { commonAttributes } from './runtime/resource.ts';
export { isSwitchedOn, SWITCHES, switchModule } from './runtime/switches.ts';
export { installTelemetry, type Telemetry, telemetry, uninstallTelemetry } from './runtime/telemetry.ts';
export { isoFromMs } from './runtime/timestamp.ts';
export { isUuid, uuidV7 } from './runtime/uuid.ts';
export { type EventDetail, type EventSink, noopEventSink } from './signals/event-sink.ts';
export { MetricFamily, metricFamily, OTHER } from './signals/metric-family.ts';
export { type BoundMetric, type MetricAttributes, type Metrics, noopMetrics, type Observe } from './signals/metrics.ts';
export { annotate, recordFailure } from './spans/annotate.ts';
export { type SpanOptions, traceAsync, withSpan } from './spans/with-span.ts';
