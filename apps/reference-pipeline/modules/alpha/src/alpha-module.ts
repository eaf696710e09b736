import {
	type AlphaBetaBatch,
	type BatchSender,
	createEmitter,
	type DataClassification,
	JOURNAL,
	type ParsedRecord,
	type QueueEntry,
	type RawRecord,
	type Runtime,
	type SourceAdapter,
	STAGE,
	type TypedEmitter,
	type ValidatedRecord,
} from '@pipeline/model';
import { BatchAssembler, type FlushReason } from './buffer/batch-assembler.ts';
import { RecordBuffer } from './buffer/record-buffer.ts';
import { type AlphaConfig, resolveAlphaConfig } from './config/config.ts';
import type { AlphaEvents, AlphaTotals } from './events.ts';
import { AlphaErrorQueue } from './handoff/alpha-error-queue.ts';
import { FailureDesk, type QueuedItem } from './handoff/failure-desk.ts';
import { Handoff } from './handoff/handoff.ts';
import { Outbox } from './handoff/outbox.ts';
import { SourceLedger } from './handoff/source-ledger.ts';
import { RecordParser } from './parse/record-parser.ts';
import { SourceConnector } from './source/source-connector.ts';
import { Tally } from './tally.ts';
import type { ReferenceLookup } from './validation/reference-lookup.ts';
import type { RuleConfig } from './validation/rule.ts';
import { ValidationEngine } from './validation/validation-engine.ts';

export interface AlphaModuleOptions {
	readonly source: SourceAdapter & {
		readonly classification?: DataClassification;
		readonly personalFields?: readonly string[];
	};
	readonly rules: readonly RuleConfig[];
	readonly lookup?: ReferenceLookup;
	readonly sender: BatchSender<AlphaBetaBatch>;
	readonly runtime: Runtime;
	readonly config?: Partial<AlphaConfig>;
	/** File of the error queues. @default memory only */
	readonly errorQueueFile?: string | undefined;
	/** Resident memory in bytes. */
	readonly memoryUsage?: () => number;
}

/** Module Alpha: reads a source to its end, and hands every record over or puts it into an error queue. */
export class AlphaModule {
	readonly events: TypedEmitter<AlphaEvents> = createEmitter<AlphaEvents>();
	readonly config: AlphaConfig;
	readonly source: AlphaModuleOptions['source'];
	readonly connector: SourceConnector;
	readonly parser: RecordParser;
	readonly validation: ValidationEngine;
	readonly buffer: RecordBuffer;
	readonly assembler: BatchAssembler;
	readonly handoff: Handoff;
	readonly errorQueue: AlphaErrorQueue;
	readonly #runtime: Runtime;
	readonly #memoryUsage: () => number;
	readonly #tally = new Tally();
	readonly #ledger = new SourceLedger();
	readonly #batchSize: number;
	readonly #failures: FailureDesk;
	readonly #outbox: Outbox;
	readonly #sending = new Set<Promise<void>>();
	#degradationLevel = 0;
	#isStopping = false;
	#isFinished = false;
	#finished: Promise<AlphaTotals> | undefined;

	constructor({ source, rules, lookup, sender, runtime, config, errorQueueFile, memoryUsage }: AlphaModuleOptions) {
		this.#runtime = runtime;
		this.#memoryUsage = memoryUsage ?? (() => process.memoryUsage.rss());
		this.config = resolveAlphaConfig(config);
		this.source = source;
		// A batch that is larger than what back-pressure lets in would never fill.
		this.#batchSize = Math.max(
			1,
			Math.min(this.config.defaultBatchSize, Math.floor(this.config.bufferCapacity * this.config.bufferHighWatermark)),
		);
		this.connector = new SourceConnector(this.config, {
			retried: (event) => this.events.emit('connectionRetried', event),
			circuitChanged: (event) => this.events.emit('circuitChanged', event),
		});
		this.parser = new RecordParser({ runtime, ...this.config });
		this.validation = new ValidationEngine({
			runtime,
			rules,
			...(lookup && { lookup }),
			timeoutMs: this.config.validationTimeoutMs,
			quarantineThreshold: this.config.qualityQuarantineThreshold,
			classification: source.classification ?? 'INTERNAL',
			personalFields: source.personalFields ?? [],
		});
		this.buffer = new RecordBuffer({
			bufferId: 'alpha',
			runtime,
			capacity: this.config.bufferCapacity,
			highWatermark: this.config.bufferHighWatermark,
			lowWatermark: this.config.bufferLowWatermark,
			affectedSources: [source.sourceId],
			onBackPressure: (event) =>
				this.events.emit('backPressure', { ...event, depth: this.buffer.depth, capacity: this.buffer.capacity }),
		});
		this.assembler = new BatchAssembler(runtime);
		this.handoff = new Handoff(sender);
		this.errorQueue = new AlphaErrorQueue({
			runtime,
			capacity: this.config.errorQueueCapacity,
			maxReplayAttempts: this.config.maxReplayAttempts,
			file: errorQueueFile,
		});
		this.#failures = new FailureDesk(this.errorQueue, this.config, this.events);
		const { handoff, events } = this;
		this.#outbox = new Outbox({ sender, handoff, tally: this.#tally, failures: this.#failures, events });
	}

	get totals(): AlphaTotals {
		return this.#tally.totals;
	}

	/** 0 (none) to 5. */
	get degradationLevel(): number {
		return this.#degradationLevel;
	}

	get memoryUsageBytes(): number {
		return this.#memoryUsage();
	}

	/** Connects the source and begins to read. @throws what the source throws when it cannot be connected */
	async start(): Promise<void> {
		await this.connector.connect(this.source);
		this.#finished = this.#run();
		this.#finished.catch(() => {});
	}

	/** Resolves when the source is exhausted and every record was handed over or queued. */
	async finished(): Promise<AlphaTotals> {
		return (await this.#finished) ?? this.totals;
	}

	/** Stops reading, hands over what was read, disconnects. */
	async stop(): Promise<void> {
		this.#isStopping = true;
		await this.#finished;
	}

	/** One round over the source. @returns raw records read */
	async ingestBatch(source: SourceAdapter): Promise<{ readonly fetched: number; readonly rejected: number }> {
		const before = this.#tally.totals;
		const raws = await source.fetch(this.config.defaultBatchSize);
		this.#tally.add('fetched', raws.length);
		for (const raw of raws) await this.ingest(raw);
		await this.#acknowledge();
		const after = this.#tally.totals;
		return {
			fetched: raws.length,
			rejected: after.parseFailed + after.rejected - before.parseFailed - before.rejected,
		};
	}

	/** One raw record through parsing, validation and into the buffer. */
	async ingest(raw: RawRecord): Promise<void> {
		const { records, failure } = this.parser.parse(raw);
		if (failure !== undefined) {
			this.#ledger.open(raw.sourceMetadata['ref'] ?? '', []);
			this.#tally.add('ingested', 1);
			this.#tally.add('parseFailed', 1);
			this.#failures.parseFailed(raw, failure.errorCode);
			return;
		}
		this.#ledger.open(
			raw.sourceMetadata['ref'] ?? '',
			records.map(({ recordId }) => recordId),
		);
		for (const parsed of records) {
			this.#failures.inheritReplay(raw, parsed);
			await this.#validate(parsed);
		}
		if (raw.sourceMetadata['priority'] === 'CRITICAL') await this.#flush('PRIORITY');
	}

	async #validate(parsed: ParsedRecord): Promise<void> {
		this.#tally.add('ingested', 1);
		const outcome = this.validation.validate(parsed);
		this.#tally.validated(
			outcome.failures.map(({ errorCode }) => errorCode),
			outcome.record === undefined,
		);
		if (outcome.record === undefined) {
			this.#ledger.settle(parsed.recordId);
			this.#tally.add(outcome.disposition === 'QUARANTINED' ? 'quarantined' : 'rejected', 1);
			this.#failures.rejected(parsed, outcome);
			return;
		}
		await this.#toBuffer(outcome.record);
	}

	async #toBuffer(record: ValidatedRecord): Promise<void> {
		while (!this.buffer.enqueue(record)) {
			this.events.emit('bufferFull', { depth: this.buffer.depth, capacity: this.buffer.capacity });
			await this.#flush('SIZE');
			await this.buffer.ready();
		}
		if (this.buffer.waiting >= this.#batchSize) await this.#flush('SIZE');
	}

	/**
	 * Takes an entry out of the error queue and sends its record through again: from parsing, from validation, or to the next module,
	 * as far as it had come. A record that fails again is queued again, with the replays counted.
	 * @throws QueueError when there is no such entry, or it was replayed too often
	 */
	async replay(entryId: string, operator: string, justification: string): Promise<QueueEntry> {
		const entry = this.errorQueue.replay(entryId, operator, justification);
		const item = {
			...(entry.item as QueuedItem),
			[JOURNAL]: entry[JOURNAL],
			[STAGE]: entry[STAGE],
		};
		this.#failures.markReplayed(item, entry);
		if ('rawBytes' in item) await this.ingest(item);
		else if ('validationTimestamp' in item) {
			this.#tally.add('ingested', 1);
			await this.#toBuffer(item);
		} else await this.#validate(item);
		if (this.#isFinished) {
			await this.#flush('SHUTDOWN');
			await Promise.all(this.#sending);
		}
		return entry;
	}

	async #acknowledge(): Promise<void> {
		const refs = this.#ledger.take().filter((ref) => ref !== '');
		if (refs.length > 0) await this.source.acknowledge(refs);
	}

	async #run(): Promise<AlphaTotals> {
		// Under a seed only sizes decide about batches: a timer would make them differ.
		const timer = this.#runtime.isSeeded
			? undefined
			: setInterval(() => void this.#flush('TIMEOUT'), this.config.handoffFlushTimeoutMs);
		try {
			while (!this.#isStopping) {
				await this.buffer.ready();
				this.#watchMemory();
				const { fetched } = await this.ingestBatch(this.source);
				if (fetched === 0) break;
			}
		} finally {
			clearInterval(timer);
			await this.#flush('SHUTDOWN');
			await Promise.all(this.#sending);
			this.#isFinished = true;
			await this.connector.disconnect(this.source);
		}
		this.events.emit('finished', { totals: this.totals });
		return this.totals;
	}

	/** Takes what is in the buffer to the next module, as many batches at a time as may be in flight. */
	async #flush(reason: FlushReason): Promise<void> {
		const size = this.#batchSize;
		while (this.buffer.waiting >= (reason === 'SIZE' ? size : 1)) {
			if (this.#sending.size >= this.config.maxBatchesInFlight) await Promise.race(this.#sending);
			const records = this.buffer.dequeue(size, reason);
			if (records.length === 0) return;
			const batch = this.assembler.assemble(records, reason, this.#tally.takeSummary());
			const sending = this.#send(batch).finally(() => this.#sending.delete(sending));
			this.#sending.add(sending);
		}
	}

	async #send(batch: AlphaBetaBatch): Promise<void> {
		try {
			await this.#outbox.send(batch);
		} finally {
			for (const { recordId } of batch.records) this.#ledger.settle(recordId);
			this.buffer.release(batch.records.length);
			await this.#acknowledge();
		}
	}

	#watchMemory(): void {
		const share = this.#memoryUsage() / this.config.memoryLimitBytes;
		const level = share < 0.8 ? 0 : Math.min(5, 1 + Math.floor((share - 0.8) / 0.05));
		if (level === this.#degradationLevel) return;
		this.#degradationLevel = level;
		this.events.emit('degradationChanged', { level, errorCode: 'RES_001_MEMORY' });
	}
}
