import type {
	AcknowledgmentError,
	AcknowledgmentRecord,
	AckTimeoutAction,
	ConnectionError,
	DataClassification,
	DeliveryError,
	DeliveryResult,
	DestinationRegistration,
	RenderingFailure,
	RoutingError,
	TransformedRecord,
	TypedEmitter,
} from '@pipeline/model';
import type { BatchCompletionReport } from './completion/batch-report.ts';
import type { Reconciliation } from './completion/reconciliation.ts';
import type { RecordTerminal } from './completion/record-terminal.ts';
import type { DegradationChange } from './degradation.ts';
import type { DestinationCircuitChange } from './delivery/circuit.ts';

/** Anything that went wrong with a record or a destination. */
export type GammaFailure =
	| { readonly category: 'RENDERING'; readonly error: RenderingFailure }
	| { readonly category: 'ROUTING'; readonly error: RoutingError }
	| { readonly category: 'DELIVERY'; readonly error: DeliveryError }
	| { readonly category: 'ACKNOWLEDGMENT'; readonly error: AcknowledgmentError }
	| { readonly category: 'CONNECTION'; readonly error: ConnectionError };

/** What module Gamma tells its observers. */
export interface GammaEvents {
	/** Once for each record and target schema. */
	recordTerminal: RecordTerminal;
	/** Once for each record and destination; `isReplay` when it follows a replay. */
	deliveryResult: { readonly result: DeliveryResult; readonly record: TransformedRecord; readonly isReplay: boolean };
	/** A record's classification is above what the destination may receive. */
	deliveryBlocked: {
		readonly record: TransformedRecord;
		readonly recordId: string;
		readonly destinationId: string;
		readonly classification: DataClassification;
		readonly maxClassification: DataClassification;
	};
	retryScheduled: {
		readonly recordId: string;
		readonly destinationId: string;
		/** The attempt that follows the wait. */
		readonly attemptNumber: number;
		readonly delayMs: number;
		readonly errorCode: string;
		readonly isRateLimited: boolean;
	};
	circuitChanged: DestinationCircuitChange;
	ackTimedOut: { readonly acknowledgment: AcknowledgmentRecord; readonly action: AckTimeoutAction };
	/** An acknowledgment that came after its deadline. */
	ackLate: { readonly correlationId: string; readonly recordId: string; readonly destinationId: string };
	ackDuplicate: { readonly correlationId: string; readonly recordId: string; readonly destinationId: string };
	/** DELIVERED without acknowledgment, as configured. */
	successAssumed: { readonly acknowledgment: AcknowledgmentRecord };
	unconfirmedThreshold: {
		readonly destinationId: string;
		readonly count: number;
		readonly oldestAgeSeconds: number;
		readonly thresholdCount: number;
		readonly thresholdAgeSeconds: number;
	};
	reconciled: Reconciliation;
	batchCompleted: BatchCompletionReport;
	destinationRegistered: { readonly registration: DestinationRegistration; readonly author: string };
	destinationChanged: {
		readonly previous: DestinationRegistration;
		readonly registration: DestinationRegistration;
		readonly author: string;
	};
	/** Records that an earlier process left go on; `downtimeMs` since it stopped, when it could say so. */
	resumed: { readonly records: readonly TransformedRecord[]; readonly downtimeMs?: number };
	degradationChanged: DegradationChange;
	backPressure: { readonly isActive: boolean; readonly depth: number; readonly capacity: number };
	/** The share of rendering failures rose above `renderErrorThreshold`. */
	renderErrorRateExceeded: { readonly errorRate: number; readonly threshold: number };
	replayCompleted: {
		readonly entryId: string;
		readonly recordId: string;
		readonly replayCount: number;
		readonly results: readonly DeliveryResult[];
	};
	failure: GammaFailure;
}

/** Emitter of {@link GammaEvents}. */
export type GammaEmitter = TypedEmitter<GammaEvents>;
