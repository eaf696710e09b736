import type { DeliveryResult, RoutingError, TransformedRecord } from '@pipeline/model';
import type { DeliveryOutcome } from './outcome.ts';

/** The end of a record in one target schema. */
export interface RecordTerminal {
	readonly recordId: string;
	readonly targetSchema: string;
	readonly outcome: DeliveryOutcome;
	/** One for each destination; none when the record could not be routed. */
	readonly results: readonly DeliveryResult[];
	readonly record: TransformedRecord;
	/** Batch it came with; empty when it came alone. */
	readonly batchId: string;
	/** Why it could not be routed. */
	readonly failure?: RoutingError;
}
