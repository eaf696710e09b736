import {
	type AcknowledgmentError,
	type DeliveryResult,
	type FinalStatus,
	isoOf,
	type RenderingFailure,
	type RoutingError,
	type Runtime,
} from '@pipeline/model';
import type { GammaAcknowledgment } from '../ack/pending-ack.ts';
import type { DeadLetterQueue } from '../dead-letters/dead-letter-queue.ts';
import { GAMMA_CODES } from '../errors/codes.ts';
import type { GammaErrorQueue } from '../errors/gamma-error-queue.ts';
import { keptTrace } from '../errors/kept-trace.ts';
import type { GammaEmitter } from '../gamma-events.ts';
import type { DeliveryProgress } from './delivery-progress.ts';
import { deliveryError, deliveryResult, type FinishedDelivery } from './delivery-results.ts';

/** Why a delivery ends without success. */
export interface Problem {
	readonly errorCode: string;
	readonly message: string;
}

/** Ends deliveries: puts what failed into its queue, tells observers, and makes the result. */
export class Disposition {
	readonly deadLetters: DeadLetterQueue;
	readonly errorQueue: GammaErrorQueue;
	readonly events: GammaEmitter;
	readonly runtime: Runtime;

	constructor(deadLetters: DeadLetterQueue, errorQueue: GammaErrorQueue, events: GammaEmitter, runtime: Runtime) {
		this.deadLetters = deadLetters;
		this.errorQueue = errorQueue;
		this.events = events;
		this.runtime = runtime;
	}

	/** DELIVERED. No acknowledgment when success was assumed. */
	delivered(progress: DeliveryProgress, acknowledgment?: GammaAcknowledgment): DeliveryResult {
		return this.result(progress, 'DELIVERED', acknowledgment);
	}

	/** FAILED, entry in the ROUTING queue. */
	notRouted(finished: FinishedDelivery, error: RoutingError): DeliveryResult {
		this.errorQueue.addRecord('ROUTING', finished.record, { ...error, ...idOf(finished) }, finished.context);
		this.events.emit('failure', { category: 'ROUTING', error });
		return this.finish(finished, deliveryResult(finished, 'FAILED', this.runtime));
	}

	/** FAILED, entry in the RENDER queue. */
	notRendered(progress: DeliveryProgress, error: RenderingFailure): DeliveryResult {
		this.errorQueue.addRecord('RENDER', progress.record, error, progress.context);
		this.events.emit('failure', { category: 'RENDERING', error });
		return this.result(progress, 'FAILED');
	}

	/** EXPIRED, entry in the DELIVERY queue. */
	expired(progress: DeliveryProgress): DeliveryResult {
		const problem = { errorCode: GAMMA_CODES.deliveryExpired, message: 'the deadline has passed' };
		return this.queued(progress, problem, 'EXPIRED');
	}

	/** FAILED, entry in the DELIVERY queue. */
	failed(progress: DeliveryProgress, problem: Problem): DeliveryResult {
		return this.queued(progress, problem, 'FAILED');
	}

	/** FAILED, entry in the ACK queue: an operator has to find out. */
	needsReview(progress: DeliveryProgress, error: AcknowledgmentError): DeliveryResult {
		this.errorQueue.addRecord('ACK', progress.record, error, progress.context);
		return this.result(progress, 'FAILED');
	}

	/** DLQ; FAILED with an entry in the DELIVERY queue when the dead letter cannot be written. */
	deadLettered(progress: DeliveryProgress, problem: Problem): DeliveryResult {
		try {
			this.deadLetters.enqueue(this.deadLetter(progress, problem));
		} catch (error) {
			const message = `${problem.message}; the dead letter was not written: ${String(error)}`;
			return this.failed(progress, { errorCode: problem.errorCode, message });
		}
		return this.result(progress, 'DLQ');
	}

	private deadLetter(progress: DeliveryProgress, problem: Problem) {
		const { record, destination, attempts, rendered, context } = progress;
		const { replay } = context;
		const nowMs = this.runtime.now();
		return {
			entryId: replay?.entryId ?? this.runtime.uuid('dead-letter'),
			recordId: record.recordId,
			destinationId: destination.id,
			originalRecord: record,
			...(rendered !== undefined && { renderedContent: rendered.renderedContent }),
			failureReason: problem.errorCode,
			failureDetails: problem.message,
			attemptHistory: [...attempts],
			createdAt: isoOf(nowMs),
			expiresAt: isoOf(nowMs + this.deadLetters.retentionMs),
			replayCount: replay?.replayCount ?? 0,
			...keptTrace(record, replay),
		};
	}

	private queued(progress: DeliveryProgress, problem: Problem, status: FinalStatus): DeliveryResult {
		const error = deliveryError(finishedOf(progress), { ...problem, retryEligible: false }, this.runtime);
		this.errorQueue.addRecord('DELIVERY', progress.record, error, progress.context);
		this.events.emit('failure', { category: 'DELIVERY', error });
		return this.result(progress, status);
	}

	private result(progress: DeliveryProgress, status: FinalStatus, ack?: GammaAcknowledgment): DeliveryResult {
		const finished = finishedOf(progress);
		const result = deliveryResult(finished, status, this.runtime, ack);
		progress.destination.totals.countResult(result);
		return this.finish(finished, result);
	}

	private finish({ record, context }: FinishedDelivery, result: DeliveryResult): DeliveryResult {
		this.events.emit('deliveryResult', { result, record, isReplay: context.replay !== undefined });
		return result;
	}
}

/** The part of a delivery that its result and errors are made from. */
export function finishedOf({ record, destination, context, attempts }: DeliveryProgress): FinishedDelivery {
	return { record, destinationId: destination.id, context, attempts };
}

function idOf({ destinationId }: FinishedDelivery): { readonly destinationId?: string } {
	return destinationId === '' ? {} : { destinationId };
}
