import type { EventEmitter } from 'node:events';
import type { TraceVerdicts } from '@pipeline/telemetry-core';
import type { ModuleBinding, Read, Target } from '@pipeline/telemetry-core/instrumentation';

/** What is read off a batch on its way. */
export interface TransferReaders {
	readonly batchId?: Read<string>;
	readonly messageId?: Read<string>;
	readonly sequenceNumber?: Read<number>;
	readonly checksum?: Read<string>;
	readonly records?: Read<readonly object[]>;
	/** The message's header, which carries the context of the sending span. */
	readonly header?: Read<object>;
}

/** A message that travels upstream and may carry verdicts. */
export interface UpstreamMessage {
	/** Edge of the batches that it answers, against whose direction it travels. */
	readonly edge: string;
	readonly batchId: string;
	/** It says that the batch is through the module that sends it. */
	readonly isProcessed: boolean;
	/** What it carries already. */
	readonly verdicts?: unknown;
}

/** How decisions about traces get on messages and off again. */
export interface VerdictBinding {
	/** Off any message; undefined for one that carries no verdicts. */
	readonly upstream?: Read<UpstreamMessage>;
	/** A copy of the message, with verdicts on it. */
	readonly put?: (message: never, verdicts: TraceVerdicts) => object;
	/** Takes verdicts off a message that has just been decoded. */
	readonly takeOff?: (message: never) => void;
	/** Sends verdicts in a message of their own. `sender`: what `sendAck` is called on. */
	readonly say?: (sender: never, verdicts: TraceVerdicts) => unknown;
}

/**
 * Which class and method is which operation between modules, and how to read what telemetry tells. Everything is optional: what is not
 * bound is not seen, and listed once at start-up.
 */
export interface IntegrationBinding extends ModuleBinding {
	readonly transfer?: TransferReaders;
	/** First argument: the batch as the module hands it over. Resolves when the receiver has it. */
	readonly send?: Target & {
		readonly records?: Read<readonly object[]>;
		readonly batchId?: Read<string>;
		readonly accepted?: Read<boolean>;
	};
	/** First argument: the transfer message. Second argument: number of the attempt. Receiver: the sender. */
	readonly attempt?: Target & { readonly edge?: Read<string>; readonly rejected?: Read<boolean> };
	/** First argument: the transfer message. Receiver: the receiver. */
	readonly receive?: Target & {
		readonly edge?: Read<string>;
		readonly queueDepth?: Read<number>;
		readonly rejected?: Read<boolean>;
	};
	/** First argument: the message that becomes bytes. */
	readonly encode?: Target & { readonly sizeBytes?: Read<number> };
	/** First argument: the bytes of a message. Result: the message. */
	readonly decode?: Target;
	readonly verdicts?: VerdictBinding;
	/** Second argument: the acknowledgment. */
	readonly sendAck?: Target & { readonly edge?: Read<string> };
	/** First argument: the acknowledgment message. */
	readonly receiveAck?: Target & { readonly header?: Read<object> };
	/** Off an acknowledgment or its message. */
	readonly ack?: {
		readonly status?: Read<string>;
		readonly accepted?: Read<number>;
		readonly rejected?: Read<number>;
		readonly durationMs?: Read<number>;
	};
	readonly sendConfirmation?: Target & { readonly results?: Read<readonly { readonly status: string }[]> };
	readonly receiveConfirmation?: Target & {
		readonly header?: Read<object>;
		readonly results?: Read<readonly { readonly status: string }[]>;
	};
	/** First argument: the error. Second argument: what should be done. */
	readonly propagate?: Target & { readonly facts?: Read<ErrorFacts> };
	readonly checkHealth?: Target & { readonly checkType?: Read<string>; readonly status?: Read<string> };
	readonly start?: Target;
	readonly stop?: Target;
	/** Off the running layer: its public emitter. */
	readonly events?: Read<EventEmitter>;
	readonly gauges?: {
		readonly circuits?: Read<readonly { readonly circuitId: string; readonly state: string }[]>;
	};
}

/** What telemetry tells of an error between modules. */
export interface ErrorFacts {
	readonly errorId: string;
	readonly errorCode: string;
	readonly severity: string;
	readonly recoverability: string;
	readonly scope: string;
	readonly sourceModule: string;
	readonly correlationId: string;
}
