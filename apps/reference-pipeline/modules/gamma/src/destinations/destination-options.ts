import type { DestinationRegistration } from '@pipeline/model';
import type { FormattingRules } from '../rendering/formatting.ts';
import type { DestinationAdapter } from './destination-adapter.ts';

/** A registration whose format and timeout action default to the module's. */
export type DestinationRegistrationOptions = Omit<DestinationRegistration, 'format' | 'ackTimeoutAction'> &
	Partial<Pick<DestinationRegistration, 'format' | 'ackTimeoutAction'>>;

/** A destination as it is registered with the module. */
export interface DestinationOptions {
	readonly registration: DestinationRegistrationOptions;
	readonly adapter: DestinationAdapter;
	readonly formatting?: FormattingRules;
	/** Takes the records of this destination while it is disabled. */
	readonly fallbackDestinationId?: string;
	/** Calls under way at once, 1-100. @default 1: strict order */
	readonly poolSize?: number;
	/** Records of one call, 1-10000, not more than the module's `outputBatchSize`. @default 1 */
	readonly maxBatchRecords?: number;
	/** Whether missing acknowledgments are asked for at every sweep. @default false: they are waited for */
	readonly pollsAcknowledgments?: boolean;
	/** LOW destinations pause at degradation level 2. @default NORMAL */
	readonly priority?: 'LOW' | 'NORMAL';
}
