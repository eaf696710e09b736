import {
	type IntermediateRecord,
	JOURNAL,
	type Runtime,
	STAGE,
	type TransformationError,
	type TransformationStage,
	type TransformedRecord,
	traceFieldsOf,
} from '@pipeline/model';
import type { EnrichmentStage } from '../enrichment/enrichment-stage.ts';
import type { SchemaMapper } from '../mapping/schema-mapper.ts';
import type { QualityOutcome, QualityScorer } from '../quality/quality-scorer.ts';
import type { TransformEngine, TransformOutcome } from '../transform/transform-engine.ts';
import { DeadlineError } from './deadline.ts';
import { enrichmentFailed, mappingFailed, transformFailed, unexpected } from './failures.ts';
import type { ProcessedTarget, ProcessFailure } from './process-outcome.ts';
import type { RecordScope } from './record-scope.ts';

/** The stages that a record passes, in order: map, transform, enrich, transform, score. */
export interface Stages {
	readonly mapper: SchemaMapper;
	readonly engine: TransformEngine;
	readonly enrichment: EnrichmentStage;
	readonly scorer: QualityScorer;
}

/** What a target schema came to for one record. */
export interface TargetOutcome {
	readonly target?: ProcessedTarget;
	readonly failure?: ProcessFailure;
	readonly quality?: QualityOutcome;
	/** What error policies did on the way. */
	readonly fallbacks: TransformOutcome['fallbacks'];
	readonly rulesApplied: number;
}

/** Takes one record through all stages of one target schema. */
export class TargetRun {
	readonly #stages: Stages;
	readonly #runtime: Runtime;
	readonly #scope: RecordScope;
	readonly #fallbacks: TransformOutcome['fallbacks'][number][] = [];
	#stage: TransformationStage = 'MAPPING';
	#lookups = 0;
	#cacheHits = 0;

	constructor(stages: Stages, runtime: Runtime, scope: RecordScope) {
		this.#stages = stages;
		this.#runtime = runtime;
		this.#scope = scope;
	}

	/** Never rejects: whatever goes wrong is a failure of the record. */
	async run(): Promise<TargetOutcome> {
		try {
			return await this.#run();
		} catch (error) {
			return this.#failed(unexpected(this.#scope, this.#stage, error));
		}
	}

	async #run(): Promise<TargetOutcome> {
		const { mapper, engine, scorer } = this.#stages;
		const scope = this.#scope;
		const mapped = mapper.map(scope.record, scope.schemaId, scope);
		if (mapped.failure) return this.#failed(mappingFailed(mapped.failure, scope));
		this.#stage = 'TRANSFORM';
		const first = this.#noted(engine.apply(mapped.intermediate, 1, scope));
		if (first.error) return this.#failed(transformFailed(first.error, scope));
		const enriched = await this.#enriched(first.intermediate);
		if ('failure' in enriched) return this.#failed(enriched.failure);
		this.#stage = 'TRANSFORM';
		const hasPass2 = (scope.target?.pass2.length ?? 0) > 0;
		const second = hasPass2 ? this.#noted(engine.apply(enriched, 2, scope)) : undefined;
		if (second?.error) return this.#failed(transformFailed(second.error, scope));
		const done = second?.intermediate ?? enriched;
		this.#stage = 'SCORING';
		const quality = scorer.score(done, scope);
		for (const flag of quality.flags) scope.flag(flag);
		const record = this.#transformed(done, quality);
		return {
			target: { record, lookups: this.#lookups, cacheHits: this.#cacheHits },
			quality,
			fallbacks: this.#fallbacks,
			rulesApplied: record.rulesApplied,
		};
	}

	async #enriched(intermediate: IntermediateRecord): Promise<IntermediateRecord | { failure: ProcessFailure }> {
		const scope = this.#scope;
		if (!scope.target?.enrichments.length) return intermediate;
		this.#stage = 'ENRICHMENT';
		try {
			const outcome = await this.#stages.enrichment.enrich(intermediate, scope);
			this.#lookups = outcome.lookups;
			this.#cacheHits = outcome.cacheHits;
			return outcome.error ? { failure: enrichmentFailed(outcome.error, scope) } : outcome.intermediate;
		} catch (error) {
			if (!(error instanceof DeadlineError)) throw error;
			return { failure: transformFailed(timedOut(intermediate, error), scope) };
		}
	}

	#noted(outcome: TransformOutcome): TransformOutcome {
		this.#fallbacks.push(...outcome.fallbacks);
		return outcome;
	}

	#failed(failure: ProcessFailure): TargetOutcome {
		return { failure, fallbacks: this.#fallbacks, rulesApplied: 0 };
	}

	#transformed(done: IntermediateRecord, { dimensions }: QualityOutcome): TransformedRecord {
		const { record, profile, flags, personalFields, classification } = this.#scope;
		return {
			recordId: record.recordId,
			fields: done.currentFields,
			targetSchema: done.targetSchema,
			targetSchemaCount: profile.targets.size,
			qualityScore: dimensions.overallScore,
			qualityDimensions: dimensions,
			transformationTimestamp: this.#runtime.timestamp(),
			rulesApplied: done.appliedRules.length,
			lineageId: record.lineageId,
			...(record.parentIds && { parentIds: record.parentIds }),
			...(flags.size > 0 && { qualityFlags: [...flags] }),
			classification,
			personalFields: [...personalFields],
			upstreamQualityScore: record.qualityScore,
			...(record.sourceId !== undefined && { sourceId: record.sourceId }),
			...(record.ingestionTimestamp !== undefined && { ingestionTimestamp: record.ingestionTimestamp }),
			...traceFieldsOf(done),
			...(record.contextOrigin && { contextOrigin: record.contextOrigin }),
			[JOURNAL]: record[JOURNAL],
			[STAGE]: record[STAGE],
		};
	}
}

function timedOut(intermediate: IntermediateRecord, { code, message }: DeadlineError): TransformationError {
	return {
		recordId: intermediate.recordId,
		ruleId: 'TR15',
		fieldName: '',
		inputValue: '',
		errorCode: code,
		errorMessage: message,
		intermediateState: intermediate.currentFields,
		lineageId: intermediate.lineageId,
		...(intermediate.parentIds && { parentIds: intermediate.parentIds }),
		...traceFieldsOf(intermediate),
		[JOURNAL]: intermediate[JOURNAL],
		[STAGE]: intermediate[STAGE],
	};
}
