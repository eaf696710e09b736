import type {
	BetaGammaBatch,
	Priority,
	QualitySummary,
	Runtime,
	TransformationSummary,
	TransformedRecord,
} from '@pipeline/model';
import type { BetaConfig } from '../config/config.ts';
import type { ProcessedTarget } from '../processing/process-outcome.ts';

/** Why a batch was closed. `BATCH_END`: the last record of an input batch, in runs that may not depend on time. */
export type FlushReason = 'SIZE' | 'TIMEOUT' | 'BATCH_END' | 'DRAIN';

/** What a batch needs to know of a record besides the record. */
export interface OutputOrigin extends Pick<ProcessedTarget, 'lookups' | 'cacheHits'> {
	readonly priority: Priority;
	readonly correlationId: string;
}

const RANK: readonly Priority[] = ['NORMAL', 'HIGH', 'CRITICAL'];

/** Makes batches for Gamma. */
export class BetaAssembler {
	readonly #runtime: Runtime;
	readonly #limits: Pick<BetaConfig, 'qualityThresholdWarn'>;
	readonly #originOf: (record: TransformedRecord) => OutputOrigin | undefined;

	constructor(
		runtime: Runtime,
		limits: Pick<BetaConfig, 'qualityThresholdWarn'>,
		originOf: (record: TransformedRecord) => OutputOrigin | undefined = () => undefined,
	) {
		this.#runtime = runtime;
		this.#limits = limits;
		this.#originOf = originOf;
	}

	/** One batch of these records, in their order. It has the highest priority among them. */
	assemble(records: readonly TransformedRecord[], _reason: FlushReason): BetaGammaBatch {
		const batchId = this.#runtime.uuid('batch');
		const origins = records.flatMap((record) => this.#originOf(record) ?? []);
		const rank = origins.reduce((highest, { priority }) => Math.max(highest, RANK.indexOf(priority)), 0);
		return {
			batchId,
			correlationId: origins[0]?.correlationId ?? batchId,
			priority: RANK[rank] ?? 'NORMAL',
			records,
			transformationSummary: transformationSummary(records, origins),
			qualitySummary: qualitySummary(records, this.#limits.qualityThresholdWarn),
		};
	}
}

function transformationSummary(
	records: readonly TransformedRecord[],
	origins: readonly OutputOrigin[],
): TransformationSummary {
	const lookups = origins.reduce((sum, origin) => sum + origin.lookups, 0);
	const hits = origins.reduce((sum, origin) => sum + origin.cacheHits, 0);
	return {
		totalRecordsTransformed: records.length,
		transformationsApplied: records.reduce((sum, record) => sum + record.rulesApplied, 0),
		enrichmentCacheHitRate: lookups === 0 ? 0 : hits / lookups,
	};
}

function qualitySummary(records: readonly TransformedRecord[], threshold: number): QualitySummary {
	let [sum, lowest, highest, below] = [0, 1, 0, 0];
	for (const { qualityScore } of records) {
		sum += qualityScore;
		lowest = Math.min(lowest, qualityScore);
		highest = Math.max(highest, qualityScore);
		if (qualityScore < threshold) below += 1;
	}
	return {
		averageQualityScore: records.length === 0 ? 0 : sum / records.length,
		minQualityScore: records.length === 0 ? 0 : lowest,
		maxQualityScore: highest,
		recordsBelowThreshold: below,
	};
}
