import type { TraceResource } from '../encoding/trace-request.ts';
import type { OtlpDestination } from '../export/otlp-destination.ts';
import type { RedactionOptions } from '../redaction/redaction-options.ts';
import type { WatermarkSource } from './watermark.ts';

/** The number of a group that nobody waits for. */
export const NOT_OURS = -1;

/** A group that the process has filled. Its memory comes back with a `WrittenMessage`. */
export interface GroupMessage {
	readonly kind: 'group';
	/** `NOT_OURS` for definitions that are told once more. */
	readonly buffer: number;
	readonly memory: SharedArrayBuffer;
	readonly words: number;
	/** Numbered entries. */
	readonly entries: number;
}

/** Write, and send, what is there: answered when it is done, or the time is over. */
export interface FlushMessage {
	readonly kind: 'flush' | 'close';
	readonly request: number;
	/** Milliseconds since the Unix epoch: however late it is read. */
	readonly deadlineMs: number;
}

/** Receipts of these traces are wanted back: answered with `FoundMessage`s. */
export interface FindMessage {
	readonly kind: 'find';
	readonly request: number;
	readonly traceIds: readonly string[];
}

export type ToSpoolThread = GroupMessage | FlushMessage | FindMessage;

/** Groups are on disk. */
export interface WrittenMessage {
	readonly kind: 'written';
	readonly buffers: readonly number[];
	/** Bytes of all segments. */
	readonly diskBytes: number;
}

/** How the spool is, whenever that changes. */
export interface StateMessage {
	readonly kind: 'state';
	/** Why nothing can be written now. */
	readonly writeFailure: string | undefined;
	/** Why nothing can be sent now. */
	readonly sendFailure: string | undefined;
	/** Number of the newest entry that the endpoint has accepted. */
	readonly shippedSeq: number;
}

/** Entries that will not arrive. */
export interface LostMessage {
	readonly kind: 'lost';
	readonly reason: 'UNREADABLE' | 'REJECTED';
	readonly count: number;
}

export interface FlushedMessage {
	readonly kind: 'flushed';
	readonly request: number;
	/** Everything was written, and sent if there is somewhere to send to. */
	readonly isDone: boolean;
}

/** Values that were redacted, by rule. */
export interface RedactedMessage {
	readonly kind: 'redacted';
	readonly counts: Readonly<Record<string, number>>;
}

/** Receipts that were asked for, one behind the other. */
export interface FoundMessage {
	readonly kind: 'found';
	readonly request: number;
	readonly receipts: readonly Int32Array[];
	readonly isLast: boolean;
}

export type FromSpoolThread =
	| FoundMessage
	| WrittenMessage
	| StateMessage
	| LostMessage
	| FlushedMessage
	| RedactedMessage;

/** What the thread is given to work with. */
export interface SpoolThreadOptions {
	/** Directory of all producers. */
	readonly spool: string;
	readonly producerId: string;
	readonly segmentBytes?: number | undefined;
	/** Bytes of all segments of all producers. */
	readonly maxBytes: number;
	readonly retainMs: number;
	readonly checkpointEveryMs: number;
	/** PEM of an Ed25519 private key. */
	readonly signingKey?: string | undefined;
	/** Where entries are sent; absent: they stay here, and the oldest make room for new ones. */
	readonly destination?: OtlpDestination | undefined;
	/** With it, what is sent is kept until the store has it for good. */
	readonly watermark?: WatermarkSource | undefined;
	readonly watermarkEveryMs: number;
	/** How often to look for what processes that are gone have left. */
	readonly adoptEveryMs: number;
	readonly resource: TraceResource;
	/** What decides about texts. */
	readonly redaction: RedactionOptions;
	/** One word: groups that are on disk. Whoever may not wait for a message waits for this. */
	readonly written: SharedArrayBuffer;
	/** Modules that define registries of one's own. */
	readonly registries: readonly string[];
}
