import type { AckType, ComponentHealth, RenderedRecord } from '@pipeline/model';
import type { RenderFormat } from '../config/gamma-config.ts';

/** One rendered record on its way out. */
export interface OutboundRecord {
	readonly rendered: RenderedRecord;
	/** Identifies the attempt, and joins an ASYNC acknowledgment to it. */
	readonly attemptId: string;
	/** 1-based. */
	readonly attemptNumber: number;
}

/** What surrounds one call of a destination. */
export interface DeliveryCall {
	/** Identifies the call, and joins a BATCH acknowledgment to all its records. */
	readonly callId: string;
	/** Aborted when the delivery timeout has passed or the module stops. */
	readonly signal: AbortSignal;
}

/** What a destination made of one record. */
export interface DeliveryReceipt {
	readonly status: 'SUCCESS' | 'FAILED' | 'TIMEOUT';
	readonly responseCode?: string;
	/** At most 1 KiB. */
	readonly responseMessage?: string;
	/** Present unless SUCCESS. */
	readonly errorCode?: string;
	/** Whether trying again can help. */
	readonly retryEligible?: boolean;
	/** Wait the destination asks for, in milliseconds. */
	readonly retryAfterMs?: number;
	/** The destination's own id of a SYNC acknowledgment. */
	readonly acknowledgmentId?: string;
}

/** What a destination says about an earlier delivery. */
export interface DeliveryStatus {
	readonly state: 'DELIVERED' | 'PENDING' | 'FAILED' | 'UNKNOWN';
	readonly acknowledgmentId?: string;
	readonly message?: string;
}

/** Totals of an adapter since it was made. */
export interface DestinationMetrics {
	readonly recordsDelivered: number;
	readonly bytesDelivered: number;
	readonly callsMade: number;
}

/** The way to one kind of destination. Failures of records are receipts; only a broken adapter throws. */
export interface DestinationAdapter {
	/** Formats it takes, when it does not take all. */
	readonly formats?: readonly RenderFormat[];
	/** Acknowledgments it can be asked for, when not all. */
	readonly ackTypes?: readonly AckType[];
	connect(): Promise<void>;
	disconnect(): Promise<void>;
	/** Answers one receipt per record, in the same order. */
	deliver(batch: readonly OutboundRecord[], call: DeliveryCall): Promise<readonly DeliveryReceipt[]>;
	/** Asks about a delivery by its correlation id (attempt id, or call id for BATCH). */
	getDeliveryStatus(correlationId: string): Promise<DeliveryStatus>;
	getMetrics(): DestinationMetrics;
	healthCheck(): Promise<ComponentHealth>;
}
