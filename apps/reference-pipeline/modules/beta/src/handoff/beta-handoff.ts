import type { AcknowledgmentPayload, BatchSender, BetaGammaBatch } from '@pipeline/model';

/** What became of a batch. */
export type HandoffOutcome =
	| { readonly status: 'RECEIVED'; readonly acknowledgment: AcknowledgmentPayload }
	| { readonly status: 'REJECTED' | 'EXHAUSTED'; readonly errorCode: string; readonly errorMessage: string };

/** The receiver refused a batch, at once or later. */
export const REFUSED: HandoffOutcome = {
	status: 'REJECTED',
	errorCode: 'INT_GAMMA_REJECTED',
	errorMessage: 'the receiver refused the batch',
};

/** Hands batches to whatever takes them to Gamma. */
export class BetaHandoff {
	readonly #sender: BatchSender<BetaGammaBatch>;

	constructor(sender: BatchSender<BetaGammaBatch>) {
		this.#sender = sender;
	}

	/** Sends a batch. Never rejects: a batch that was refused or never acknowledged is an outcome. */
	async send(batch: BetaGammaBatch): Promise<HandoffOutcome> {
		try {
			const acknowledgment = await this.#sender.send(batch);
			if (acknowledgment.status !== 'REJECTED') return { status: 'RECEIVED', acknowledgment };
			return REFUSED;
		} catch (error) {
			return { status: 'EXHAUSTED', errorCode: codeOf(error), errorMessage: messageOf(error) };
		}
	}

	/** Calls back when a batch that the receiver had came to its end there: processed, or refused after all. */
	onProcessed(listener: (acknowledgment: AcknowledgmentPayload) => void): void {
		this.#sender.onProcessed(listener);
	}
}

function codeOf(error: unknown): string {
	const code = error instanceof Error && 'code' in error ? error.code : undefined;
	return typeof code === 'string' ? code : 'INT_GAMMA_999_UNKNOWN';
}

function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
