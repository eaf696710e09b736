import {
	type BetaGammaBatch,
	type ComponentHealth,
	createEmitter,
	type EnrichmentSource,
	type OperatorAction,
	type TransformedRecord,
	type ValidatedRecord,
} from '@pipeline/model';
import { type BetaConfig, betaConfig } from '../config/config.ts';
import type { EnrichmentCacheStore } from '../enrichment/enrichment-cache.ts';
import { EnrichmentClient } from '../enrichment/enrichment-client.ts';
import { EnrichmentStage } from '../enrichment/enrichment-stage.ts';
import {
	BETA_QUEUES,
	type BetaErrorQueues,
	type BetaQueueEntry,
	type BetaQueueName,
} from '../errors/beta-error-queue.ts';
import { Escalation, type EscalationChange } from '../errors/escalation.ts';
import { BetaAssembler } from '../handoff/beta-assembler.ts';
import { BetaHandoff, type HandoffOutcome } from '../handoff/beta-handoff.ts';
import { OutputBuffer } from '../handoff/output-buffer.ts';
import { OutputLedger } from '../handoff/output-ledger.ts';
import { BetaIntake } from '../intake/beta-intake.ts';
import type { IntakeReceipt, IntakeTransfer } from '../intake/intake-receipt.ts';
import { RecordCombiner } from '../intake/record-combiner.ts';
import { RecordMerger } from '../intake/record-merger.ts';
import { RecordSplitter } from '../intake/record-splitter.ts';
import { SchemaMapper } from '../mapping/schema-mapper.ts';
import { FailureDesk } from '../processing/failure-desk.ts';
import type { ProcessOutcome } from '../processing/process-outcome.ts';
import { RecordProcessor } from '../processing/record-processor.ts';
import { StageChecksums } from '../processing/stage-checksums.ts';
import { WorkerPool } from '../processing/worker-pool.ts';
import { STANDARD_PROFILE } from '../profile/compile-profile.ts';
import { ProfileRegistry } from '../profile/profile-registry.ts';
import { QualityScorer } from '../quality/quality-scorer.ts';
import { TransformEngine } from '../transform/transform-engine.ts';
import { betaHealth } from './beta-health.ts';
import type { BetaModuleOptions } from './beta-options.ts';
import { newCache, newQueues } from './default-parts.ts';
import type { BetaEmitter, BetaEvents, BetaState } from './events.ts';
import { replayedItem, replayUnit } from './replay.ts';

/** Module Beta: takes batches of validated records, transforms them by profile, hands batches to Gamma. */
export class BetaModule {
	readonly events: BetaEmitter = createEmitter<BetaEvents>();
	readonly config: BetaConfig;
	readonly profiles: ProfileRegistry;
	readonly errorQueues: BetaErrorQueues;
	readonly cache: EnrichmentCacheStore;
	readonly enrichmentClient: EnrichmentClient;
	readonly intake: BetaIntake;
	readonly processor: RecordProcessor;
	readonly assembler: BetaAssembler;
	readonly handoff: BetaHandoff;
	readonly #options: BetaModuleOptions;
	readonly #outputs = new OutputLedger();
	readonly #output: OutputBuffer;
	readonly #pool: WorkerPool<ValidatedRecord, ProcessOutcome>;
	readonly #failures: FailureDesk;
	readonly #escalation: Escalation;
	#state: BetaState = 'CREATED';

	/** @throws ConfigError for a parameter or profile that is not allowed */
	constructor(options: BetaModuleOptions) {
		const { runtime } = options;
		this.#options = options;
		this.config = betaConfig(options.config);
		const { config, events } = this;
		this.profiles = new ProfileRegistry(config, events, () => runtime.timestamp());
		this.cache = options.cache ?? newCache(options, config);
		this.enrichmentClient = new EnrichmentClient(config, this.cache, events);
		this.errorQueues = newQueues(options, config);
		this.#failures = new FailureDesk(this.errorQueues, runtime, events, config);
		this.#escalation = new Escalation(config.escalationThresholds, (change) => this.#escalated(change));
		this.intake = this.#newIntake();
		this.processor = this.#newProcessor();
		this.assembler = new BetaAssembler(runtime, config, (record) => this.#outputs.originOf(record));
		this.handoff = new BetaHandoff(options.sender);
		this.#output = this.#newOutput();
		this.#pool = new WorkerPool({
			concurrency: config.transformParallelism,
			windowSize: config.transformBatchSize,
			next: () => (this.#mayTake ? this.intake.dequeue() : undefined),
			work: (record) => this.processor.process(record),
			release: (record, outcome) => this.#released(record, outcome),
		});
	}

	/** Registers profiles and sources, then begins to work. @throws ConfigError for a wrong profile */
	start(): void {
		if (this.#state !== 'CREATED') return;
		for (const profile of this.#options.profiles ?? []) this.profiles.put(profile);
		if (!this.profiles.get('standard')) this.profiles.put(STANDARD_PROFILE);
		for (const source of this.#options.sources ?? []) this.registerSource(source);
		this.#move('RUNNING');
	}

	/** Takes a batch; see {@link BetaIntake.accept}. */
	accept(transfer: IntakeTransfer): Promise<IntakeReceipt> {
		return this.intake.accept(transfer);
	}

	/**
	 * Takes no more batches, finishes the queued records and hands everything over. Records that a halt holds back
	 * stay unprocessed: their batch is never answered as PROCESSED, so its sender keeps it.
	 */
	async stop(): Promise<void> {
		if (this.#state === 'STOPPED' || this.#state === 'STOPPING') return;
		this.intake.close();
		this.#move('STOPPING');
		do {
			this.#pool.wake();
			await this.#pool.idle();
			await this.#output.drain();
		} while (this.intake.depth > 0 && this.#escalation.level < 4);
		this.#move('STOPPED');
	}

	/** Begins no more records and clears the cache; those being worked on are finished. */
	pause(): void {
		if (this.#state !== 'RUNNING') return;
		this.#move('PAUSED');
		this.cache.clear();
	}

	/** Goes on after {@link pause}, or after a halt by escalation. */
	resume(): void {
		if (this.#escalation.level === 4) this.#escalation.resume();
		if (this.#state === 'PAUSED') this.#move('RUNNING');
		this.#pool.wake();
	}

	/** Adds a profile or a higher version of one; batches that arrive from now on get it. @throws ConfigError */
	putProfile(profile: unknown): void {
		this.profiles.put(profile);
	}

	/** Adds or replaces an enrichment source. */
	registerSource(source: EnrichmentSource): void {
		this.enrichmentClient.register(source);
	}

	/**
	 * Takes an entry out of an error queue and processes its record again, for the target schema that failed.
	 * @throws QueueError when there is no such entry, or it was replayed too often
	 * @throws ConfigError when its profile no longer exists
	 */
	replay(queue: BetaQueueName, entryId: string, { operator, justification }: OperatorAction): BetaQueueEntry {
		const known = this.errorQueues[queue].list((entry) => entry.entryId === entryId)[0];
		const unit = known && replayUnit(known, this.profiles);
		const entry = this.errorQueues[queue].replay(entryId, operator, justification);
		const item = replayedItem(entry);
		const replay = { ...unit, replayOf: entry } as NonNullable<typeof unit>;
		if (entry.itemKind === 'VALIDATED') this.intake.requeue(item as ValidatedRecord, replay);
		else this.#handOverAgain(item as TransformedRecord, replay);
		return entry;
	}

	get state(): BetaState {
		return this.#state;
	}

	get queueDepth(): number {
		return this.intake.depth;
	}

	get queueCapacity(): number {
		return this.intake.capacity;
	}

	get outputDepth(): number {
		return this.#output.depth;
	}

	/** Share of workers in use, 0 to 1. */
	get workerUtilization(): number {
		return this.#pool.running / this.#pool.concurrency;
	}

	/** Records taken from the queue whose result is not given out yet. */
	get recordsInProgress(): number {
		return this.#pool.unreleased;
	}

	get errorQueueSizes(): Readonly<Record<BetaQueueName, number>> {
		const sizes = BETA_QUEUES.map((name) => [name, this.errorQueues[name].size]);
		return Object.fromEntries(sizes);
	}

	get escalationLevel(): number {
		return this.#escalation.level;
	}

	/** Share of failed records among the last 200. */
	get errorRate(): number {
		return this.#escalation.errorRate;
	}

	/** State of each component; sources are asked. */
	health(): Promise<ComponentHealth[]> {
		return betaHealth(this, () => this.#options.runtime.timestamp());
	}

	get #mayTake(): boolean {
		const isWorking = this.#state === 'RUNNING' || this.#state === 'STOPPING';
		return isWorking && this.#escalation.level < 4 && !this.#output.isFull;
	}

	#newIntake(): BetaIntake {
		const { runtime, onBackPressure } = this.#options;
		const { config, events, profiles } = this;
		const combiner = new RecordCombiner(new RecordMerger(runtime), new RecordSplitter(runtime), events);
		const onQueued = () => this.#pool.wake();
		const parts = { config, runtime, events, profiles, combiner, onQueued };
		return new BetaIntake(onBackPressure ? { ...parts, onBackPressure } : parts);
	}

	#newProcessor(): RecordProcessor {
		const { runtime, tables = {} } = this.#options;
		const { config, events, profiles } = this;
		const checksums = new StageChecksums(config.captureStageChecksums);
		const stages = {
			mapper: new SchemaMapper(runtime, checksums),
			engine: new TransformEngine(runtime, checksums),
			enrichment: new EnrichmentStage(this.enrichmentClient, runtime, events, checksums),
			scorer: new QualityScorer(config),
		};
		const unitOf = (record: ValidatedRecord) => this.intake.unitOf(record);
		const tableMap = new Map(Object.entries(tables));
		const failures = this.#failures;
		return new RecordProcessor({ config, runtime, events, stages, profiles, tables: tableMap, failures, unitOf });
	}

	#newOutput(): OutputBuffer {
		return new OutputBuffer({
			config: this.config,
			assembler: this.assembler,
			handoff: this.handoff,
			usesTimer: !this.#options.runtime.isSeeded,
			onAssembled: ({ batchId, records }, flushReason) =>
				this.events.emit('batchAssembled', { batchId, recordCount: records.length, flushReason }),
			onSettled: (batch, outcome) => this.#settled(batch, outcome),
		});
	}

	#released(record: ValidatedRecord, outcome: ProcessOutcome): void {
		const unit = this.intake.unitOf(record);
		if (!unit) return;
		// What failed before says nothing about the records that arrive.
		if (unit.replayOf === undefined) this.#escalation.add(outcome.outcome === 'FAILED');
		this.#outputs.opened(record, outcome, unit);
		for (const { record: transformed } of outcome.transformed) this.#output.add(transformed);
		if (unit.isLastOfBatch && this.#options.runtime.isSeeded) this.#output.flush('BATCH_END');
	}

	#settled(batch: BetaGammaBatch, outcome: HandoffOutcome): void {
		for (const record of batch.records) {
			const unit = this.#outputs.unitOf(record);
			if (outcome.status !== 'RECEIVED' && unit) {
				this.#failures.handoffFailed(record, outcome.errorCode, outcome.errorMessage, unit);
			}
			this.#outputs.settled(record, outcome.status === 'RECEIVED');
		}
		this.#pool.wake();
	}

	#handOverAgain(record: TransformedRecord, unit: NonNullable<ReturnType<typeof replayUnit>>): void {
		this.#outputs.reopened(record, unit);
		this.#output.add(record);
		if (this.#options.runtime.isSeeded) this.#output.flush('BATCH_END');
	}

	#escalated(change: EscalationChange): void {
		const { transformParallelism } = this.config;
		this.#pool.setConcurrency(change.to >= 2 ? Math.ceil(transformParallelism / 2) : transformParallelism);
		for (const circuit of this.enrichmentClient.circuits) {
			if (change.to >= 3) circuit.isolate();
			else circuit.release();
		}
		this.events.emit('escalationChanged', change);
	}

	#move(to: BetaState): void {
		const from = this.#state;
		this.#state = to;
		this.events.emit('stateChanged', { from, to });
		this.#pool.wake();
	}
}
