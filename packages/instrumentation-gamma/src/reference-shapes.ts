import type { EventEmitter } from 'node:events';

// The shapes of `@pipeline/gamma`, as far as they are read. Types only: the module itself is never imported.
export interface Outgoing {
	readonly recordId: string;
	readonly lineageId: string;
	readonly sourceId?: string;
	readonly targetSchema: string;
	readonly classification: string;
	readonly qualityScore: number;
	readonly upstreamQualityScore?: number;
	readonly ingestionTimestamp?: string;
	readonly transformationTimestamp: string;
}

export interface Destination {
	readonly id: string;
	readonly format: string;
	readonly registration: { readonly kind: string; readonly maxClassification: string };
	readonly formatting: Readonly<Record<string, unknown>>;
	readonly ackTimeoutAction: string;
	readonly adapter: { readonly options?: { readonly url?: string } };
	readonly circuit: { readonly circuitId: string; readonly state: string };
	readonly holding: { readonly depth: number };
	readonly batcher: { readonly poolUsage: number };
}

export interface Registry {
	get(destinationId: string): Destination | undefined;
	all(): readonly Destination[];
}

export interface Context {
	readonly batchId: string;
}

export interface Transfer {
	readonly header?: { readonly correlationId?: string };
	readonly metadata: { readonly batchId: string };
	readonly records: readonly Outgoing[];
}

export interface Intake {
	readonly status: string;
	readonly reason?: string;
	readonly accepted?: number;
	readonly duplicates?: number;
	readonly completed?: Promise<unknown>;
}

export interface Report {
	readonly status: string;
	readonly outcomes: Readonly<Record<string, number>>;
	readonly deliveryResults: readonly { readonly status: string }[];
}

export interface Routed {
	readonly errorCode?: string;
	readonly evaluatedRules: readonly string[];
	readonly matchedRule?: string | null;
	readonly destinations?: readonly string[];
	readonly routingContext: Readonly<Record<string, string>>;
}

export interface Rendered {
	readonly errorCode?: string;
	readonly destinationId: string;
	readonly format: string;
	readonly contentType: string;
	readonly renderedContent: Uint8Array;
	readonly contentChecksum: string;
}

export interface Attempt {
	readonly attemptId: string;
	readonly attemptNumber: number;
	readonly attemptTimestamp: string;
	readonly destinationId: string;
	readonly status: string;
	readonly responseCode?: string;
	readonly errorCode?: string;
	readonly poolWaitMs: number;
	readonly retryAfterMs?: number;
}

export interface Outbound {
	readonly rendered: Rendered;
}

export interface Acknowledgment {
	readonly recordId: string;
	readonly destinationId: string;
	readonly ackType: string;
	readonly ackStatus: string;
	readonly correlationId: string;
	readonly acknowledgmentId?: string;
	readonly receivedAt: string | null;
	readonly expectedBy: string;
}

export interface Received {
	readonly kind: string;
	readonly acknowledgments?: readonly Acknowledgment[];
	readonly error?: { readonly errorCode: string };
}

export interface Result {
	readonly finalStatus: string;
	readonly totalAttempts: number;
	readonly acknowledgmentId: string | null;
	readonly acknowledgmentTimestamp: string | null;
}

export interface DeadLetter {
	readonly entryId: string;
	readonly destinationId: string;
	readonly failureReason: string;
	readonly attemptHistory: readonly Attempt[];
	readonly expiresAt: string;
}

export interface Entry {
	readonly entryId: string;
	readonly queue: string;
	readonly errorCode: string;
	readonly expiresAt: string;
	readonly replayCount: number;
	readonly recordId?: string;
	readonly lineageId?: string;
	readonly destinationId?: string;
}

export interface Queue<E> {
	readonly events: EventEmitter;
	readonly capacity: number;
	list(filter?: (entry: E) => boolean): readonly E[];
}

export interface Running {
	readonly events: EventEmitter;
	readonly queueDepth: number;
	readonly destinations: readonly Destination[];
	readonly pendingAcksByDestination: readonly {
		readonly destinationId: string;
		readonly ackType: string;
		readonly count: number;
		readonly oldestAgeSeconds: number;
	}[];
	readonly dlqCapacity: number;
	readonly dlqAges: { readonly buckets: Readonly<Record<string, number>>; readonly oldestAgeSeconds: number };
	readonly degradationLevel: number;
	readonly parts: { readonly deadLetters: Queue<Entry>; readonly errorQueue: Queue<Entry> };
	errorQueueSize(queue: string): number;
}
