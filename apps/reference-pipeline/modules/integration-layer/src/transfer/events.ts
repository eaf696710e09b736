import type {
	AcknowledgmentPayload,
	BackPressureSignal,
	BatchTransfer,
	CircuitState,
	DeliveryConfirmation,
	Edge,
	IntegrationError,
} from '@pipeline/model';

/** What one end of an edge tells whoever listens. */
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
	transferRetried: { readonly edge: Edge; readonly batchId: string; readonly attemptNumber: number; readonly delayMs: number; readonly errorCode: string };
	ackTimedOut: { readonly edge: Edge; readonly batchId: string };
	acknowledged: { readonly edge: Edge; readonly payload: AcknowledgmentPayload; readonly elapsedMs: number };
	integrityFailed: { readonly edge: Edge; readonly batchId: string; readonly check: 'CHECKSUM' | 'COUNT' | 'DUPLICATE'; readonly expected?: string; readonly actual?: string };
	backPressure: { readonly edge: Edge; readonly signal: BackPressureSignal; readonly activeMs: number; readonly direction: 'SENT' | 'RECEIVED' };
	circuitChanged: {
		readonly circuitId: string;
		readonly previousState: CircuitState;
		readonly newState: CircuitState;
		readonly failureCount: number;
		readonly openMs: number;
	};
	confirmed: { readonly edge: Edge; readonly confirmation: DeliveryConfirmation };
	errorRaised: { readonly error: IntegrationError; readonly batchId?: string };
}
