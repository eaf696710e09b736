import type { EventEmitter } from 'node:events';
import type { ModuleBinding, QueueEntryReaders, Read, Target } from '@pipeline/telemetry-core/instrumentation';

/** What is read off a record, validated, on its way, or transformed. */
export interface RecordReaders {
	readonly recordId?: Read<string>;
	readonly lineageId?: Read<string>;
	readonly sourceId?: Read<string>;
	readonly classification?: Read<string>;
	/** Score that the module before gave it, 0 to 1. */
	readonly upstreamQualityScore?: Read<number>;
	/** ISO 8601 UTC. */
	readonly ingestedAt?: Read<string>;
	/** When the module before was done with it, ISO 8601 UTC. */
	readonly validatedAt?: Read<string>;
	/** Schema that the record is being brought into; not on validated records. */
	readonly targetSchema?: Read<string>;
}

/** What is read off the context of a stage: the third argument of mapping, rules and passes. */
export interface ScopeReaders {
	/** Version of the rule set that is applied. */
	readonly ruleSetVersion?: Read<string>;
	/** Is a field one whose changes are audited? Undefined where the record has none. */
	readonly isSensitive?: Read<(fieldName: string) => boolean>;
}

/** A record to work on, and the records of the batch that it stands for: one, or several that were merged. */
export interface Admitted {
	readonly record: object;
	/** Positions in the batch, from 0. */
	readonly sources: readonly number[];
}

/** A transformed record and what its lookups came to. */
export interface TransformedFacts {
	readonly record: object;
	/** 0 to 1. */
	readonly qualityScore: number | undefined;
	readonly lookups: number;
	readonly cacheHits: number;
}

/** Why a record did not pass a stage. */
export interface FailureFacts {
	readonly errorCode: string;
	/** Mapping or rule that failed. */
	readonly ruleId?: string | undefined;
}

/** Checksums of a record's fields around a stage. */
export interface ChecksumPair {
	readonly before: string;
	readonly after: string;
}

/** What one rule did in one pass. */
export interface RuleOutcome {
	readonly ruleId: string;
	readonly outcome: string;
}

/** An error policy that stepped in for a failed rule. */
export interface RuleFallback {
	readonly ruleId: string;
	readonly policy: string;
	readonly errorCode: string;
}

/** A changed field; its values stay where they are. */
export interface FieldChange {
	readonly ruleId: string;
	readonly fieldName: string;
	readonly hadValue: boolean;
	readonly hasValue: boolean;
}

/** Why a lookup gave nothing. */
export interface LookupFailure {
	readonly errorCode: string;
	/** `TRANSIENT` or `PERMANENT`. */
	readonly category: string;
	/** Does the source just not know the key? */
	readonly isUnknownKey?: boolean;
	/** Was the source not asked because its circuit is open? */
	readonly isRejected?: boolean;
}

/** The parts of a quality score, each 0 to 1. */
export interface QualityScores {
	readonly overall: number;
	readonly completeness: number;
	readonly consistency: number;
	readonly conformance: number;
	readonly timeliness: number;
}

/**
 * Which class and method of a module is which operation of transformation, and how to read what telemetry tells. Everything is
 * optional: what is not bound is not seen, and listed once at start-up.
 */
export interface BetaBinding extends ModuleBinding {
	readonly record?: RecordReaders;
	readonly scope?: ScopeReaders;
	/** First argument: the batch as it arrives. Receiver: the intake. */
	readonly accept?: Target & {
		readonly batchId?: Read<string>;
		readonly records?: Read<readonly object[]>;
		readonly correlationId?: Read<string>;
		readonly priority?: Read<string>;
		/** Off the receiver: records that wait. */
		readonly depth?: Read<number>;
		/** Off the result: `ACCEPTED`, or why not. */
		readonly outcome?: Read<string>;
		/** Off the result: settles when each record of the batch came to its end. */
		readonly processed?: Read<Promise<unknown>>;
		/** Off what `processed` settles with: records that failed. */
		readonly recordsFailed?: Read<number>;
	};
	/**
	 * The part of `accept` that runs once the batch passed its checks: here its records enter. First argument: the records. Second argument:
	 * the profile. Returns what they were merged or split into; a record that stays as it is is returned itself.
	 */
	readonly admit?: Target & {
		readonly admitted?: Read<readonly Admitted[]>;
		/** Off the profile: schemas that each record is brought into. */
		readonly targetSchemaCount?: Read<number>;
		readonly profileId?: Read<string>;
	};
	/** Returns the record that leaves the queue, if there is one. */
	readonly dequeue?: Target & { readonly record?: Read<object> };
	/** First argument: the record. Resolves when it went through the stages of all its target schemas. */
	readonly process?: Target & {
		readonly transformed?: Read<readonly TransformedFacts[]>;
		readonly rulesApplied?: Read<number>;
	};
	/** First argument: the validated record. Second argument: the target schema. Third argument: the scope. */
	readonly map?: Target & {
		/** Off the result: the mapped record, which carries on. */
		readonly mapped?: Read<object>;
		readonly failure?: Read<FailureFacts>;
		/** Kind of mapping -> how many gave a value. */
		readonly mappingsApplied?: Read<Readonly<Record<string, number>>>;
		/** Fields that got their default. */
		readonly defaultsApplied?: Read<readonly string[]>;
		readonly checksums?: Read<ChecksumPair>;
	};
	/** First argument: the record on its way. Second argument: the pass, 1 or 2. Third argument: the scope. Synchronous. */
	readonly transform?: Target & {
		/** Off the result: the record after the pass, which carries on. */
		readonly transformed?: Read<object>;
		readonly failure?: Read<FailureFacts>;
		readonly rulesApplied?: Read<number>;
		readonly rulesSkipped?: Read<number>;
		readonly outcomes?: Read<readonly RuleOutcome[]>;
		readonly fallbacks?: Read<readonly RuleFallback[]>;
		/** Off the result and off the first argument: all changes so far. */
		readonly changesAfter?: Read<readonly FieldChange[]>;
		readonly changeCountBefore?: Read<number>;
		readonly checksums?: Read<ChecksumPair>;
	};
	/** First argument: the rule. Second argument: what carries the record. Detail level `full` only. */
	readonly rule?: Target & {
		readonly ruleId?: Read<string>;
		readonly category?: Read<string>;
		readonly operation?: Read<string>;
		readonly fieldNames?: Read<readonly string[]>;
		/** Off the result: code of the error that ended the record's way. */
		readonly errorCode?: Read<string>;
	};
	/** First argument: the record on its way. */
	readonly enrich?: Target & {
		/** Off the result: the enriched record, which carries on. */
		readonly enriched?: Read<object>;
		readonly failure?: Read<FailureFacts>;
		readonly lookups?: Read<number>;
		readonly cacheHits?: Read<number>;
		readonly fallbacks?: Read<readonly string[]>;
	};
	/** First argument: the request, which carries the record. */
	readonly lookup?: Target & {
		readonly source?: Read<string>;
		readonly circuitId?: Read<string>;
		/** The key; shown as a hash only. */
		readonly key?: Read<string>;
		readonly recordId?: Read<string>;
		/** Off the result. */
		readonly outcome?: Read<string>;
		readonly cacheStatus?: Read<string>;
		readonly cacheTier?: Read<string>;
		readonly retryCount?: Read<number>;
		readonly circuitState?: Read<string>;
		readonly isStale?: Read<boolean>;
		readonly fallback?: Read<string>;
		readonly fieldCount?: Read<number>;
		readonly failure?: Read<LookupFailure>;
	};
	/** Calls of sources. Receiver: the source. */
	readonly sourceCalls?: readonly (Target & { readonly source?: Read<string> })[];
	/** First argument: the record on its way. Second argument: what has the score of the module before. */
	readonly score?: Target & {
		readonly scores?: Read<QualityScores>;
		/** `NONE`, `WARN` or `ERROR`. */
		readonly violated?: Read<string>;
		readonly errorCode?: Read<string>;
		/** Has the record no score at all? */
		readonly hasFailed?: Read<boolean>;
		/** Off the second argument. */
		readonly upstream?: Read<number>;
	};
	/** First argument: the records. Second argument: why the batch is closed. */
	readonly assemble?: Target & {
		readonly records?: Read<readonly object[]>;
		/** `SIZE`, `TIMEOUT`, `PRIORITY` or `SHUTDOWN`. */
		readonly reason?: Read<string>;
		readonly batchId?: Read<string>;
		readonly correlationId?: Read<string>;
		readonly checksum?: Read<string>;
	};
	/** First argument: the batch. Resolves when the receiver has it, or when it was given up. */
	readonly handoff?: Target & {
		readonly records?: Read<readonly object[]>;
		readonly batchId?: Read<string>;
		readonly accepted?: Read<boolean>;
		readonly errorCode?: Read<string>;
	};
	/** First argument: the queue entry. */
	readonly errorQueue?: Target &
		QueueEntryReaders & {
			readonly item?: Read<object>;
			readonly targetSchema?: Read<string>;
			/** Is the item a transformed record, which could not be handed over? */
			readonly wasTransformed?: Read<boolean>;
			/** Did the quality filter keep it back? */
			readonly isFiltered?: Read<boolean>;
		};
	/** Returns the entry that is processed again; the same object as its queue tells of with `entryReplayed`. Receiver: the queue. */
	readonly replay?: Target & { readonly queue?: Read<string>; readonly replayCount?: Read<number> };
	/** The running module. */
	readonly start?: Target;
	readonly stop?: Target;
	/** Off the module: its public emitter. */
	readonly events?: Read<EventEmitter>;
	/** Off the module: the receiver of `accept`. */
	readonly intake?: Read<object>;
	/** Off the module: what is read at each collection. */
	readonly gauges?: BetaGauges;
}

/** Facts of a running module. */
export interface BetaGauges {
	readonly queueDepth?: Read<number>;
	readonly queueCapacity?: Read<number>;
	/** Records that wait to be handed over. */
	readonly outputDepth?: Read<number>;
	/** Records in the queue and in work. */
	readonly inFlight?: Read<number>;
	/** Share of workers in use, 0 to 1. */
	readonly workerUtilization?: Read<number>;
	/** 0 none to 4 halt. */
	readonly escalationLevel?: Read<number>;
	/** Queue name -> entries. */
	readonly queueSizes?: Read<Readonly<Record<string, number>>>;
	/** Emitters of the error queues. */
	readonly queueEvents?: Read<readonly EventEmitter[]>;
	readonly circuits?: Read<readonly { readonly circuitId: string; readonly state: string }[]>;
	/** Time that a circuit stays open at least, in milliseconds. */
	readonly circuitResetMs?: Read<number>;
}
