import type { Scope } from '@pipeline/telemetry-core';
import type { TraceResource } from '../encoding/trace-request.ts';
import type { OtlpDestination } from '../export/otlp-destination.ts';
import type { Redaction } from '../redaction/redaction.ts';
import type { WatermarkSource } from './watermark.ts';

export type SpoolLossReason =
	/** The queue was full: the disk did not take it for too long. */
	| 'QUEUE_FULL'
	/** Not written when the process ended. */
	| 'SHUTDOWN'
	/** Read back, it was not what was written, or not there any more. */
	| 'UNREADABLE'
	/** The endpoint refused it for good. */
	| 'REJECTED';

export interface AuditSpoolOptions {
	/** Directory of the spool; several processes may share it. */
	readonly path: string;
	readonly resource: TraceResource;
	/** Decides about every text, here and in the thread. @default `createRedaction()` */
	readonly redaction?: Redaction | undefined;
	/** Told how many values the thread has redacted, by rule. */
	readonly onRedacted?: (counts: Readonly<Record<string, number>>) => void;
	/** Where entries are sent. Absent: they stay, and the oldest segments make room for new ones when `retainMs` is over. */
	readonly destination?: OtlpDestination | undefined;
	/** With it, segments go when the store has them for good. */
	readonly watermark?: WatermarkSource | undefined;
	/** PEM of an Ed25519 private key that signs checkpoints. @default one that lives as long as the process */
	readonly signingKey?: string | undefined;
	/** Bytes of all segments. @default 8589934592 */
	readonly maxBytes?: number | undefined;
	/** Without a destination: milliseconds that segments stay even when their room is needed. @default 0 */
	readonly retainMs?: number | undefined;
	/** @default 67108864 */
	readonly segmentBytes?: number | undefined;
	/** Bytes that wait in memory for the disk. @default 67108864 */
	readonly maxQueueBytes?: number | undefined;
	/** @default 300000 */
	readonly checkpointEveryMs?: number | undefined;
	/** Modules that define registries of one's own: their audit rules are needed where entries are expanded. */
	readonly registries?: readonly string[] | undefined;
	/** Who speaks for the definitions of each base. */
	readonly scopes?: () => Iterable<readonly [base: number, scope: Scope]>;
	/** Told how writing and sending are, whenever that changes. */
	readonly onState?: ((state: Pick<SpoolState, 'writeFailure' | 'sendFailure'>) => void) | undefined;
	/** Told of all entries that will not arrive. */
	readonly onLost?: (reason: SpoolLossReason, entries: number) => void;
}

/** How the spool is. */
export interface SpoolState {
	/** Why nothing can be written now. */
	readonly writeFailure: string | undefined;
	/** Why nothing can be sent now. */
	readonly sendFailure: string | undefined;
	/** Entries so far. */
	readonly appended: number;
	/** Entries that are on disk. */
	readonly durable: number;
	/** Number of the newest entry that the endpoint has accepted. */
	readonly shippedSeq: number;
	readonly diskBytes: number;
}
