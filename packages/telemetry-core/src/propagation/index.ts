export {
	MAX_BAGGAGE_BYTES,
	MAX_BAGGAGE_MEMBERS,
	type ParsedBaggage,
	PIPELINE_BAGGAGE_KEYS,
	parseBaggage,
	propertiesKey,
	writeBaggage,
} from './baggage.ts';
export { BAGGAGE_HEADER, extractHeaders, TRACEPARENT_HEADER, TRACESTATE_HEADER } from './extract-headers.ts';
export type { HeaderSource, HeaderValue } from './header-source.ts';
export { type HeaderSink, type InjectOptions, injectHeaders } from './inject-headers.ts';
export { PipelinePropagator, type PipelinePropagatorOptions } from './pipeline-propagator.ts';
export { PipelineTraceState } from './pipeline-trace-state.ts';
export { readTraceFields } from './read-trace-fields.ts';
export { fromSpanContext, toSpanContext } from './span-context.ts';
export type { CompleteTraceFields, TraceContextResult, TraceFields } from './trace-fields.ts';
export { isSpanId, isTraceId } from './trace-ids.ts';
export { parseTraceparent, RANDOM_FLAG, SAMPLED_FLAG, type Traceparent, writeTraceparent } from './traceparent.ts';
export {
	isTraceStateKey,
	isTraceStateValue,
	KEPT_VALUE,
	MAX_TRACE_STATE_ENTRIES,
	MAX_TRACE_STATE_LENGTH,
	normaliseTraceState,
	OPEN_TELEMETRY_KEY,
	OWN_KEY,
	parseTraceState,
	readTraceStateEntry,
	type TraceStateEntry,
	withTraceStateEntry,
	writeTraceState,
} from './tracestate.ts';
export { WarnLimiter, type WarnLimiterOptions } from './warn-limiter.ts';
