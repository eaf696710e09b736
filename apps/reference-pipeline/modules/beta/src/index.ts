export { type BetaConfig, betaConfig, type ErrorPolicy } from './config/config.ts';
export {
	cacheKey,
	EnrichmentCache,
	type EnrichmentCacheOptions,
	type EnrichmentCacheStore,
} from './enrichment/enrichment-cache.ts';
export { EnrichmentClient } from './enrichment/enrichment-client.ts';
export { type EnrichmentOutcome, EnrichmentStage } from './enrichment/enrichment-stage.ts';
export { HttpSource, type HttpSourceOptions } from './enrichment/http-source.ts';
export type { CacheAnswer, EnrichmentResult, FallbackAction, LookupRequest } from './enrichment/lookup-request.ts';
export type { LookupTable, LookupTables } from './enrichment/lookup-tables.ts';
export { CIRCUIT_WINDOW_CALLS, type SourceCircuit } from './enrichment/source-circuit.ts';
export { SourceError } from './enrichment/source-error.ts';
export { MAX_TABLE_FILE_BYTES, TableSource, type TableSourceOptions } from './enrichment/table-source.ts';
export {
	BETA_QUEUES,
	BetaErrorQueue,
	type BetaErrorQueues,
	type BetaQueueEntry,
	type BetaQueueName,
	betaErrorQueues,
	betaQueueFile,
} from './errors/beta-error-queue.ts';
export type { EnrichmentCode, MappingCode, QualityCode, TransformCode } from './errors/codes.ts';
export type { EscalationChange, EscalationLevel } from './errors/escalation.ts';
export { BetaAssembler, type FlushReason, type OutputOrigin } from './handoff/beta-assembler.ts';
export { BetaHandoff, type HandoffOutcome } from './handoff/beta-handoff.ts';
export { BetaIntake, type BetaIntakeParts, RECENT_BATCHES } from './intake/beta-intake.ts';
export {
	IntakeClosedError,
	type IntakeOutcome,
	type IntakeReceipt,
	type IntakeTransfer,
} from './intake/intake-receipt.ts';
export { type CombinedRecord, RecordCombiner } from './intake/record-combiner.ts';
export { RecordMerger } from './intake/record-merger.ts';
export { RecordSplitter } from './intake/record-splitter.ts';
export type { WorkUnit } from './intake/work-unit.ts';
export { type MappingOutcome, SchemaMapper } from './mapping/schema-mapper.ts';
export { BetaModule } from './module/beta-module.ts';
export type { BetaModuleOptions } from './module/beta-options.ts';
export type {
	BackPressureChange,
	BetaEmitter,
	BetaEvents,
	BetaState,
	FallbackEvent,
	RecordTerminal,
	RetryScheduled,
} from './module/events.ts';
export { Deadline, DeadlineError } from './processing/deadline.ts';
export { FailureDesk } from './processing/failure-desk.ts';
export type { ProcessedTarget, ProcessFailure, ProcessOutcome } from './processing/process-outcome.ts';
export { RecordProcessor, type RecordProcessorParts } from './processing/record-processor.ts';
export { type BatchPosition, RecordScope } from './processing/record-scope.ts';
export { StageChecksums } from './processing/stage-checksums.ts';
export type { Stages } from './processing/target-run.ts';
export { compileProfile, STANDARD_PROFILE } from './profile/compile-profile.ts';
export type { CompiledProfile, CompiledRule, CompiledTarget } from './profile/compiled.ts';
export type { SchemaChange } from './profile/profile-changes.ts';
export { ProfileRegistry } from './profile/profile-registry.ts';
export type { MergeRule, Profile, ProfileInput, SplitRule } from './profile/profile-schema.ts';
export { DEFAULT_WEIGHTS, type QualityOutcome, QualityScorer } from './quality/quality-scorer.ts';
export type { RuleCategory, RulePhase, RuleType } from './rules/catalogue.ts';
export { Draft } from './transform/draft.ts';
export { FieldEditor } from './transform/field-editor.ts';
export {
	type FallbackApplied,
	type RuleOutcome,
	TransformEngine,
	type TransformOutcome,
} from './transform/transform-engine.ts';
