import type { ComponentHealth, DeliveryResult, Runtime, TransformedRecord } from '@pipeline/model';
import { AckCallbackServer } from './ack/ack-callback-server.ts';
import type { PendingByDestination } from './ack/ack-outcome.ts';
import { strayAckError } from './ack/acknowledgments.ts';
import type { AgeDistribution } from './dead-letters/age-distribution.ts';
import type { DegradationLevel } from './degradation.ts';
import { connectDestination } from './destinations/connect-destination.ts';
import type { Destination } from './destinations/destination.ts';
import { GAMMA_CODES } from './errors/codes.ts';
import type { GammaQueueName } from './errors/gamma-error-queue.ts';
import { GammaStoppedError } from './errors/gamma-stopped-error.ts';
import { createGammaEmitter } from './gamma-emitter.ts';
import type { GammaEmitter } from './gamma-events.ts';
import { gammaHealth } from './gamma-health.ts';
import type { GammaOptions } from './gamma-options.ts';
import { buildParts, type GammaParts } from './gamma-parts.ts';
import { GammaSweep } from './gamma-sweep.ts';
import type { IncomingBatch, IntakeOptions, IntakeOutcome } from './intake/gamma-intake.ts';
import { ReplayDelivery } from './replay.ts';
import type { SavedRecord } from './state/state-file.ts';

/** Module Gamma: takes batches, brings their records to destinations, and accounts for each of them. */
export class GammaModule {
	readonly events: GammaEmitter = createGammaEmitter();
	readonly parts: GammaParts;
	readonly runtime: Runtime;
	readonly sweep: GammaSweep;
	readonly replays: ReplayDelivery;
	readonly callbackServer: AckCallbackServer | undefined;
	private state: 'NEW' | 'RUNNING' | 'STOPPING' | 'STOPPED' = 'NEW';
	private inFlight = 0;
	private idleWaiters: (() => void)[] = [];
	private stopped: Promise<void> | undefined;

	/** @throws ConfigError */
	constructor(options: GammaOptions) {
		this.runtime = options.runtime;
		this.parts = buildParts(options, this.events, () => this.isReady);
		this.sweep = new GammaSweep(this.parts, this.events, this.runtime);
		this.replays = new ReplayDelivery(this.parts.recordDelivery, this.events, this.runtime);
		this.parts.deadLetters.redeliver = (entry) => this.replays.deliver(entry, entry.item.originalRecord);
		this.callbackServer = options.callback && this.callbackFor(options.callback);
	}

	/** Connects, takes up what an earlier process left, and begins to work. Only once. */
	async start(): Promise<void> {
		if (this.state !== 'NEW') throw new Error('a GammaModule starts once');
		const { config, destinations } = this.parts;
		const errors = await Promise.all(
			destinations.all().map((destination) => connectDestination(destination, config, this.runtime)),
		);
		for (const error of errors) if (error) this.events.emit('failure', { category: 'CONNECTION', error });
		this.resume();
		await this.callbackServer?.start();
		this.state = 'RUNNING';
		this.sweep.start();
		this.pump();
	}

	/** Takes a batch, or refuses it as a whole. */
	accept(transfer: IncomingBatch, options?: IntakeOptions): IntakeOutcome {
		const outcome = this.parts.intake.accept(transfer, options);
		this.pump();
		return outcome;
	}

	/** Resolves when nothing waits and nothing is under way. */
	idle(): Promise<void> {
		if (this.isIdle) return Promise.resolve();
		return new Promise((resolve) => this.idleWaiters.push(resolve));
	}

	/**
	 * Accepts nothing more and works off what it has, at most `drainTimeoutMs`. What is not final then is saved and
	 * resumed by the next start; without a state directory the sender has to send it again.
	 */
	stop(drainTimeoutMs = 30_000): Promise<void> {
		this.stopped ??= this.shutDown(drainTimeoutMs);
		return this.stopped;
	}

	/** Delivers the record of an error-queue entry again. @throws QueueError */
	async replayError(entryId: string, operator: string, justification: string): Promise<readonly DeliveryResult[]> {
		const { errorQueue } = this.parts;
		const entry = errorQueue.replay(entryId, operator, justification);
		try {
			return await this.replays.deliver(entry, entry.item as TransformedRecord);
		} catch (error) {
			errorQueue.enqueue(entry);
			throw error;
		}
	}

	/** Changes the degradation level; level 4 stops the module and saves what it has. */
	async degrade(level: DegradationLevel, reason: string): Promise<void> {
		this.parts.degradation.setLevel(level, reason);
		if (level === 4) await this.stop(0);
	}

	/** Health of destinations, queues, acknowledgments and dead letters. */
	healthCheck(): Promise<ComponentHealth[]> {
		return gammaHealth(this.parts, this.runtime);
	}

	/** Whether batches are accepted. */
	get isReady(): boolean {
		return this.state === 'RUNNING' && this.parts.degradation.acceptsWork;
	}

	/** Records waiting at the intake. */
	get queueDepth(): number {
		return this.parts.intake.depth;
	}

	get queueCapacity(): number {
		return this.parts.intake.capacity;
	}

	/** Records whose deliveries are under way. */
	get inFlightRecords(): number {
		return this.inFlight;
	}

	get pendingAcks(): number {
		return this.parts.acks.pending;
	}

	get pendingAcksByDestination(): readonly PendingByDestination[] {
		return this.parts.acks.pendingByDestination();
	}

	get dlqDepth(): number {
		return this.parts.deadLetters.size;
	}

	get dlqCapacity(): number {
		return this.parts.deadLetters.capacity;
	}

	/** Ages of the dead letters. Scans the queue. */
	get dlqAges(): AgeDistribution {
		return this.parts.deadLetters.ages;
	}

	/** Destinations with their `holding.depth`, `circuit.state`, `batcher.poolUsage` and `totals`. */
	get destinations(): readonly Destination[] {
		return this.parts.destinations.all();
	}

	/** Failures per rendering since the start. */
	get renderErrorRate(): number {
		return this.parts.renderer.errorRate;
	}

	get degradationLevel(): DegradationLevel {
		return this.parts.degradation.level;
	}

	/** Entries of an error queue. */
	errorQueueSize(queue: GammaQueueName): number {
		return this.parts.errorQueue.sizeOf(queue);
	}

	private get isIdle(): boolean {
		return this.inFlight === 0 && (this.state === 'STOPPED' || this.queueDepth === 0);
	}

	private callbackFor(options: NonNullable<GammaOptions['callback']>): AckCallbackServer {
		return new AckCallbackServer(this.parts.acks, options, (message) => {
			const error = strayAckError(GAMMA_CODES.ackCallbackFailed, message, '', this.runtime);
			this.events.emit('failure', { category: 'ACKNOWLEDGMENT', error });
			return error;
		});
	}

	private resume(): void {
		const { acks, intake, recordDelivery, stateFile } = this.parts;
		const records: TransformedRecord[] = [];
		for (const { record, context, results } of stateFile?.load() ?? []) {
			if (!intake.restore(record, context)) continue;
			recordDelivery.restoreResults(record, results);
			records.push(record);
		}
		for (const { record, context } of acks.open()) if (intake.restore(record, context)) records.push(record);
		if (records.length === 0) return;
		const savedAtMs = stateFile?.savedAtMs;
		const downtime = savedAtMs === undefined ? {} : { downtimeMs: this.runtime.elapsedMs(savedAtMs) };
		this.events.emit('resumed', { records, ...downtime });
	}

	private pump(): void {
		const { config, intake, recordDelivery } = this.parts;
		const canWork = this.state === 'RUNNING' || this.state === 'STOPPING';
		while (canWork && this.inFlight < config.maxInFlightRecords) {
			const record = intake.dequeue();
			if (record === undefined) break;
			this.inFlight += 1;
			const done = () => this.recordDone();
			recordDelivery.deliver(record).then(done, done);
		}
		if (!this.isIdle) return;
		const waiters = this.idleWaiters;
		this.idleWaiters = [];
		for (const resolve of waiters) resolve();
	}

	private recordDone(): void {
		this.inFlight -= 1;
		this.pump();
	}

	private async shutDown(drainTimeoutMs: number): Promise<void> {
		if (this.state === 'NEW') {
			this.state = 'STOPPED';
			return;
		}
		this.state = 'STOPPING';
		await this.drain(drainTimeoutMs);
		// From here on nothing is taken from the intake.
		this.state = 'STOPPED';
		this.sweep.stop();
		this.interrupt();
		await this.idle();
		this.save();
		this.parts.reconciler.report();
		await this.callbackServer?.stop();
		await Promise.allSettled(this.destinations.map(({ adapter }) => adapter.disconnect()));
	}

	private async drain(timeoutMs: number): Promise<void> {
		if (this.isIdle || timeoutMs === 0) return;
		const drained = new AbortController();
		const timeout = this.runtime.sleep(timeoutMs, drained.signal).catch(() => undefined);
		await Promise.race([this.idle(), timeout]);
		drained.abort();
	}

	private interrupt(): void {
		this.parts.retryWait.stop();
		for (const { batcher, circuit, holding } of this.destinations) {
			circuit.close();
			holding.close();
			batcher.close();
		}
		this.parts.acks.stop(new GammaStoppedError());
	}

	private save(): void {
		const { intake, recordDelivery, stateFile, window, errorQueue, deadLetters } = this.parts;
		const saved: SavedRecord[] = [...recordDelivery.unfinished];
		for (let record = intake.dequeue(); record !== undefined; record = intake.dequeue()) {
			saved.push({ record, context: intake.recordContext(record), results: recordDelivery.takeRestored(record) });
		}
		stateFile?.save(saved, this.runtime.now());
		if (stateFile !== undefined) {
			errorQueue.compact();
			deadLetters.compact();
		}
		window.abandon(new GammaStoppedError());
	}
}
