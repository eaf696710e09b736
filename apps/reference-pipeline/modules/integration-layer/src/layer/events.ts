import type {
	AcknowledgmentPayload,
	BackPressureSignal,
	BatchTransfer,
	CircuitState,
	CircuitStateChange,
	DeliveryConfirmation,
	Edge,
	ErrorNotification,
	HealthCheckResponse,
	IntegrationError,
	TypedEmitter,
} from '@pipeline/model';
import type { ServiceMessage } from '../protocol/message.ts';
import type { ProtocolError } from '../protocol/protocol-error.ts';

/** What the ends of edges tell whoever listens. Durations in milliseconds. */
export interface IntegrationEvents {
	/** A batch is going to be sent for the first time. */
	transferStarted: { readonly edge: Edge; readonly batchId: string; readonly recordCount: number };
	/** A transfer is over: acknowledged, refused, or given up. */
	transferResolved: {
		readonly edge: Edge;
		readonly transfer: BatchTransfer;
		readonly outcome: 'ACKED' | 'REJECTED' | 'EXHAUSTED';
		readonly attempts: number;
		readonly elapsedMs: number;
	};
	/** An attempt failed; the next one, `attemptNumber`, follows after `delayMs`. */
	transferRetried: {
		readonly edge: Edge;
		readonly batchId: string;
		readonly attemptNumber: number;
		readonly delayMs: number;
		readonly errorCode: string;
	};
	/** A batch that was received but not processed is sent again. */
	transferResent: { readonly edge: Edge; readonly batchId: string; readonly reason: ResendReason };
	ackTimedOut: { readonly edge: Edge; readonly batchId: string };
	/** An acknowledgment arrived, also one that nobody waited for; `elapsedMs` since the attempt it answers, or 0. */
	acknowledged: { readonly edge: Edge; readonly payload: AcknowledgmentPayload; readonly elapsedMs: number };
	integrityFailed: {
		readonly edge: Edge;
		readonly batchId: string;
		readonly check: 'CHECKSUM' | 'COUNT' | 'DUPLICATE';
		readonly expected?: string;
		readonly actual?: string;
	};
	backPressure: {
		readonly edge: Edge;
		readonly signal: BackPressureSignal;
		/** How long it was active, on DEACTIVATE of the side that asked. */
		readonly activeMs: number;
		readonly direction: 'SENT' | 'RECEIVED';
	};
	circuitChanged: {
		readonly circuitId: string;
		readonly previousState: CircuitState;
		readonly newState: CircuitState;
		readonly failureCount: number;
		readonly openMs: number;
	};
	/** A call waits because its circuit is open. */
	callRejected: { readonly circuitId: string; readonly retryInMs: number };
	/** The peer told of one of its circuits. */
	circuitReported: { readonly edge: Edge; readonly change: CircuitStateChange };
	confirmed: { readonly edge: Edge; readonly confirmation: DeliveryConfirmation };
	/** A confirmation could not be kept until the peer came back. */
	confirmationLost: { readonly edge: Edge; readonly batchId: string };
	errorRaised: { readonly error: IntegrationError; readonly batchId?: string };
	errorsReceived: { readonly edge: Edge; readonly notification: ErrorNotification };
	healthChecked: {
		readonly edge: Edge;
		readonly response: HealthCheckResponse | undefined;
		readonly elapsedMs: number;
	};
	/** A message from the peer, or for it, that breaks the protocol; it was dropped. */
	messageRejected: { readonly edge: Edge; readonly error: ProtocolError };
	/** A message of the cache or the orchestration. */
	serviceMessage: { readonly edge: Edge; readonly message: ServiceMessage };
}

/** Why a batch that was received is sent again. */
export type ResendReason = 'RECONNECTED' | 'NOT_PROCESSED' | 'REJECTED';

/** Emitter of {@link IntegrationEvents}. */
export type IntegrationEmitter = TypedEmitter<IntegrationEvents>;
