import { isoOf, type Runtime, type TransformedRecord } from '@pipeline/model';
import * as v from 'valibot';
import type { GammaConfig } from '../config/gamma-config.ts';
import type { GammaAttempt } from '../delivery/gamma-attempt.ts';
import type { DestinationRegistry } from '../destinations/destination-registry.ts';
import { GAMMA_CODES } from '../errors/codes.ts';
import type { GammaErrorQueue } from '../errors/gamma-error-queue.ts';
import type { GammaEmitter } from '../gamma-events.ts';
import { recordKey } from '../record-key.ts';
import type { AckOutcome, PendingByDestination } from './ack-outcome.ts';
import { type AckAnswer, acknowledgmentOf, strayAckError } from './acknowledgments.ts';
import { type ClosedWait, ClosedWaits } from './closed-waits.ts';
import { awaitedKey, deliveryKey, pendingKey } from './delivery-key.ts';
import { EarlyAcks } from './early-acks.ts';
import { type IncomingAck, IncomingAckSchema } from './incoming-ack.ts';
import type { AwaitedDelivery, DeliveryUnderWay, GammaAcknowledgment, PendingAck } from './pending-ack.ts';
import type { PendingAckStore } from './pending-ack-store.ts';
import { PendingAcks } from './pending-acks.ts';
import type { StatusQuery } from './status-query.ts';
import { UnconfirmedAlert } from './unconfirmed-alert.ts';

/** What the tracker works with. */
export interface AckTrackerParts {
	readonly config: GammaConfig;
	readonly runtime: Runtime;
	readonly events: GammaEmitter;
	readonly destinations: DestinationRegistry;
	readonly errorQueue: GammaErrorQueue;
	readonly statusQuery: StatusQuery;
	/** Where waits survive a restart. Memory only when not given. */
	readonly store?: PendingAckStore | undefined;
}

/** Brings acknowledgments and the deliveries that await them together. */
export class AckTracker {
	readonly parts: AckTrackerParts;
	private readonly pendingAcks = new PendingAcks();
	private readonly closed = new ClosedWaits();
	private readonly early = new EarlyAcks();
	private readonly alert: UnconfirmedAlert;
	private readonly resumable = new Map<string, AwaitedDelivery>();
	private sweepCount = 0;
	private callsUnderWay = 0;

	constructor(parts: AckTrackerParts) {
		this.parts = parts;
		this.alert = new UnconfirmedAlert(parts.config, parts.events);
	}

	/** Acknowledgments waited for now. */
	get pending(): number {
		return this.pendingAcks.size;
	}

	/** Acknowledgments waited for, by destination, with the age of the oldest in seconds. */
	pendingByDestination(): PendingByDestination[] {
		return this.pendingAcks.byDestination(this.parts.runtime.now());
	}

	/** Reads the waits an earlier process left; {@link takeResumable} hands them out. */
	open(): readonly AwaitedDelivery[] {
		const waits = this.parts.store?.open() ?? [];
		for (const wait of waits) this.resumable.set(awaitedKey(wait), wait);
		return waits;
	}

	/** The wait an earlier process left for a record and a destination, once. */
	takeResumable(record: TransformedRecord, destinationId: string): AwaitedDelivery | undefined {
		const key = deliveryKey(record, destinationId);
		const wait = this.resumable.get(key);
		this.resumable.delete(key);
		return wait;
	}

	/** Destinations of a record that an earlier process still waited for. */
	resumableDestinations(record: TransformedRecord): string[] {
		const prefix = `${recordKey(record)}|`;
		return [...this.resumable.keys()].filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
	}

	/** Says that a call begins whose acknowledgment may come before its answer. */
	callStarted(): void {
		this.callsUnderWay += 1;
	}

	callEnded(): void {
		this.callsUnderWay -= 1;
	}

	/**
	 * The acknowledgment of a successful attempt: at once for SYNC, else when it comes, or with status TIMEOUT when it
	 * does not come in time. Rejects with GammaStoppedError when the module stops first; the wait is resumed later.
	 */
	waitFor(attempt: GammaAttempt, delivery: DeliveryUnderWay): Promise<GammaAcknowledgment> {
		const { config, runtime } = this.parts;
		const nowMs = runtime.now();
		if (attempt.ackType === 'SYNC') {
			const acknowledgmentId = attempt.acknowledgmentId ?? attempt.attemptId;
			const answer: AckAnswer = { status: 'RECEIVED', acknowledgmentId };
			return Promise.resolve(this.confirmed(acknowledgmentOf(attempt, answer, isoOf(nowMs), runtime)));
		}
		const expectedByMs = nowMs + config.ackWaitTimeoutMs;
		const { record, attempts, context } = delivery;
		const wait = { expectedBy: isoOf(expectedByMs), expectedByMs, sinceMs: nowMs };
		const awaited = { record, attempts: [...attempts], context, ...wait };
		this.parts.store?.add(attempt.attemptId, awaited);
		return this.await(attempt, awaited);
	}

	/** Goes on with a wait of an earlier process. */
	resume(awaited: AwaitedDelivery): Promise<GammaAcknowledgment> {
		return this.await(awaited.attempts.at(-1)!, awaited);
	}

	/** Takes an acknowledgment, as parsed JSON of unknown quality. Never throws. */
	receive(ack: unknown): AckOutcome {
		const parsed = v.safeParse(IncomingAckSchema, ack);
		if (!parsed.success) {
			return this.stray('MALFORMED', GAMMA_CODES.ackMalformed, v.summarize(parsed.issues).slice(0, 1024), idOf(ack));
		}
		const incoming = parsed.output;
		const waits = this.pendingAcks.get(incoming.correlation_id);
		if (waits.length > 0) return { kind: 'MATCHED', acknowledgments: this.settleAll(waits, incoming) };
		const closed = this.closed.get(incoming.correlation_id);
		if (closed.length > 0) return this.receiveAgain(incoming, closed);
		if (this.callsUnderWay > 0) {
			this.early.keep(incoming, this.sweepCount);
			return { kind: 'EARLY' };
		}
		return this.unmatched(incoming.correlation_id);
	}

	/** The acknowledgment that came after the deadline of an earlier attempt, once. */
	takeLate(record: TransformedRecord, destinationId: string): AckAnswer | undefined {
		const ack = this.closed.takeLate(deliveryKey(record, destinationId));
		return ack === undefined ? undefined : answerFor(record.recordId, ack);
	}

	/** Asks polled destinations, ends the waits whose deadline has passed, and raises the unconfirmed alert. */
	async sweep(): Promise<void> {
		this.sweepCount += 1;
		await this.poll();
		const nowMs = this.parts.runtime.now();
		for (const wait of this.pendingAcks.all()) if (this.isOverdue(wait, nowMs)) this.expire(wait);
		for (const correlationId of this.early.forget(this.sweepCount)) this.unmatched(correlationId);
		this.alert.check(this.pendingByDestination());
	}

	/** Rejects every wait; the store keeps them for the next start. */
	stop(error: Error): void {
		for (const wait of this.pendingAcks.clear()) wait.reject(error);
		this.parts.store?.close();
	}

	private await(attempt: GammaAttempt, awaited: AwaitedDelivery): Promise<GammaAcknowledgment> {
		return new Promise((resolve, reject) => {
			const wait: PendingAck = { attempt, awaited, sweep: this.sweepCount, resolve, reject };
			this.pendingAcks.add(wait);
			const early = this.early.use(attempt.correlationId);
			if (early !== undefined) this.settleAll([wait], early);
		});
	}

	private settleAll(waits: readonly PendingAck[], incoming: IncomingAck): GammaAcknowledgment[] {
		return waits.flatMap((wait) => {
			const answer = answerFor(wait.attempt.recordId, incoming);
			return answer === undefined ? [] : [this.settle(wait, answer)];
		});
	}

	private settle(wait: PendingAck, answer: AckAnswer): GammaAcknowledgment {
		const { attempt, awaited } = wait;
		this.pendingAcks.delete(wait);
		this.parts.store?.done(attempt.attemptId);
		this.closed.remember(wait, answer.status === 'TIMEOUT');
		const acknowledgment = acknowledgmentOf(attempt, answer, awaited.expectedBy, this.parts.runtime);
		if (answer.status === 'RECEIVED') this.confirmed(acknowledgment);
		wait.resolve(acknowledgment);
		return acknowledgment;
	}

	private confirmed(acknowledgment: GammaAcknowledgment): GammaAcknowledgment {
		const destination = this.parts.destinations.get(acknowledgment.destinationId);
		if (destination !== undefined) destination.totals.confirmed += 1;
		return acknowledgment;
	}

	private receiveAgain(incoming: IncomingAck, closed: readonly ClosedWait[]): AckOutcome {
		const timedOut = closed.filter(({ wasTimeout }) => wasTimeout);
		const event = timedOut.length > 0 ? 'ackLate' : 'ackDuplicate';
		for (const { recordId, destinationId } of timedOut.length > 0 ? timedOut : closed) {
			this.parts.events.emit(event, { correlationId: incoming.correlation_id, recordId, destinationId });
		}
		for (const { deliveryKey: key } of timedOut) this.useLate(incoming, key);
		return { kind: timedOut.length > 0 ? 'LATE' : 'DUPLICATE' };
	}

	/** A late acknowledgment still proves the delivery: it ends the wait of a later attempt, or saves the next one. */
	private useLate(incoming: IncomingAck, key: string): void {
		const later = this.pendingAcks.all().filter((wait) => pendingKey(wait) === key);
		if (later.length === 0) this.closed.keepLate(key, incoming);
		this.settleAll(later, incoming);
	}

	private isOverdue({ awaited, sweep }: PendingAck, nowMs: number): boolean {
		if (nowMs >= awaited.expectedByMs) return true;
		// Under a clock that stands still the sweeps tell how long the wait has been.
		const sweptMs = (this.sweepCount - sweep - 1) * this.parts.config.ackSweepIntervalMs;
		return sweptMs >= awaited.expectedByMs - awaited.sinceMs;
	}

	private expire(wait: PendingAck): void {
		const destination = this.parts.destinations.get(wait.attempt.destinationId);
		if (destination !== undefined) destination.totals.ackTimeouts += 1;
		const acknowledgment = this.settle(wait, { status: 'TIMEOUT' });
		const action = destination?.ackTimeoutAction ?? this.parts.config.ackTimeoutAction;
		this.parts.events.emit('ackTimedOut', { acknowledgment, action });
	}

	private async poll(): Promise<void> {
		const { destinations, statusQuery } = this.parts;
		const queries = this.pendingAcks.groups().map(async ([correlationId, waits]) => {
			if (destinations.get(waits[0]!.attempt.destinationId)?.pollsAcknowledgments !== true) return;
			const status = await statusQuery.query(waits[0]!.attempt);
			if (status.state !== 'DELIVERED' && status.state !== 'FAILED') return;
			const answer: AckAnswer = {
				status: status.state === 'DELIVERED' ? 'RECEIVED' : 'ERROR',
				acknowledgmentId: status.acknowledgmentId ?? (status.state === 'DELIVERED' ? correlationId : undefined),
				payload: status.message,
			};
			for (const wait of waits) if (this.pendingAcks.has(wait)) this.settle(wait, answer);
		});
		await Promise.all(queries);
	}

	private unmatched(correlationId: string): AckOutcome {
		const message = 'no delivery awaits this acknowledgment';
		return this.stray('UNMATCHED', GAMMA_CODES.ackCorrelationMismatch, message, correlationId);
	}

	private stray(kind: 'MALFORMED' | 'UNMATCHED', code: string, message: string, correlationId: string): AckOutcome {
		const error = strayAckError(code, message, correlationId, this.parts.runtime);
		this.parts.errorQueue.addStray('ACK', error);
		this.parts.events.emit('failure', { category: 'ACKNOWLEDGMENT', error });
		return { kind, error };
	}
}

function answerFor(recordId: string, incoming: IncomingAck): AckAnswer | undefined {
	const source = incoming.members === undefined ? incoming : incoming.members.find((m) => m.record_id === recordId);
	if (source === undefined) return undefined;
	const acknowledgmentId = source.acknowledgment_id ?? incoming.acknowledgment_id ?? incoming.correlation_id;
	return { status: source.status, acknowledgmentId, payload: source.message };
}

function idOf(ack: unknown): string {
	const id = (ack as { readonly correlation_id?: unknown } | null | undefined)?.correlation_id;
	return typeof id === 'string' ? id.slice(0, 256) : '';
}
