import { type AcknowledgmentPayload, type Edge, type Runtime, TransferError } from '@pipeline/model';
import type { IntegrationConfig } from '../config.ts';
import { TRANSFER_CODES } from './edge.ts';
import { codeOf } from './failure-facts.ts';
import { isPermanent } from './permanent-failure.ts';
import { ReceiverBusyError } from './receiver-busy-error.ts';

/** A failed attempt that will be followed by another. */
export interface RetryPlan {
	/** Of the attempt to come, from 2. */
	readonly attemptNumber: number;
	readonly delayMs: number;
	readonly errorCode: string;
}

/** One batch to be tried again and again. */
export interface TransferRetry {
	readonly edge: Edge;
	readonly batchId: string;
	readonly config: IntegrationConfig;
	readonly runtime: Runtime;
	/** Ends the pauses too, which is why the pauses are not those of a retry library. */
	readonly signal: AbortSignal;
	readonly attempt: (attemptNumber: number) => Promise<AcknowledgmentPayload>;
	readonly onRetry: (plan: RetryPlan) => void;
}

/** Pause before the retry of this number, from 1, in milliseconds: grows with each one up to the limit. */
export function retryDelayMs(config: IntegrationConfig, retryNumber: number): number {
	return Math.min(config.retryDelayMs * config.backoffMultiplier ** (retryNumber - 1), config.retryMaxDelayMs);
}

/**
 * Tries until the batch is acknowledged. One that is refused goes once more, as it may have been damaged on the way.
 * Attempts that a busy receiver let pass do not count.
 * @throws the last error when no retry is left, or at once one that no retry can mend
 */
export async function retryTransfer(retry: TransferRetry): Promise<AcknowledgmentPayload> {
	const { edge, batchId, config, runtime, signal } = retry;
	let rejections = 0;
	let busy = 0;
	for (let attempt = 1; ; attempt++) {
		const isLast = attempt - busy > config.maxRetries;
		const outcome = await settled(retry.attempt(attempt));
		if ('payload' in outcome) {
			if (outcome.payload.status !== 'REJECTED' || isLast || ++rejections > 1) return outcome.payload;
		} else if (outcome.error instanceof ReceiverBusyError) {
			busy++;
		} else if (isLast || signal.aborted || isPermanent(outcome.error)) {
			throw outcome.error;
		}
		const delayMs = retryDelayMs(config, Math.max(1, attempt - busy));
		const error =
			'error' in outcome
				? outcome.error
				: new TransferError(TRANSFER_CODES[edge].checksum, batchId, attempt, 'the batch was refused');
		retry.onRetry({ attemptNumber: attempt + 1, delayMs, errorCode: codeOf(error) });
		await runtime.sleep(delayMs, signal);
	}
}

type Outcome = { readonly payload: AcknowledgmentPayload } | { readonly error: unknown };

async function settled(attempt: Promise<AcknowledgmentPayload>): Promise<Outcome> {
	try {
		return { payload: await attempt };
	} catch (error) {
		return { error };
	}
}
