import type { DeliveryResult } from '@pipeline/model';

/** Results and acknowledgments of one destination since the start. */
export class DestinationTotals {
	delivered = 0;
	failed = 0;
	/** Successful calls, acknowledged or not. */
	sent = 0;
	/** Received acknowledgments. */
	confirmed = 0;
	ackTimeouts = 0;

	/** Counts a final result. */
	countResult(result: DeliveryResult): void {
		if (result.finalStatus === 'DELIVERED') this.delivered += 1;
		else this.failed += 1;
	}

	/** Delivered per result, 1 when there is none. */
	get successRatio(): number {
		const total = this.delivered + this.failed;
		return total === 0 ? 1 : this.delivered / total;
	}

	/** Missing acknowledgments per awaited one, 0 when there is none. */
	get ackTimeoutRatio(): number {
		const total = this.confirmed + this.ackTimeouts;
		return total === 0 ? 0 : this.ackTimeouts / total;
	}
}
