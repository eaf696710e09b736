import type { EventEmitter } from 'node:events';
import type {
	CarrierOf,
	ModuleBinding,
	QueueEntryReaders,
	Read,
	Target,
} from '@pipeline/telemetry-core/instrumentation';

/** What is read off a raw record, before it was parsed. */
export interface RawReaders {
	/** `{source_type}:{source_name}`. */
	readonly sourceId?: Read<string>;
	/** Batch it was fetched with. */
	readonly batchId?: Read<string>;
	/** Position in that batch, from 0. */
	readonly sequenceNumber?: Read<number>;
	readonly sizeBytes?: Read<number>;
	readonly contentType?: Read<string>;
	readonly encoding?: Read<string>;
	/** ISO 8601 UTC. */
	readonly ingestedAt?: Read<string>;
	/** ISO 8601 UTC. */
	readonly producedAt?: Read<string>;
	readonly lineageId?: Read<string>;
}

/** What is read off a parsed or validated record. */
export interface RecordReaders {
	readonly recordId?: Read<string>;
	readonly lineageId?: Read<string>;
	readonly sourceId?: Read<string>;
	readonly fieldCount?: Read<number>;
	readonly schemaId?: Read<string>;
	readonly schemaVersion?: Read<number>;
	readonly qualityScore?: Read<number>;
	readonly qualityFlags?: Read<readonly string[]>;
	readonly classification?: Read<string>;
	/**
	 * Key of the person or party that the record is about, so that lineage can be asked for all that is known of them. Off the parsed record.
	 * It leaves the process as a keyed hash only; until then it stands in the audit spool as it came.
	 * @default none: no record is found by its subject
	 */
	readonly subjectKey?: Read<string>;
}

/** How validation ended for a record. */
export type ValidationDisposition = 'PASSED' | 'PASSED_WITH_WARNING' | 'FAILED' | 'CRITICAL' | 'QUARANTINED';

/** A rule that a record broke; values masked by the module. */
export interface RuleFailureFacts {
	readonly ruleId: string;
	readonly errorCode: string;
	readonly fieldName?: string | null;
	readonly severity?: string;
	readonly expectedValue?: string;
	readonly actualValue?: string;
}

/** How often a rule was evaluated in one validation, by its outcome. */
export interface RuleOutcome {
	readonly ruleId: string;
	readonly outcome: string;
}

/**
 * Which class and method of a module is which operation of ingestion, and how to read what telemetry tells. Everything is
 * optional: what is not bound is not seen, and listed once at start-up.
 */
export interface AlphaBinding extends ModuleBinding {
	readonly raw?: RawReaders;
	readonly record?: RecordReaders;
	/** One fetch-to-buffer round over a source. */
	readonly ingest?: Target & { readonly sourceId?: Read<string> };
	/** Receiver: the source. */
	readonly connect?: Target & {
		readonly sourceId?: Read<string>;
		readonly authMethod?: Read<string>;
		readonly tlsVersion?: Read<string>;
	};
	readonly disconnect?: Target & { readonly sourceId?: Read<string> };
	/** Receiver: the source. Returns raw records, or a generator of them. */
	readonly fetch?: Target & {
		readonly sourceId?: Read<string>;
		readonly items?: Read<readonly unknown[]>;
		readonly requested?: Read<number>;
	};
	readonly acknowledge?: Target & { readonly sourceId?: Read<string>; readonly count?: Read<number> };
	/** First argument: the raw record. */
	readonly parse?: Target & {
		/** What carries the record's position into the call. @default the raw record */
		readonly carrier?: CarrierOf;
		/** Off the result: the records it became. */
		readonly records?: Read<readonly object[]>;
		/** Off the result: code of the failure; undefined when it parsed. */
		readonly errorCode?: Read<string>;
		/** Off the result: where it failed, `line:column` or a byte offset. */
		readonly errorLocation?: Read<string>;
		/** Off a record. */
		readonly warnings?: Read<readonly string[]>;
		/** Name of the parser, e.g. `JSON`. Off the raw record. */
		readonly parser?: Read<string>;
	};
	/** First argument: the parsed record. */
	readonly validate?: Target & {
		/** What carries the record's position into the call. @default the parsed record */
		readonly carrier?: CarrierOf;
		readonly disposition?: Read<ValidationDisposition>;
		/** Off the result: the validated record. */
		readonly validated?: Read<object>;
		readonly qualityScore?: Read<number>;
		readonly rulesEvaluated?: Read<number>;
		readonly rulesPassed?: Read<number>;
		readonly failures?: Read<readonly RuleFailureFacts[]>;
		readonly ruleOutcomes?: Read<readonly RuleOutcome[]>;
	};
	/** First argument: the rule. Detail level `full` only. */
	readonly rule?: Target & {
		/** What carries the record's position into the call. @default the second argument; else the validation that it runs in */
		readonly carrier?: CarrierOf;
		readonly ruleId?: Read<string>;
		readonly category?: Read<string>;
		readonly failed?: Read<boolean>;
	};
	/** Reference data asked for by a rule; detail level `full` only. */
	readonly lookup?: Target & { readonly source?: Read<string>; readonly cacheStatus?: Read<string> };
	/** First argument: the validated record. */
	readonly enqueue?: Target;
	/** Returns the records that leave the buffer; second argument: why. */
	readonly dequeue?: Target & { readonly records?: Read<readonly object[]>; readonly reason?: Read<string> };
	readonly assemble?: Target & {
		readonly records?: Read<readonly object[]>;
		readonly reason?: Read<string>;
		readonly checksum?: Read<string>;
		readonly batchId?: Read<string>;
	};
	/** First argument: the batch. Returns, or resolves, when the receiver has it; where `receipt` is bound, when it is on its way. */
	readonly handoff?: Target & {
		/** Off the batch: its records, or what carries their positions. */
		readonly records?: Read<readonly object[]>;
		readonly batchId?: Read<string>;
		readonly accepted?: Read<boolean>;
	};
	/** First argument: the receipt of a batch that was handed over. May come late and in any order, for the newest 1,024 batches. */
	readonly receipt?: Target & { readonly batchId: Read<string>; readonly accepted?: Read<boolean> };
	/** First argument: the queue entry. */
	readonly errorQueue?: Target &
		QueueEntryReaders & {
			/** What carries the record's position into the call. @default the entry, else its item */
			readonly carrier?: CarrierOf;
			readonly item?: Read<object>;
			/** Batch that the record left with, where it left. */
			readonly batchId?: Read<string>;
		};
	/** Returns the entry that is processed again; the same object as its queue tells of with `entryReplayed`. */
	readonly replay?: Target & { readonly entry?: Read<object>; readonly replayCount?: Read<number> };
	/** The running module. */
	readonly start?: Target;
	readonly stop?: Target;
	/** Off the module: its public emitter. */
	readonly events?: Read<EventEmitter>;
	/** Off the module: what is read at each collection. */
	readonly gauges?: AlphaGauges;
}

/** Connections that a source shares out. */
export interface ConnectionPool {
	/** Connections held, lent out or not. */
	readonly size: number;
	/** Those of them that are lent out. */
	readonly inUse: number;
}

/** Facts of a running module. */
export interface AlphaGauges {
	readonly sourceId?: Read<string>;
	/** Is the source connected? */
	readonly connected?: Read<boolean>;
	/** The source's connection pool, where it has one. */
	readonly pool?: Read<ConnectionPool>;
	/** Time after which an unused connection is closed. */
	readonly idleTimeoutSeconds?: Read<number>;
	/** Share of parser workers that are busy, 0 to 1. */
	readonly workerUtilization?: Read<number>;
	readonly bufferDepth?: Read<number>;
	readonly bufferCapacity?: Read<number>;
	readonly highWatermark?: Read<number>;
	readonly lowWatermark?: Read<number>;
	readonly backPressureActive?: Read<boolean>;
	/** Queue name -> entries. */
	readonly queueSizes?: Read<Readonly<Record<string, number>>>;
	/** Emitter of the error queue. */
	readonly queueEvents?: Read<EventEmitter>;
	readonly degradationLevel?: Read<number>;
	readonly memoryUsageBytes?: Read<number>;
	/** Circuit id and state. */
	readonly circuit?: Read<{ readonly circuitId: string; readonly state: string }>;
}
