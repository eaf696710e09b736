import type { Acknowledgment } from '@pipeline/model';
import type { TransferSender } from './transfer-sender.ts';

/** Takes acknowledgments to the sender that waits for them. */
export class AckReceiver {
	readonly #sender: TransferSender;

	constructor(sender: TransferSender) {
		this.#sender = sender;
	}

	receive(acknowledgment: Acknowledgment): void {
		this.#sender.acknowledged(acknowledgment.payload);
	}
}
