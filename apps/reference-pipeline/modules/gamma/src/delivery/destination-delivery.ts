import type { DeliveryResult, RenderedRecord, TransformedRecord } from '@pipeline/model';
import type { AckTracker } from '../ack/ack-tracker.ts';
import { acknowledgmentErrorOf, acknowledgmentOf } from '../ack/acknowledgments.ts';
import type { GammaAcknowledgment } from '../ack/pending-ack.ts';
import type { GammaConfig } from '../config/gamma-config.ts';
import type { Destination } from '../destinations/destination.ts';
import { GAMMA_CODES } from '../errors/codes.ts';
import { GammaStoppedError } from '../errors/gamma-stopped-error.ts';
import { isRenderingFailure, type Renderer } from '../rendering/renderer.ts';
import { isPermitted } from '../routing/classification.ts';
import { routingError } from '../routing/router.ts';
import type { AckTimeoutHandler } from './ack-timeout-handler.ts';
import { harmsCircuit } from './circuit-outcome.ts';
import type { DeliveryProgress, RecordContext } from './delivery-progress.ts';
import { deliveryError } from './delivery-results.ts';
import type { DestinationAttempt } from './destination-attempt.ts';
import { type Disposition, finishedOf } from './disposition.ts';
import type { GammaAttempt } from './gamma-attempt.ts';
import type { RetryWait } from './retry-wait.ts';

/** What the delivery to a destination works with. */
export interface DestinationDeliveryParts {
	readonly config: GammaConfig;
	readonly renderer: Renderer;
	readonly attempts: DestinationAttempt;
	readonly retryWait: RetryWait;
	readonly acks: AckTracker;
	readonly ackTimeouts: AckTimeoutHandler;
	readonly disposition: Disposition;
}

/** Brings one record to one destination: authorization, rendering, attempts, acknowledgment, result. */
export class DestinationDelivery {
	readonly parts: DestinationDeliveryParts;

	constructor(parts: DestinationDeliveryParts) {
		this.parts = parts;
	}

	/**
	 * Answers exactly one result. Rejects only with GammaStoppedError, when the module stops before the result is
	 * final; then there is none yet.
	 */
	async deliver(record: TransformedRecord, destination: Destination, context: RecordContext): Promise<DeliveryResult> {
		const waiting = this.parts.acks.takeResumable(record, destination.id);
		const progress: DeliveryProgress = {
			record,
			destination,
			context: waiting?.context ?? context,
			attempts: [...(waiting?.attempts ?? [])],
			rendered: undefined,
			holds: 0,
			hasQueried: false,
		};
		try {
			if (waiting === undefined) return await this.run(progress);
			return (await this.afterAck(progress, await this.parts.acks.resume(waiting))) ?? (await this.run(progress));
		} catch (error) {
			if (error instanceof GammaStoppedError) throw error;
			const message = error instanceof Error ? error.message : String(error);
			return this.parts.disposition.failed(progress, { errorCode: GAMMA_CODES.deliveryUnknown, message });
		}
	}

	/** Whether the destination may receive the record; tells observers when not. */
	authorize(record: TransformedRecord, destination: Destination): boolean {
		const { maxClassification } = destination.registration;
		if (isPermitted(record.classification, maxClassification)) return true;
		this.parts.disposition.events.emit('deliveryBlocked', {
			record,
			recordId: record.recordId,
			destinationId: destination.id,
			classification: record.classification,
			maxClassification,
		});
		return false;
	}

	private async run(progress: DeliveryProgress): Promise<DeliveryResult> {
		const refused = this.refusal(progress);
		if (refused !== undefined) return refused;
		const rendered = this.parts.renderer.render(progress.record, progress.destination);
		if (isRenderingFailure(rendered)) return this.parts.disposition.notRendered(progress, rendered);
		progress.rendered = rendered;
		// An acknowledgment left by an earlier delivery of this record says nothing about this one.
		if (progress.attempts.length === 0) this.parts.acks.takeLate(progress.record, progress.destination.id);
		for (;;) {
			const result = await this.step(progress, rendered);
			if (result !== undefined) return result;
		}
	}

	private refusal(progress: DeliveryProgress): DeliveryResult | undefined {
		const { record, destination } = progress;
		const { disposition } = this.parts;
		const refuse = (code: string, message: string): DeliveryResult => {
			const error = routingError(record, disposition.runtime, code, message, { destinationId: destination.id });
			destination.totals.failed += 1;
			return disposition.notRouted(finishedOf(progress), error);
		};
		if (!destination.registration.enabled) return refuse(GAMMA_CODES.routeDisabled, 'the destination is disabled');
		if (this.authorize(record, destination)) return undefined;
		const message = `${record.classification} may not go to a destination for ${destination.registration.maxClassification}`;
		return refuse(GAMMA_CODES.routeUnauthorized, message);
	}

	/** One attempt with what follows. Undefined when another one is due. */
	private async step(progress: DeliveryProgress, rendered: RenderedRecord): Promise<DeliveryResult | undefined> {
		const late = progress.attempts.length > 0 ? this.lateAcknowledgment(progress) : undefined;
		if (late !== undefined) return this.afterAck(progress, late);
		if (this.isExpired(progress)) return this.parts.disposition.expired(progress);
		if (progress.destination.circuit.blocks) return this.hold(progress, rendered);
		const attempt = await this.attempt(progress, rendered);
		if (attempt === undefined) return this.hold(progress, rendered);
		progress.attempts.push(attempt);
		progress.holds = 0;
		if (attempt.status !== 'SUCCESS') return this.afterFailure(progress, rendered, attempt);
		progress.destination.totals.sent += 1;
		return this.afterAck(progress, await this.parts.acks.waitFor(attempt, progress));
	}

	private async attempt(progress: DeliveryProgress, rendered: RenderedRecord): Promise<GammaAttempt | undefined> {
		const outcome = await progress.destination.circuit.execute(async () => {
			const attempt = await this.parts.attempts.attempt(rendered, progress.attempts.length + 1);
			return { attempt, harmsCircuit: harmsCircuit(attempt) };
		});
		return outcome?.attempt;
	}

	private async hold(progress: DeliveryProgress, rendered: RenderedRecord): Promise<DeliveryResult | undefined> {
		const { disposition, config } = this.parts;
		const errorCode = GAMMA_CODES.deliveryCircuitOpen;
		progress.holds += 1;
		if (progress.holds > config.maxConnectionRetries) {
			return disposition.deadLettered(progress, { errorCode, message: 'the circuit did not recover in time' });
		}
		const reason = await progress.destination.holding.hold(rendered, progress.context.expiresAtMs);
		if (reason === 'STOPPED') throw new GammaStoppedError();
		if (reason === 'EXPIRED') return disposition.expired(progress);
		if (reason === 'FULL') {
			return disposition.deadLettered(progress, { errorCode, message: 'the holding queue is full' });
		}
		return undefined;
	}

	private async afterFailure(
		progress: DeliveryProgress,
		rendered: RenderedRecord,
		attempt: GammaAttempt,
	): Promise<DeliveryResult | undefined> {
		const { disposition } = this.parts;
		const errorCode = attempt.errorCode ?? GAMMA_CODES.deliveryUnknown;
		const message = attempt.responseMessage ?? attempt.responseCode ?? errorCode;
		const mayRetry = attempt.retryEligible === true && this.hasAttemptsLeft(progress);
		const problem = { errorCode, message, retryEligible: mayRetry };
		const error = deliveryError(finishedOf(progress), problem, disposition.runtime);
		disposition.events.emit('failure', { category: 'DELIVERY', error });
		if (!mayRetry) return disposition.deadLettered(progress, problem);
		await this.waitForRetry(progress, rendered, errorCode, attempt.retryAfterMs);
		return undefined;
	}

	private async afterAck(
		progress: DeliveryProgress,
		acknowledgment: GammaAcknowledgment,
	): Promise<DeliveryResult | undefined> {
		const { disposition, ackTimeouts } = this.parts;
		if (acknowledgment.ackStatus === 'RECEIVED') return disposition.delivered(progress, acknowledgment);
		if (acknowledgment.ackStatus === 'ERROR') return this.rejected(progress, acknowledgment);
		const decision = await ackTimeouts.handle(progress, acknowledgment);
		switch (decision.kind) {
			case 'RESULT':
				return decision.result;
			case 'ACKNOWLEDGED':
				return this.afterAck(progress, decision.acknowledgment);
			case 'WAIT_AGAIN':
				return this.afterAck(progress, await this.parts.acks.waitFor(progress.attempts.at(-1)!, progress));
			case 'RETRY':
				return this.retryAfterTimeout(progress);
		}
	}

	private async retryAfterTimeout(progress: DeliveryProgress): Promise<DeliveryResult | undefined> {
		const errorCode = GAMMA_CODES.ackTimeout;
		if (!this.hasAttemptsLeft(progress)) {
			return this.parts.disposition.deadLettered(progress, { errorCode, message: 'no acknowledgment in time' });
		}
		// After a restart nothing is rendered yet: the retry follows at once.
		if (progress.rendered !== undefined) await this.waitForRetry(progress, progress.rendered, errorCode);
		return undefined;
	}

	private rejected(progress: DeliveryProgress, acknowledgment: GammaAcknowledgment): DeliveryResult {
		const { disposition } = this.parts;
		const errorCode = GAMMA_CODES.deliveryRejected;
		const message = acknowledgment.ackPayload ?? 'the destination acknowledged an error';
		const error = acknowledgmentErrorOf(acknowledgment, errorCode, message, disposition.runtime);
		disposition.events.emit('failure', { category: 'ACKNOWLEDGMENT', error });
		return disposition.deadLettered(progress, { errorCode, message });
	}

	private async waitForRetry(
		progress: DeliveryProgress,
		rendered: RenderedRecord,
		errorCode: string,
		retryAfterMs?: number,
	): Promise<void> {
		const delayMs = this.parts.retryWait.delayAfter(progress.attempts.length, retryAfterMs);
		this.parts.disposition.events.emit('retryScheduled', {
			recordId: rendered.recordId,
			destinationId: rendered.destinationId,
			attemptNumber: progress.attempts.length + 1,
			delayMs,
			errorCode,
			isRateLimited: errorCode === GAMMA_CODES.deliveryRateLimited,
		});
		await this.parts.retryWait.wait(rendered, delayMs);
	}

	private lateAcknowledgment({ record, destination, attempts }: DeliveryProgress): GammaAcknowledgment | undefined {
		const answer = this.parts.acks.takeLate(record, destination.id);
		if (answer === undefined) return undefined;
		const { runtime } = this.parts.disposition;
		return acknowledgmentOf(attempts.at(-1)!, answer, runtime.timestamp(), runtime);
	}

	private hasAttemptsLeft({ attempts }: DeliveryProgress): boolean {
		return attempts.length <= this.parts.config.maxDeliveryRetries;
	}

	private isExpired({ context }: DeliveryProgress): boolean {
		return context.expiresAtMs !== undefined && this.parts.disposition.runtime.now() >= context.expiresAtMs;
	}
}
