import type {
	EnrichmentError,
	MappingFailure,
	TransformationError,
	TransformationFailure,
	TransformedRecord,
} from '@pipeline/model';
import type { BetaQueueName } from '../errors/beta-error-queue.ts';

/** Why a record did not make it into one target schema. */
export interface ProcessFailure {
	readonly queue: BetaQueueName;
	readonly targetSchema: string;
	/** The same for all kinds of failures. */
	readonly failure: TransformationFailure;
	/** The failure in the words of its stage; absent for quality and unexpected errors. */
	readonly detail?: MappingFailure | TransformationError | EnrichmentError;
}

/** A transformed record and what it cost. */
export interface ProcessedTarget {
	readonly record: TransformedRecord;
	readonly lookups: number;
	readonly cacheHits: number;
}

/** What Beta made of one record, target schemas in the order of the profile. */
export interface ProcessOutcome {
	/** `PARTIAL`: some target schemas failed. `FILTERED`: none failed, but the quality filter kept all back. */
	readonly outcome: 'TRANSFORMED' | 'PARTIAL' | 'FAILED' | 'FILTERED';
	readonly transformed: readonly ProcessedTarget[];
	/** Failures, all of them queued by now. */
	readonly failures: readonly ProcessFailure[];
	readonly targetSchemaCount: number;
	/** Rules that changed something, over all target schemas. */
	readonly rulesApplied: number;
}
