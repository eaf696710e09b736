import {
	type AcknowledgmentPayload,
	type BatchSender,
	type BatchTransfer,
	type Edge,
	type Runtime,
	TransferError,
} from '@pipeline/model';
import { SIGNAL_VALID_MS, Throttle } from '../back-pressure/throttle.ts';
import type { Circuit } from '../circuit/circuit.ts';
import type { IntegrationConfig } from '../config.ts';
import type { IntegrationEmitter, ResendReason } from '../layer/events.ts';
import { ConnectionGate } from '../transport/connection-gate.ts';
import { NotConnectedError, sendUnawaited, type Transport } from '../transport/transport.ts';
import { AckWaits } from './ack-waits.ts';
import { TRANSFER_CODES, UNAVAILABLE } from './edge.ts';
import { messageOf } from './failure-facts.ts';
import { IdleWait } from './idle-wait.ts';
import { ReceiverBusyError } from './receiver-busy-error.ts';
import { type Batch, transferOf } from './transfer-of.ts';
import { retryTransfer } from './transfer-retry.ts';
import { UnprocessedBatches } from './unprocessed-batches.ts';

/** What a sender works with. */
export interface TransferSenderOptions {
	readonly edge: Edge;
	readonly transport: Transport;
	readonly runtime: Runtime;
	readonly config: IntegrationConfig;
	readonly events: IntegrationEmitter;
	readonly circuit: Circuit;
}

/**
 * Takes batches to the next module: sends, waits for RECEIVED, tries again, gives up. A batch is kept until it was
 * PROCESSED and sent again when the peer comes back, so a receiver that dies with a batch in its hands loses nothing.
 */
export class TransferSender implements BatchSender<Batch> {
	readonly edge: Edge;
	readonly circuit: Circuit;
	readonly #options: TransferSenderOptions;
	readonly #waits: AckWaits;
	readonly #kept: UnprocessedBatches;
	readonly #gate: ConnectionGate;
	readonly #throttle: Throttle;
	readonly #listeners: ((payload: AcknowledgmentPayload) => void)[] = [];
	readonly #sending = new Map<string, Promise<AcknowledgmentPayload>>();
	readonly #stopped = new AbortController();
	readonly #idle: IdleWait;
	#resumed: PromiseWithResolvers<void> | undefined;
	#sequence = 0;

	constructor(options: TransferSenderOptions) {
		const { edge, transport, runtime, config, circuit } = options;
		this.#options = options;
		this.edge = edge;
		this.circuit = circuit;
		this.#waits = new AckWaits(runtime);
		this.#throttle = new Throttle(runtime, Math.max(SIGNAL_VALID_MS, 2 * config.ackTimeoutMs));
		this.#gate = new ConnectionGate(transport);
		this.#idle = new IdleWait(runtime, () => this.#sending.size === 0 && this.#kept.size === 0);
		this.#kept = new UnprocessedBatches({
			capacity: config.maxUnprocessedBatches,
			askAgainAfterMs: config.ackTimeoutMs,
			resend: (transfer, reason) => void this.resend(transfer, reason),
		});
		transport.events.on('connected', this.#connected);
		transport.events.on('disconnected', this.#disconnected);
	}

	/** Batches that were received but not yet processed by the peer. */
	get unprocessed(): number {
		return this.#kept.size;
	}

	/** Batches that were not acknowledged yet, waiting ones included. */
	get inFlight(): number {
		return this.#sending.size;
	}

	/** Attempts that wait for an acknowledgment. */
	get pendingAcks(): number {
		return this.#waits.size;
	}

	/** Pause before each batch that the receiver asked for, in milliseconds. */
	get delayMs(): number {
		return this.#throttle.delayMs;
	}

	/** Whether an error made the peer ask for a halt. */
	get isHalted(): boolean {
		return this.#resumed !== undefined;
	}

	send(batch: Batch): Promise<AcknowledgmentPayload> {
		const known = this.#sending.get(batch.batchId);
		if (known !== undefined) return known;
		const sending = this.#transfer(batch).finally(() => {
			this.#sending.delete(batch.batchId);
			this.#idle.changed();
		});
		this.#sending.set(batch.batchId, sending);
		return sending;
	}

	/**
	 * One attempt: sends the message and waits for its first acknowledgment.
	 * @throws TransferError when none comes in time, NotConnectedError when the connection breaks
	 */
	async attempt(transfer: BatchTransfer, attemptNumber: number): Promise<AcknowledgmentPayload> {
		const { batchId } = transfer.metadata;
		const over = new AbortController();
		const answer = this.#waits.waitFor(transfer);
		try {
			return await Promise.race([
				this.#post(transfer).then(() => answer),
				this.#timeout(batchId, attemptNumber, AbortSignal.any([over.signal, this.#stopped.signal])),
			]);
		} finally {
			over.abort();
			this.#waits.forget(batchId);
		}
	}

	/** Sends a batch that the receiver has again. What it says about it arrives like any acknowledgment. */
	async resend(transfer: BatchTransfer, reason: ResendReason): Promise<void> {
		const { transport, events } = this.#options;
		if (!transport.isConnected) return;
		events.emit('transferResent', { edge: this.edge, batchId: transfer.metadata.batchId, reason });
		await sendUnawaited(transport, transfer);
	}

	/** Calls back when a kept batch came to its end: PROCESSED, or REJECTED when the receiver refused it later. */
	onProcessed(listener: (payload: AcknowledgmentPayload) => void): void {
		this.#listeners.push(listener);
	}

	/** What the receiver said about a batch. Called with each acknowledgment that arrives. */
	acknowledged(payload: AcknowledgmentPayload): void {
		const { events } = this.#options;
		const answered = payload.status === 'VERDICT' ? undefined : this.#waits.answer(payload);
		events.emit('acknowledged', { edge: this.edge, payload, elapsedMs: answered?.elapsedMs ?? 0 });
		// At once: PROCESSED may be the very next message, before the attempt's promise is looked at.
		if (answered !== undefined && payload.status !== 'REJECTED') this.#kept.keep(answered.transfer);
		const isFirstRefusal = answered !== undefined && payload.status === 'REJECTED';
		if (!isFirstRefusal) this.#settleKept(payload);
	}

	/** The receiver asks for a pause before each batch, or for none any more. */
	throttle(delayMs: number): void {
		this.#throttle.set(delayMs);
	}

	/** Holds every batch back until {@link resume}. */
	halt(): void {
		this.#resumed ??= Promise.withResolvers<void>();
	}

	/** Ends a halt. */
	resume(): void {
		this.#resumed?.resolve();
		this.#resumed = undefined;
	}

	/** Waits until every batch was processed or given up; false when that takes longer than `timeoutMs`. */
	drain(timeoutMs: number): Promise<boolean> {
		return this.#idle.wait(timeoutMs);
	}

	/** Fails what is under way with a TransferError and answers the ids of batches received but never processed. */
	stop(): string[] {
		const { transport } = this.#options;
		transport.events.off('connected', this.#connected);
		transport.events.off('disconnected', this.#disconnected);
		this.#gate.close();
		this.#stopped.abort(new NotConnectedError());
		this.#waits.failAll(new NotConnectedError());
		this.resume();
		return this.#kept.clear();
	}

	async #transfer(batch: Batch): Promise<AcknowledgmentPayload> {
		const { runtime, events } = this.#options;
		const transfer = transferOf(batch, this.edge, this.#sequence++, runtime);
		const { batchId } = transfer.metadata;
		const startedMs = runtime.now();
		const progress = { attempts: 0 };
		events.emit('transferStarted', { edge: this.edge, batchId, recordCount: transfer.records.length });
		const resolved = (outcome: 'ACKED' | 'REJECTED' | 'EXHAUSTED') =>
			events.emit('transferResolved', {
				edge: this.edge,
				transfer,
				outcome,
				attempts: progress.attempts,
				elapsedMs: runtime.elapsedMs(startedMs),
			});
		await this.#kept.enter();
		try {
			const payload = await this.#attempts(transfer, progress);
			if (payload.status === 'REJECTED') this.#kept.leave();
			resolved(payload.status === 'REJECTED' ? 'REJECTED' : 'ACKED');
			return payload;
		} catch (error) {
			if (!this.#kept.release(batchId)) this.#kept.leave();
			resolved('EXHAUSTED');
			throw this.#failure(batchId, progress.attempts, error);
		}
	}

	#attempts(transfer: BatchTransfer, progress: { attempts: number }): Promise<AcknowledgmentPayload> {
		const { config, events, runtime } = this.#options;
		const { batchId } = transfer.metadata;
		const { signal } = this.#stopped;
		return retryTransfer({
			edge: this.edge,
			batchId,
			config,
			runtime,
			signal,
			attempt: async (attemptNumber) => {
				await this.#mayGo(signal);
				progress.attempts = attemptNumber;
				return this.circuit.executeWhenClosed(() => this.attempt(transfer, attemptNumber), signal);
			},
			onRetry: (plan) => events.emit('transferRetried', { edge: this.edge, batchId, ...plan }),
		});
	}

	async #mayGo(signal: AbortSignal): Promise<void> {
		await this.#throttle.pause(signal);
		while (this.#resumed !== undefined) await this.#resumed.promise;
		signal.throwIfAborted();
	}

	async #post(transfer: BatchTransfer): Promise<void> {
		await this.#gate.whenConnected();
		await this.#options.transport.send(transfer);
	}

	async #timeout(batchId: string, attemptNumber: number, signal: AbortSignal): Promise<never> {
		const { runtime, config, events } = this.#options;
		await runtime.sleep(config.ackTimeoutMs, signal);
		events.emit('ackTimedOut', { edge: this.edge, batchId });
		const code = TRANSFER_CODES[this.edge].ackTimeout;
		if (this.#throttle.delayMs > 0) throw new ReceiverBusyError(code, batchId, attemptNumber);
		throw new TransferError(code, batchId, attemptNumber, `no acknowledgment within ${config.ackTimeoutMs} ms`);
	}

	#settleKept(payload: AcknowledgmentPayload): void {
		if (payload.status === 'RECEIVED') return;
		if (payload.status === 'REJECTED' && this.#kept.retryRejected(payload.batchId)) return;
		if (!this.#kept.release(payload.batchId)) return;
		for (const listener of this.#listeners) listener(payload);
		this.#idle.changed();
	}

	#failure(batchId: string, attempts: number, error: unknown): TransferError {
		const isStopped = this.#stopped.signal.aborted;
		const code = isStopped ? UNAVAILABLE : TRANSFER_CODES[this.edge].exhausted;
		const reason = isStopped ? 'the sender was stopped' : messageOf(error);
		return new TransferError(code, batchId, attempts, `batch ${batchId} after ${attempts} attempts: ${reason}`);
	}

	readonly #connected = (): void => this.#kept.resendAll();

	readonly #disconnected = (): void => {
		// What the peer asked for went with it.
		this.#throttle.set(0);
		this.#waits.failAll(new NotConnectedError());
	};
}
