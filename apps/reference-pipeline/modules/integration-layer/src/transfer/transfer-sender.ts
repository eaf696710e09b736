import {
	type AcknowledgmentPayload,
	type AlphaBetaBatch,
	type BatchSender,
	type BatchTransfer,
	type BetaGammaBatch,
	checksumOf,
	type Edge,
	type Runtime,
	TransferError,
	type TypedEmitter,
} from '@pipeline/model';
import { ExponentialBackoff, handleAll, noJitterGenerator, retry } from 'cockatiel';
import type { IntegrationConfig } from '../config.ts';
import { createHeader } from '../message.ts';
import { Circuit } from '../signals/circuit.ts';
import { NotConnectedError, type Transport } from '../transport/transport.ts';
import { EDGES, TRANSFER_CODES } from './edge.ts';
import type { IntegrationEvents } from './events.ts';

export type Batch = AlphaBetaBatch | BetaGammaBatch;

interface Waiting {
	readonly resolve: (payload: AcknowledgmentPayload) => void;
	readonly sentMs: number;
}

export interface TransferSenderOptions {
	readonly edge: Edge;
	readonly transport: Transport;
	readonly runtime: Runtime;
	readonly config: IntegrationConfig;
	readonly events: TypedEmitter<IntegrationEvents>;
}

/**
 * Takes batches to the next module: sends, waits for RECEIVED, tries again, gives up. A batch is kept until it was PROCESSED and sent again
 * when the peer comes back, so a receiver that dies with a batch in its hands loses nothing.
 */
export class TransferSender implements BatchSender<Batch> {
	readonly edge: Edge;
	readonly circuit: Circuit;
	readonly #options: TransferSenderOptions;
	readonly #waiting = new Map<string, Waiting>();
	readonly #unprocessed = new Map<string, BatchTransfer>();
	readonly #listeners: ((payload: AcknowledgmentPayload) => void)[] = [];
	#sequence = 0;
	#delayMs = 0;

	constructor(options: TransferSenderOptions) {
		this.#options = options;
		this.edge = options.edge;
		const { config, runtime, events, transport } = options;
		const { source, target } = EDGES[options.edge];
		this.circuit = new Circuit({
			circuitId: `${source.toLowerCase()}:transfer:${target.toLowerCase()}`,
			failureThreshold: config.circuitFailureThreshold,
			resetTimeoutMs: config.circuitResetTimeoutMs,
			runtime,
			onChange: (change) => events.emit('circuitChanged', change),
		});
		transport.events.on('connected', () => void this.#resend());
	}

	/** Batches that were received but not yet processed by the peer. */
	get unprocessed(): number {
		return this.#unprocessed.size;
	}

	get inFlight(): number {
		return this.#waiting.size;
	}

	async send(batch: Batch): Promise<AcknowledgmentPayload> {
		const { runtime, config, events } = this.#options;
		const transfer = this.#transferOf(batch);
		const { batchId } = transfer.metadata;
		const startedMs = runtime.now();
		events.emit('transferStarted', { edge: this.edge, batchId, recordCount: transfer.records.length });
		if (this.#delayMs > 0) await runtime.sleep(this.#delayMs);
		this.#unprocessed.set(batchId, transfer);
		let attempts = 0;
		const policy = retry(handleAll, {
			maxAttempts: config.maxRetries,
			backoff: new ExponentialBackoff({
				initialDelay: Math.max(1, config.retryDelayMs),
				exponent: config.backoffMultiplier,
				maxDelay: 60_000,
				generator: noJitterGenerator,
			}),
		});
		policy.onRetry(({ delay, ...reason }) => {
			const errorCode = 'error' in reason ? codeOf(reason.error) : 'INT_999_UNKNOWN';
			events.emit('transferRetried', { edge: this.edge, batchId, attemptNumber: attempts + 1, delayMs: delay, errorCode });
		});
		const resolved = (outcome: 'ACKED' | 'REJECTED' | 'EXHAUSTED') =>
			events.emit('transferResolved', { edge: this.edge, transfer, outcome, attempts, elapsedMs: runtime.elapsedMs(startedMs) });
		try {
			const payload = await policy.execute(async () => {
				const attempted = await this.attempt(transfer, ++attempts);
				// Damaged on the way: once more, then it is refused for good.
				if (attempted.status === 'REJECTED' && attempts === 1) throw new TransferError(TRANSFER_CODES[this.edge].checksum, batchId, 1, 'rejected');
				return attempted;
			});
			resolved(payload.status === 'REJECTED' ? 'REJECTED' : 'ACKED');
			if (payload.status === 'REJECTED') this.#unprocessed.delete(batchId);
			return payload;
		} catch (error) {
			this.#unprocessed.delete(batchId);
			resolved('EXHAUSTED');
			throw new TransferError(TRANSFER_CODES[this.edge].exhausted, batchId, attempts, `batch ${batchId}: ${String(error)}`);
		}
	}

	/** One attempt: sends the message and waits for its first acknowledgment. */
	async attempt(transfer: BatchTransfer, _attemptNumber: number): Promise<AcknowledgmentPayload> {
		const { transport, config, runtime, events } = this.#options;
		const { batchId } = transfer.metadata;
		return this.circuit.execute(async () => {
			const answer = new Promise<AcknowledgmentPayload>((resolve) => {
				this.#waiting.set(batchId, { resolve, sentMs: runtime.now() });
			});
			const timeout = new AbortController();
			try {
				await transport.send(transfer);
				const timedOut = runtime.sleep(config.ackTimeoutMs, timeout.signal).then(() => {
					events.emit('ackTimedOut', { edge: this.edge, batchId });
					throw new TransferError(TRANSFER_CODES[this.edge].ackTimeout, batchId, _attemptNumber, 'no acknowledgment came in time');
				});
				timedOut.catch(() => {});
				return await Promise.race([answer, timedOut]);
			} finally {
				timeout.abort();
				this.#waiting.delete(batchId);
			}
		});
	}

	onProcessed(listener: (payload: AcknowledgmentPayload) => void): void {
		this.#listeners.push(listener);
	}

	/** What the receiver said about a batch. Called with each acknowledgment that arrives. */
	acknowledged(payload: AcknowledgmentPayload): void {
		const { runtime, events } = this.#options;
		const waiting = this.#waiting.get(payload.batchId);
		events.emit('acknowledged', { edge: this.edge, payload, elapsedMs: waiting === undefined ? 0 : runtime.elapsedMs(waiting.sentMs) });
		if (payload.status === 'RECEIVED' || payload.status === 'REJECTED') waiting?.resolve(payload);
		if (payload.status !== 'PROCESSED') return;
		waiting?.resolve({ ...payload, status: 'RECEIVED' });
		this.#unprocessed.delete(payload.batchId);
		for (const listener of this.#listeners) listener(payload);
	}

	/** The receiver asks for a pause before each batch, or for none any more. */
	throttle(delayMs: number): void {
		this.#delayMs = delayMs;
	}

	/** The peer is there (again): it may have died with batches it had received. */
	async #resend(): Promise<void> {
		for (const [batchId, transfer] of this.#unprocessed) {
			if (this.#waiting.has(batchId)) continue;
			try {
				await this.#options.transport.send(transfer);
			} catch {
				return;
			}
		}
	}

	#transferOf(batch: Batch): BatchTransfer {
		const { runtime } = this.#options;
		const { source, target } = EDGES[this.edge];
		const { batchId, correlationId, priority: _priority, checksum, ...content } = batch;
		return {
			...content,
			header: createHeader(runtime, { source, target, type: 'BATCH_TRANSFER', correlationId }),
			metadata: {
				batchId,
				sequenceNumber: this.#sequence++,
				recordCount: batch.records.length,
				checksum: checksum ?? checksumOf(batch.records),
				createdAt: runtime.timestamp(),
			},
		} as BatchTransfer;
	}
}

function codeOf(error: unknown): string {
	if (error instanceof TransferError || error instanceof NotConnectedError) return error.code;
	return 'INT_999_UNKNOWN';
}
