import type { AcknowledgmentPayload, BatchSender, BetaGammaBatch } from '@pipeline/model';

/** What became of a batch. */
export type HandoffOutcome =
	| { readonly status: 'RECEIVED'; readonly acknowledgment: AcknowledgmentPayload }
	| { readonly status: 'REJECTED' | 'EXHAUSTED'; readonly errorCode: string; readonly errorMessage: string };

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
			return { status: 'REJECTED', errorCode: 'INT_GAMMA_REJECTED', errorMessage: 'the receiver refused the batch' };
		} catch (error) {
			return { status: 'EXHAUSTED', errorCode: codeOf(error), errorMessage: messageOf(error) };
		}
	}
}

function codeOf(error: unknown): string {
	const code = error instanceof Error && 'code' in error ? error.code : undefined;
	return typeof code === 'string' ? code : 'INT_GAMMA_999_UNKNOWN';
}

function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
