import type { DeliveryResult } from '@pipeline/model';
import { acknowledgmentErrorOf, acknowledgmentOf } from '../ack/acknowledgments.ts';
import type { GammaAcknowledgment } from '../ack/pending-ack.ts';
import type { StatusQuery } from '../ack/status-query.ts';
import { GAMMA_CODES } from '../errors/codes.ts';
import type { DeliveryProgress } from './delivery-progress.ts';
import type { Disposition } from './disposition.ts';

/** What follows a missing acknowledgment. */
export type TimeoutDecision =
	| { readonly kind: 'RESULT'; readonly result: DeliveryResult }
	| { readonly kind: 'ACKNOWLEDGED'; readonly acknowledgment: GammaAcknowledgment }
	| { readonly kind: 'WAIT_AGAIN' }
	| { readonly kind: 'RETRY' };

/** Carries out the configured action of a destination that did not acknowledge in time. */
export class AckTimeoutHandler {
	private readonly statusQuery: StatusQuery;
	private readonly disposition: Disposition;

	constructor(statusQuery: StatusQuery, disposition: Disposition) {
		this.statusQuery = statusQuery;
		this.disposition = disposition;
	}

	/** Decides for one delivery. QUERY_DESTINATION asks twice at most, then leaves it to an operator. */
	async handle(progress: DeliveryProgress, acknowledgment: GammaAcknowledgment): Promise<TimeoutDecision> {
		const message = 'no acknowledgment in time';
		const error = acknowledgmentErrorOf(acknowledgment, GAMMA_CODES.ackTimeout, message, this.disposition.runtime);
		this.disposition.events.emit('failure', { category: 'ACKNOWLEDGMENT', error });
		switch (progress.destination.ackTimeoutAction) {
			case 'RETRY_DELIVERY':
				return { kind: 'RETRY' };
			case 'ASSUME_SUCCESS':
				this.disposition.events.emit('successAssumed', { acknowledgment });
				return { kind: 'RESULT', result: this.disposition.delivered(progress) };
			case 'MANUAL_REVIEW':
				return { kind: 'RESULT', result: this.disposition.needsReview(progress, error) };
			case 'QUERY_DESTINATION':
				return (await this.ask(progress, acknowledgment)) ?? this.secondBest(progress, error);
		}
	}

	private async ask(
		progress: DeliveryProgress,
		acknowledgment: GammaAcknowledgment,
	): Promise<TimeoutDecision | undefined> {
		const attempt = progress.attempts.at(-1)!;
		const { state, acknowledgmentId, message } = await this.statusQuery.query(attempt);
		if (state === 'DELIVERED' || state === 'FAILED') {
			const answer = {
				status: state === 'DELIVERED' ? ('RECEIVED' as const) : ('ERROR' as const),
				acknowledgmentId: acknowledgmentId ?? (state === 'DELIVERED' ? attempt.correlationId : undefined),
				payload: message,
			};
			const { runtime } = this.disposition;
			const answered = acknowledgmentOf(attempt, answer, acknowledgment.expectedBy, runtime);
			return { kind: 'ACKNOWLEDGED', acknowledgment: answered };
		}
		if (progress.hasQueried) return undefined;
		progress.hasQueried = true;
		return { kind: state === 'PENDING' ? 'WAIT_AGAIN' : 'RETRY' };
	}

	private secondBest(progress: DeliveryProgress, error: Parameters<Disposition['needsReview']>[1]): TimeoutDecision {
		return { kind: 'RESULT', result: this.disposition.needsReview(progress, error) };
	}
}
