import type { AcknowledgmentError, AckType } from '@pipeline/model';
import type { GammaAcknowledgment } from './pending-ack.ts';

/**
 * What became of an incoming acknowledgment. EARLY: its call is still under way, it is kept for it. LATE: its deadline
 * had passed. DUPLICATE: it was answered before.
 */
export type AckOutcome =
	| { readonly kind: 'MATCHED'; readonly acknowledgments: readonly GammaAcknowledgment[] }
	| { readonly kind: 'EARLY' | 'LATE' | 'DUPLICATE' }
	| { readonly kind: 'MALFORMED' | 'UNMATCHED'; readonly error: AcknowledgmentError };

/** Counters of one destination's pending acknowledgments. */
export interface PendingByDestination {
	readonly destinationId: string;
	readonly ackType: AckType;
	readonly count: number;
	readonly oldestAgeSeconds: number;
}
