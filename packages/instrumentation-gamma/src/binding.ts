import type { EventEmitter } from 'node:events';
import type { ModuleBinding, QueueEntryReaders, Read, Target } from '@pipeline/telemetry-core/instrumentation';

/** Finds a destination by the call's receiver and what the call is about. */
export type FindDestination = (receiver: never, about: never) => object | undefined;

/** What is read off a record on its way out. */
export interface RecordReaders {
	readonly recordId?: Read<string>;
	readonly lineageId?: Read<string>;
	readonly sourceId?: Read<string>;
	readonly targetSchema?: Read<string>;
	readonly classification?: Read<string>;
	readonly qualityScore?: Read<number>;
	/** Quality as the first module measured it. */
	readonly upstreamQualityScore?: Read<number>;
	/** ISO 8601 UTC. */
	readonly ingestedAt?: Read<string>;
	/** When the previous module was done with it, ISO 8601 UTC. */
	readonly transformedAt?: Read<string>;
}

/** What is read off a destination. */
export interface DestinationReaders {
	readonly id?: Read<string>;
	/** `DATABASE`, `FILE`, `API` or `QUEUE`. */
	readonly type?: Read<string>;
	readonly format?: Read<string>;
	readonly maxClassification?: Read<string>;
	/** Host name of a destination behind a network. */
	readonly serverAddress?: Read<string>;
	readonly serverPort?: Read<number>;
	/** How many formatting rules are applied to what it gets. */
	readonly formattingRules?: Read<number>;
	/** What follows a missing acknowledgment. */
	readonly ackTimeoutAction?: Read<string>;
	readonly circuit?: Read<{ readonly circuitId: string; readonly state: string }>;
	readonly holdingDepth?: Read<number>;
	/** 0 to 1. */
	readonly poolUsage?: Read<number>;
}

/** What is read off an attempt. */
export interface AttemptReaders {
	readonly attemptId?: Read<string>;
	/** From 1. */
	readonly attemptNumber?: Read<number>;
	/** ISO 8601 UTC. */
	readonly attemptedAt?: Read<string>;
	readonly destinationId?: Read<string>;
	/** `SUCCESS`, `FAILED` or `TIMEOUT`. */
	readonly status?: Read<string>;
	readonly responseCode?: Read<string>;
	/** Undefined on success. */
	readonly errorCode?: Read<string>;
	readonly poolWaitMs?: Read<number>;
	/** Pause that the destination asked for. */
	readonly retryAfterMs?: Read<number>;
	readonly isRateLimited?: Read<boolean>;
}

/**
 * Which class and method of a module is which operation of delivery, and how to read what telemetry tells. Everything is
 * optional: what is not bound is not seen, and listed once at start-up.
 */
export interface GammaBinding extends ModuleBinding {
	readonly record?: RecordReaders;
	readonly destination?: DestinationReaders;
	readonly attemptFacts?: AttemptReaders;
	/** Off an error: the module was stopped, nothing failed. */
	readonly isStop?: Read<boolean>;
	/** First argument: the batch. Second: how it is to be treated. Returns at once whether it was taken. */
	readonly accept?: Target & {
		readonly batchId?: Read<string>;
		readonly correlationId?: Read<string>;
		readonly recordCount?: Read<number>;
		/** Off the second argument. */
		readonly profile?: Read<string>;
		/** Off the result: why it was refused; undefined when it was taken. */
		readonly refusal?: Read<string>;
		/** Off the result: are all its records known already? */
		readonly isDuplicate?: Read<boolean>;
		/** Off the result: settles when every record of it ended. */
		readonly completed?: Read<Promise<unknown>>;
		/** Off what `completed` resolves to. */
		readonly status?: Read<string>;
		readonly outcomes?: Read<Readonly<Record<string, number>>>;
		readonly deadLetters?: Read<number>;
	};
	/** A record begins its way here. First argument: the record. Second: what it came with. Third: its priority. */
	readonly admit?: Target & { readonly batchId?: Read<string>; readonly priority?: Read<string> };
	/** One record, to all its destinations. First argument: the record. Resolves to the results. */
	readonly deliver?: Target & { readonly results?: Read<readonly object[]> };
	/** As `deliver`, for a record that had its end before. */
	readonly redeliver?: Target;
	/** First argument: the record. */
	readonly route?: Target & {
		readonly evaluatedRules?: Read<readonly string[]>;
		readonly matchedRule?: Read<string>;
		readonly destinations?: Read<readonly string[]>;
		readonly blocked?: Read<readonly string[]>;
		/** `MATCHED` or `DEFAULT`. */
		readonly outcome?: Read<string>;
		/** Undefined when it was routed. */
		readonly errorCode?: Read<string>;
	};
	/** One record, one destination. First argument: an item of its own for this destination. Second: the destination's id. */
	readonly toDestination?: Target & {
		readonly destinationId?: Read<string>;
		readonly destination?: FindDestination;
		/** Off the result. */
		readonly finalStatus?: Read<string>;
		readonly totalAttempts?: Read<number>;
		readonly acknowledgmentId?: Read<string>;
		readonly acknowledgedAt?: Read<string>;
	};
	/** First argument: the destination's item. Second: the destination. Returns whether it may have the record. */
	readonly authorize?: Target;
	/** First argument: the destination's item. Second: the destination. */
	readonly render?: Target & {
		readonly errorCode?: Read<string>;
		readonly contentType?: Read<string>;
		readonly sizeBytes?: Read<number>;
		readonly checksum?: Read<string>;
	};
	/** First argument: the rendered record. Second: the number of the attempt. Resolves to the attempt. */
	readonly attempt?: Target & {
		readonly destination?: FindDestination;
		/** Off the rendered record. */
		readonly sizeBytes?: Read<number>;
		readonly format?: Read<string>;
	};
	/** One call of a destination. First argument: what travels. */
	readonly sendBatch?: Target & {
		/** The rendered records. */
		readonly rendered?: Read<readonly object[]>;
		readonly destinationId?: Read<string>;
		readonly format?: Read<string>;
		readonly sizeBytes?: Read<number>;
	};
	/** Makes the headers of one outbound call. First argument: what travels. Returns an object that can be added to. */
	readonly headers?: Target & { readonly destinationId?: Read<string> };
	/** First argument: the rendered record. Second: the pause in milliseconds. */
	readonly retryWait?: Target & { readonly destinationId?: Read<string> };
	/** First argument: the rendered record. Resolves to why it goes on: `RELEASED`, `EXPIRED`, `STOPPED` or `FULL`. */
	readonly hold?: Target & { readonly destinationId?: Read<string>; readonly circuitId?: Read<string> };
	/** First argument: the successful attempt. Resolves to the acknowledgment. */
	readonly awaitAck?: Target & AckReaders;
	/** First argument: the wait that an earlier process left. */
	readonly resumeAck?: Target & { readonly attempt?: Read<object> };
	/** First argument: the attempt. A destination is asked what became of it. */
	readonly queryStatus?: Target & { readonly state?: Read<string> };
	/** First argument: the acknowledgment as it came. */
	readonly receiveAck?: Target & {
		readonly correlationId?: Read<string>;
		readonly acknowledgmentId?: Read<string>;
		/** Off the result: `MATCHED`, `LATE`, `DUPLICATE`, `EARLY`, `MALFORMED` or `UNMATCHED`. */
		readonly kind?: Read<string>;
		/** Off the result: the acknowledgments it was. */
		readonly acknowledgments?: Read<readonly object[]>;
		readonly errorCode?: Read<string>;
	};
	/** First argument: the entry. */
	readonly deadLetter?: Target & {
		readonly entryId?: Read<string>;
		readonly destinationId?: Read<string>;
		readonly reason?: Read<string>;
		readonly attemptIds?: Read<readonly string[]>;
		readonly expiresAt?: Read<string>;
	};
	/** First argument: the entry. */
	readonly errorQueue?: Target & QueueEntryReaders;
	/** First argument: the queue entry, the same object as its queue tells of with `entryReplayed`. The record is delivered again inside. */
	readonly replay?: Target & {
		readonly recordId?: Read<string>;
		readonly lineageId?: Read<string>;
		readonly entryId?: Read<string>;
		readonly queue?: Read<string>;
		readonly replayCount?: Read<number>;
		readonly destinationId?: Read<string>;
	};
	/** First argument: the entry's id. Rejects when it was replayed too often. */
	readonly replayDeadLetter?: Target & { readonly isLimit?: Read<boolean>; readonly entry?: FindDestination };
	/** First argument: what is kept until the next start. */
	readonly save?: Target & { readonly records?: Read<readonly object[]> };
	/** Second argument: the wait that survives a restart. */
	readonly keepWait?: Target & { readonly record?: Read<object> };
	/** Second argument: who. Returns the destination. */
	readonly registerDestination?: Target;
	/** First argument: the destination's id. Third argument: who. */
	readonly changeDestination?: Target & { readonly destination?: FindDestination };
	/** The running module. */
	readonly start?: Target;
	readonly stop?: Target;
	/** Off the module: its public emitter. */
	readonly events?: Read<EventEmitter>;
	/** Off the module: what is read at each collection. */
	readonly gauges?: GammaGauges;
}

/** What is read off an acknowledgment. */
export interface AckReaders {
	readonly destination?: FindDestination;
	readonly destinationId?: Read<string>;
	readonly ackType?: Read<string>;
	/** `RECEIVED`, `TIMEOUT` or `ERROR`. */
	readonly ackStatus?: Read<string>;
	readonly correlationId?: Read<string>;
	readonly acknowledgmentId?: Read<string>;
	/** ISO 8601 UTC. */
	readonly receivedAt?: Read<string>;
	/** ISO 8601 UTC. */
	readonly expectedBy?: Read<string>;
}

/** Facts of a running module. */
export interface GammaGauges {
	readonly queueDepth?: Read<number>;
	readonly destinations?: Read<readonly object[]>;
	readonly pendingAcks?: Read<
		readonly {
			readonly destinationId: string;
			readonly ackType: string;
			readonly count: number;
			readonly oldestAgeSeconds: number;
		}[]
	>;
	/** Destination -> dead letters. */
	readonly deadLetters?: Read<Readonly<Record<string, number>>>;
	readonly deadLetterCapacity?: Read<number>;
	/** Asked at most once a minute: it looks at every entry. */
	readonly deadLetterAges?: Read<{
		readonly buckets: Readonly<Record<string, number>>;
		readonly oldestAgeSeconds: number;
	}>;
	/** Queue name -> entries. */
	readonly queueSizes?: Read<Readonly<Record<string, number>>>;
	readonly deadLetterEvents?: Read<EventEmitter>;
	readonly queueEvents?: Read<EventEmitter>;
	readonly degradationLevel?: Read<number>;
}
