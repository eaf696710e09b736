import type { BetaBinding, FieldChange } from './binding.ts';
import type {
	BatchShape,
	EnrichmentShape,
	EntryShape,
	IntermediateShape,
	ItemShape,
	LookupShape,
	MappingShape,
	ModuleShape,
	ProcessShape,
	ProfileShape,
	ReceiptShape,
	RequestShape,
	RuleShape,
	ScopeShape,
	ScoreShape,
	TransferShape,
	TransformShape,
} from './reference-shapes.ts';

const FLUSH_REASONS: Readonly<Record<string, string>> = { BATCH_END: 'TIMEOUT', DRAIN: 'SHUTDOWN' };

/** Fallbacks that the module answers an unknown key with, as opposed to a source that cannot be asked. */
const UNKNOWN_KEY = 'ENR_006_KEY_NOT_FOUND';

const hasValue = (value: unknown) =>
	value !== null && value !== undefined && (value as { readonly fieldType?: string }).fieldType !== 'NULL';

function changesOf({ intermediate }: TransformShape): readonly FieldChange[] {
	return intermediate.transformationLog.map(({ ruleId, fieldName, previousValue, newValue }) => ({
		ruleId,
		fieldName,
		hadValue: hasValue(previousValue),
		hasValue: hasValue(newValue),
	}));
}

/** How the reference module `@pipeline/beta` calls its operations. */
export const referenceBinding: BetaBinding = {
	module: '@pipeline/beta',
	supportedVersions: ['>=1.0.0 <2'],
	record: {
		recordId: (record: ItemShape) => record.recordId,
		lineageId: (record: ItemShape) => record.lineageId,
		sourceId: (record: ItemShape) => record.sourceId,
		classification: (record: ItemShape) => record.classification,
		upstreamQualityScore: (record: ItemShape) => record.upstreamQualityScore ?? record.qualityScore,
		ingestedAt: (record: ItemShape) => record.ingestionTimestamp,
		targetSchema: (record: ItemShape) => record.targetSchema,
	},
	scope: {
		ruleSetVersion: ({ profile: { profile } }: ScopeShape) => `${profile.profileId}@${profile.version}`,
		isSensitive: ({ personalFields }: ScopeShape) =>
			personalFields.size === 0 ? undefined : (fieldName: string) => personalFields.has(fieldName),
	},
	accept: {
		export: 'BetaIntake',
		method: 'accept',
		batchId: (transfer: TransferShape) => transfer.metadata.batchId,
		records: (transfer: TransferShape) => transfer.records,
		correlationId: (transfer: TransferShape) => transfer.header?.correlationId,
		priority: (transfer: TransferShape) => transfer.priority,
		depth: (intake: { readonly depth: number }) => intake.depth,
		outcome: (receipt: ReceiptShape) => receipt.outcome,
		processed: (receipt: ReceiptShape) => receipt.processed,
		recordsFailed: (acknowledgment: { readonly recordsRejected: number }) => acknowledgment.recordsRejected,
	},
	admit: {
		export: 'RecordCombiner',
		method: 'combine',
		admitted: (combined: readonly { readonly record: object; readonly sources: readonly number[] }[]) => combined,
		targetSchemaCount: (profile: ProfileShape) => profile.targets.size,
		profileId: ({ profile }: ProfileShape) => profile.profileId,
	},
	dequeue: { export: 'BetaIntake', method: 'dequeue', record: (record: object | undefined) => record },
	process: {
		export: 'RecordProcessor',
		method: 'process',
		transformed: (outcome: ProcessShape) =>
			outcome.transformed.map(({ record, lookups, cacheHits }) => ({
				record,
				qualityScore: record.qualityScore,
				lookups,
				cacheHits,
			})),
		rulesApplied: (outcome: ProcessShape) => outcome.rulesApplied,
	},
	map: {
		export: 'SchemaMapper',
		method: 'map',
		mapped: (outcome: MappingShape) => outcome.intermediate,
		failure: ({ failure }: MappingShape) => failure && { errorCode: failure.errorCode, ruleId: failure.failedMapping },
		mappingsApplied: (outcome: MappingShape) => outcome.mappingsApplied,
		defaultsApplied: (outcome: MappingShape) => outcome.defaultsApplied,
		checksums: (outcome: MappingShape) => outcome.intermediate?.stageChecksums?.['MAPPING'],
	},
	transform: {
		export: 'TransformEngine',
		method: 'apply',
		transformed: (outcome: TransformShape) => outcome.intermediate,
		failure: ({ error }: TransformShape) => error && { errorCode: error.errorCode, ruleId: error.ruleId },
		rulesApplied: (outcome: TransformShape) => outcome.rulesApplied,
		rulesSkipped: (outcome: TransformShape) => outcome.rulesSkipped,
		outcomes: (outcome: TransformShape) => outcome.outcomes,
		fallbacks: (outcome: TransformShape) => outcome.fallbacks,
		changesAfter: changesOf,
		changeCountBefore: (record: IntermediateShape) => record.transformationLog.length,
		checksums: (outcome: TransformShape) => outcome.intermediate.stageChecksums?.['TRANSFORM'],
	},
	rule: {
		export: 'TransformEngine',
		method: 'applyRule',
		ruleId: (rule: RuleShape) => rule.ruleId,
		category: (rule: RuleShape) => rule.category,
		operation: (rule: RuleShape) => rule.operation,
		fieldNames: (rule: RuleShape) => rule.steps.map(({ target }) => target),
		errorCode: (outcome: { readonly error?: { readonly errorCode: string } }) => outcome.error?.errorCode,
	},
	enrich: {
		export: 'EnrichmentStage',
		method: 'enrich',
		enriched: (outcome: EnrichmentShape) => outcome.intermediate,
		// The module names failures of enrichment after the type of rule that asks for it.
		failure: ({ error }: EnrichmentShape) => error && { errorCode: error.errorCode, ruleId: 'TR15' },
		lookups: (outcome: EnrichmentShape) => outcome.lookups,
		cacheHits: (outcome: EnrichmentShape) => outcome.cacheHits,
		fallbacks: (outcome: EnrichmentShape) => outcome.fallbacks,
	},
	lookup: {
		export: 'EnrichmentClient',
		method: 'lookup',
		source: (request: RequestShape) => request.sourceId,
		circuitId: (request: RequestShape) => `beta:enrichment:${request.sourceId}`,
		key: (request: RequestShape) => request.key,
		recordId: (request: RequestShape) => request.recordId,
		outcome: (result: LookupShape) => result.outcome,
		cacheStatus: (result: LookupShape) => result.cacheStatus,
		cacheTier: (result: LookupShape) => result.cacheTier,
		retryCount: (result: LookupShape) => result.retryCount,
		circuitState: (result: LookupShape) => result.circuitState,
		isStale: (result: LookupShape) => result.outcome === 'STALE',
		fallback: (result: LookupShape) => result.fallback,
		fieldCount: (result: LookupShape) => Object.keys(result.fields ?? {}).length,
		failure: ({ error }: LookupShape) =>
			error && {
				errorCode: error.errorCode,
				category: error.errorCategory,
				isUnknownKey: error.errorCode === UNKNOWN_KEY,
				isRejected: error.errorCode === 'ENR_007_CIRCUIT_OPEN',
			},
	},
	sourceCalls: ['HttpSource', 'TableSource'].map((name) => ({
		export: name,
		method: 'lookup',
		source: (source: { readonly sourceId: string }) => source.sourceId,
	})),
	score: {
		export: 'QualityScorer',
		method: 'score',
		scores: ({ dimensions }: ScoreShape) => ({
			overall: dimensions.overallScore,
			completeness: dimensions.completenessScore,
			consistency: dimensions.consistencyScore,
			conformance: dimensions.conformanceScore,
			timeliness: dimensions.timelinessScore,
		}),
		violated: (outcome: ScoreShape) => outcome.violated,
		errorCode: (outcome: ScoreShape) => outcome.errorCode,
		hasFailed: (outcome: ScoreShape) => outcome.errorCode === 'QUAL_003_SCORING_FAILED',
		upstream: (scope: ScopeShape) => scope.record.qualityScore,
	},
	assemble: {
		export: 'BetaAssembler',
		method: 'assemble',
		records: (records: readonly object[]) => records,
		reason: (reason: string) => FLUSH_REASONS[reason] ?? reason,
		batchId: (batch: BatchShape) => batch.batchId,
		correlationId: (batch: BatchShape) => batch.correlationId,
		checksum: (batch: BatchShape) => batch.checksum,
	},
	handoff: {
		export: 'BetaHandoff',
		method: 'send',
		records: (batch: BatchShape) => batch.records,
		batchId: (batch: BatchShape) => batch.batchId,
		accepted: ({ status }: { readonly status: string }) => status === 'RECEIVED',
		errorCode: ({ errorCode }: { readonly errorCode?: string }) => errorCode,
	},
	errorQueue: {
		export: 'BetaErrorQueue',
		method: 'enqueue',
		entryId: (entry: EntryShape) => entry.entryId,
		item: (entry: EntryShape) => entry.item,
		queue: (entry: EntryShape) => entry.queue,
		errorCode: (entry: EntryShape) => entry.errorCode,
		targetSchema: (entry: EntryShape) => entry.targetSchema,
		retentionUntil: (entry: EntryShape) => entry.expiresAt,
		wasTransformed: (entry: EntryShape) => entry.itemKind === 'TRANSFORMED',
		isFiltered: (entry: EntryShape) => entry.errorCode === 'QUAL_002_BELOW_ERROR',
	},
	replay: {
		export: 'BetaErrorQueue',
		method: 'replay',
		queue: (queue: { readonly name: string }) => queue.name,
		replayCount: (entry: EntryShape) => entry.replayCount,
	},
	start: { export: 'BetaModule', method: 'start' },
	stop: { export: 'BetaModule', method: 'stop' },
	events: (module: ModuleShape) => module.events,
	intake: (module: ModuleShape) => module.intake,
	gauges: {
		queueDepth: (module: ModuleShape) => module.queueDepth,
		queueCapacity: (module: ModuleShape) => module.queueCapacity,
		outputDepth: (module: ModuleShape) => module.outputDepth,
		inFlight: (module: ModuleShape) => module.queueDepth + module.recordsInProgress,
		workerUtilization: (module: ModuleShape) => module.workerUtilization,
		escalationLevel: (module: ModuleShape) => module.escalationLevel,
		queueSizes: (module: ModuleShape) => module.errorQueueSizes,
		queueEvents: (module: ModuleShape) => Object.values(module.errorQueues).map(({ events }) => events),
		circuits: (module: ModuleShape) => module.enrichmentClient.circuits,
		circuitResetMs: (module: ModuleShape) => module.config.enrichmentCircuitTimeoutMs,
	},
};
