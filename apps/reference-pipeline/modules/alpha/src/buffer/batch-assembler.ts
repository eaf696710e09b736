import { type AlphaBetaBatch, checksumOf, type Runtime, type ValidatedRecord } from '@pipeline/model';

export type FlushReason = 'SIZE' | 'TIMEOUT' | 'PRIORITY' | 'SHUTDOWN';

/** Counts of the records that validation saw since the last batch. */
export interface ValidationTally {
	readonly validated: number;
	readonly failed: number;
	readonly errorBreakdown: Readonly<Record<string, number>>;
}

/** Makes a batch of validated records. */
export class BatchAssembler {
	readonly #runtime: Runtime;

	constructor(runtime: Runtime) {
		this.#runtime = runtime;
	}

	assemble(
		records: readonly ValidatedRecord[],
		reason: FlushReason,
		{ validated, failed, errorBreakdown }: ValidationTally,
	): AlphaBetaBatch {
		const batchId = this.#runtime.uuid('batch');
		const scores = records.reduce((sum, { qualityScore }) => sum + qualityScore, 0);
		return {
			batchId,
			correlationId: batchId,
			priority: reason === 'PRIORITY' ? 'CRITICAL' : 'NORMAL',
			records,
			checksum: checksumOf(records),
			validationSummary: {
				totalRecordsValidated: validated,
				recordsPassed: records.length,
				recordsFailed: failed,
				averageQualityScore: records.length === 0 ? 0 : scores / records.length,
			},
			...(failed > 0 && { errorSummary: { upstreamErrors: failed, errorBreakdown, affectedRecordIds: [] } }),
		};
	}
}
