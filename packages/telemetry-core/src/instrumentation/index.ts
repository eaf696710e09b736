export { BoundedMap } from '../runtime/bounded-map.ts';
export { setCode, setList, setNumber, setText } from './annotate.ts';
export { BatchLinks, batchLinks, sentBatch } from './batch-links.ts';
export { type CarrierOf, carriedBy, handOver } from './carrying.ts';
export { credibleMs, credibleTime } from './credible-time.ts';
export { warnOfDuplicateApi } from './duplicate-api.ts';
export { type ErrorReporter, errorReporter } from './error-reporter.ts';
export { followResult, guarded } from './following.ts';
export { heldBack } from './held-back.ts';
export { internalFailure, internalFailureCount } from './internal-failure.ts';
export { Iteration } from './iteration.ts';
export { beginLateEnd, HandedOver, type LeftRecord } from './late-end.ts';
export { MinuteRatio } from './minute-ratio.ts';
export { type Gauge, type ModuleLifecycle, moduleLifecycle } from './module-lifecycle.ts';
export type { Callable, Operation, Patch, Target, Wrap } from './operation.ts';
export { type Option, type OptionTable, type Resolved, renderOptions, resolveOptions } from './options.ts';
export type { PatchReport } from './patcher.ts';
export {
	type InstrumentationDescription,
	type ModuleBinding,
	PipelineInstrumentation,
	type PipelineInstrumentationConfig,
} from './pipeline-instrumentation.ts';
export { describeQueueEntry, type QueueEntryReaders } from './queue-entry.ts';
export {
	auditAction,
	followQueue,
	type QueueAction,
	type QueueEntry,
	type QueueFollower,
	queueListener,
} from './queue-events.ts';
export { beginReplay, type ReplayedEntry, type ReplayFacts, Replays } from './queue-replay.ts';
export { type Read, read } from './reading.ts';
export { type RecordCall, recordCall } from './record-call.ts';
export {
	type Boundary,
	type ContextResult,
	type EnteredRecord,
	enterRecord,
	fidelityRatio,
	readContext,
} from './record-context.ts';
export { registerInstrumentation } from './register.ts';
export { codeOf, resourceCode } from './resource-code.ts';
export { startWork, type WorkCall, workCall, workInContext } from './work-call.ts';
export { WorkSpan } from './work-span.ts';
