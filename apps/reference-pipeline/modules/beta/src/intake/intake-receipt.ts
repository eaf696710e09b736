import type { AcknowledgmentPayload, AlphaBetaBatchTransfer, Priority } from '@pipeline/model';

/** A batch as it arrives. Header and summaries do not matter here; what the wire does not say may be given. */
export interface IntakeTransfer extends Pick<AlphaBetaBatchTransfer, 'metadata' | 'records'> {
	readonly header?: AlphaBetaBatchTransfer['header'];
	/** @default NORMAL */
	readonly priority?: Priority;
	/** @default the profile of the configuration */
	readonly transformationProfile?: string;
}

/** What the intake made of a batch. */
export type IntakeOutcome =
	| 'ACCEPTED'
	| 'DUPLICATE'
	| 'CHECKSUM_MISMATCH'
	| 'COUNT_MISMATCH'
	| 'INVALID_METADATA'
	| 'UNKNOWN_PROFILE'
	| 'PROFILE_SUSPENDED'
	| 'CAPACITY_EXCEEDED';

/** The intake's answer. */
export interface IntakeReceipt {
	readonly outcome: IntakeOutcome;
	/** `RECEIVED`, or `REJECTED` with no record taken. */
	readonly acknowledgment: AcknowledgmentPayload;
	/**
	 * Settles as `PROCESSED` when each record is handed over or queued as an error; never when the module stops before.
	 * Of a rejected batch it is the rejection.
	 */
	readonly processed: Promise<AcknowledgmentPayload>;
}

/** The module no longer takes batches. */
export class IntakeClosedError extends Error {
	readonly code = 'BETA_INTAKE_CLOSED';

	constructor() {
		super('the intake is closed; send the batch again after the restart');
		this.name = 'IntakeClosedError';
	}
}
